import { useState } from "react";
import { MenuButton } from "../menu/MenuButton.tsx";
import { PANEL_FACTS } from "../panels/PanelColumn.tsx";
import { SkyLine } from "../panels/SkyPanel.tsx";
import type { Account } from "../state/account.ts";
import type { Game } from "../state/game.ts";
import type { LayoutStore } from "../state/panel-layout.ts";
import { useStore } from "../state/store.ts";
import { ConnectionBadge } from "./ConnectionNotice.tsx";
import { Dialog } from "./Dialog.tsx";
import { KeepGuest } from "./KeepGuest.tsx";

interface PlayHeaderProps {
  game: Game;
  account: Account;
  layout: LayoutStore;
  onShow: (what: "keys" | "settings") => void;
  onSearch: () => void;
}

/** The head of the page: where, when, who, and the way to everything else. */
export function PlayHeader({ game, account, layout, onShow, onSearch }: PlayHeaderProps) {
  const { area_name, clock, weather } = useStore(game.view);
  const guest = useStore(account.guest);
  const { hidden } = useStore(layout);
  const [keeping, setKeeping] = useState(false);
  return (
    <header className="play-header" data-region>
      <h1>{area_name === "" ? "Waystone" : area_name}</h1>
      <SkyLine clock={clock} weather={weather} />
      <div className="play-header-end">
        <ConnectionBadge game={game} />
        <MenuButton
          label={`Menu of ${game.username}`}
          actions={() => [
            ...(guest ? [{ label: "Keep this character", onAct: () => setKeeping(true) }] : []),
            { label: "Settings", onAct: () => onShow("settings") },
            { label: "Shortcuts", onAct: () => onShow("keys") },
            { label: "Search the log", onAct: onSearch },
            ...hidden.map((id) => ({ label: `Show the panel ${PANEL_FACTS[id].title}`, onAct: () => layout.toggleHidden(id) })),
            { label: "Panels as they were at first", onAct: () => layout.reset() },
            { label: "Log out", onAct: () => void account.logOut() },
          ]}
        >
          {game.username}
        </MenuButton>
      </div>
      {keeping && guest && <Dialog title="Keep this character" onClose={() => setKeeping(false)}><KeepGuest account={account} /></Dialog>}
    </header>
  );
}
