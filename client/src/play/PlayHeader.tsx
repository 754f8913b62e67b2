import type { Account } from "../state/account.ts";
import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import { Sky } from "../panels/Sky.tsx";
import { ConnectionBadge } from "./ConnectionNotice.tsx";
import { KeepGuest } from "./KeepGuest.tsx";
import { Menu } from "./Menu.tsx";

/** The head of the page: where, when, who, and the way out. */
export function PlayHeader({ game, account }: { game: Game; account: Account }) {
  const { area_name } = useStore(game.view);
  const guest = useStore(account.guest);
  return (
    <header className="play-header">
      <h1>{area_name === "" ? "Waystone" : area_name}</h1>
      <Sky game={game} />
      <div className="play-header-end">
        <ConnectionBadge game={game} />
        <Menu label={game.username}>
          {guest && <KeepGuest account={account} />}
          <button type="button" onClick={() => void account.logOut()}>Log out</button>
        </Menu>
      </div>
    </header>
  );
}
