import { Enter } from "./enter/Enter.tsx";
import { Entering } from "./enter/Entering.tsx";
import { Play } from "./play/Play.tsx";
import type { Account } from "./state/account.ts";
import { useStore } from "./state/store.ts";

/** The page: the door, the moment behind it, or the world. */
export function App({ account }: { account: Account }) {
  const screen = useStore(account.screen);
  switch (screen.name) {
    case "enter": return <Enter account={account} failure={screen.failure} remembered={screen.remembered} />;
    case "entering": return <Entering account={account} username={screen.username} />;
    case "play": return <Play key={screen.game.username} game={screen.game} account={account} />;
    default: return screen satisfies never;
  }
}
