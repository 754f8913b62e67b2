import { useCallback, useRef, useState } from "react";
import { Log } from "../log/Log.tsx";
import { CharacterPanel } from "../panels/CharacterPanel.tsx";
import { Compass } from "../panels/Compass.tsx";
import { RoomPanel } from "../panels/RoomPanel.tsx";
import type { Account } from "../state/account.ts";
import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import { CommandLine } from "./CommandLine.tsx";
import type { CommandLineHandle } from "./CommandLine.tsx";
import { ConnectionNotice } from "./ConnectionNotice.tsx";
import { PlayHeader } from "./PlayHeader.tsx";
import { useTypeAnywhere } from "./use-type-anywhere.ts";

/** What a phone shows in place of the log, when asked to. */
type Sheet = "none" | "room" | "character";

/** The world: the log, the command line, and what the character sees and has. */
export function Play({ game, account }: { game: Game; account: Account }) {
  const view = useStore(game.view);
  const commandLine = useRef<CommandLineHandle>(null);
  const [sheet, setSheet] = useState<Sheet>("none");
  const page = useRef<HTMLDivElement>(null);

  const focusLine = useCallback(() => {
    // On a phone the focus would bring up the keyboard, over what one has just asked to see.
    if (matchMedia("(pointer: fine)").matches) commandLine.current?.focus();
  }, []);
  const onCommand = useCallback((command: string) => {
    setSheet("none");
    game.run(command);
    focusLine();
  }, [game, focusLine]);
  const onBegin = useCallback((text: string) => {
    setSheet("none");
    commandLine.current?.begin(text);
  }, []);
  const onPage = useCallback((direction: 1 | -1) => {
    const log = page.current?.querySelector<HTMLElement>("[role=log]");
    log?.scrollBy({ top: direction * log.clientHeight * 0.9 });
  }, []);
  useTypeAnywhere(commandLine);

  return (
    <div className="play" ref={page} data-sheet={sheet} data-phase={view.clock?.phase ?? ""}>
      <title>{view.room === null ? "Waystone" : `${view.room.title} \u00b7 Waystone`}</title>
      <PlayHeader game={game} account={account} />
      <main className="play-main" onClick={(event) => {
        // A click into the text goes on to the command line, but not one that has selected something.
        if ((event.target as Element).closest("button, a, input, summary, [tabindex='-1']") === null && getSelection()?.isCollapsed !== false) focusLine();
      }}>
        <Log game={game} onCommand={onCommand} onReturn={focusLine} />
        <ConnectionNotice game={game} account={account} />
        <div className="thumb-row">
          <Compass exits={view.room?.exits ?? []} onCommand={onCommand} />
          <nav className="sheet-tabs" aria-label="Panels">
            <SheetTab name="room" label="Here" shown={sheet} onShow={setSheet} />
            <SheetTab name="character" label="You" shown={sheet} onShow={setSheet} />
          </nav>
        </div>
        <CommandLine game={game} ref={commandLine} onPage={onPage} />
      </main>
      <aside className="side side-room" aria-label="Here"><RoomPanel room={view.room} selfId={view.self?.id} onCommand={onCommand} onBegin={onBegin} /></aside>
      <aside className="side side-character" aria-label="You"><CharacterPanel self={view.self} onCommand={onCommand} /></aside>
    </div>
  );
}

interface SheetTabProps {
  name: Exclude<Sheet, "none">;
  label: string;
  shown: Sheet;
  onShow: (sheet: Sheet) => void;
}

function SheetTab({ name, label, shown, onShow }: SheetTabProps) {
  return <button type="button" aria-expanded={shown === name} onClick={() => onShow(shown === name ? "none" : name)}>{label}</button>;
}
