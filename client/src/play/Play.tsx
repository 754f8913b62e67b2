import { Suspense, useCallback, useMemo, useRef, useState } from "react";
import { lazyPart } from "../lazy-part.tsx";
import { Log } from "../log/Log.tsx";
import type { LogHandle } from "../log/Log.tsx";
import { ActionMenus } from "../menu/ActionMenu.tsx";
import type { CommandPorts } from "../panels/actions.ts";
import { PanelColumn } from "../panels/PanelColumn.tsx";
import type { Account } from "../state/account.ts";
import type { Game } from "../state/game.ts";
import { keep, readKept } from "../state/kept.ts";
import { LayoutStore } from "../state/panel-layout.ts";
import { useStore } from "../state/store.ts";
import { Announcer } from "./Announcer.tsx";
import { CommandLine } from "./CommandLine.tsx";
import type { CommandLineHandle } from "./CommandLine.tsx";
import { ConnectionNotice } from "./ConnectionNotice.tsx";
import { DirectionPad } from "./DirectionPad.tsx";
import { nextSheet, PhoneTabs } from "./PhoneTabs.tsx";
import type { Sheet } from "./PhoneTabs.tsx";
import { PlayHeader } from "./PlayHeader.tsx";
import { useShortcuts } from "./use-shortcuts.ts";
import { useSwipe } from "./use-swipe.ts";
import { useTypeAnywhere } from "./use-type-anywhere.ts";

// Asked for by few, and only now and then: not part of the first load.
const { Part: SettingsDialog } = lazyPart(async () => (await import("../settings/SettingsDialog.tsx")).SettingsDialog);
const { Part: Shortcuts } = lazyPart(async () => (await import("./Shortcuts.tsx")).Shortcuts);

/** The world: the log, the command line, and what the character sees and has. */
export function Play({ game, account }: { game: Game; account: Account }) {
  const { room, clock } = useStore(game.view);
  const commandLine = useRef<CommandLineHandle>(null);
  const log = useRef<LogHandle>(null);
  const [layout] = useState(() => new LayoutStore());
  const [sheet, setSheet] = useState<Sheet>("log");
  const [pad, setPad] = useState(() => readKept("pad") !== false);
  const [over, setOver] = useState<"keys" | "settings" | undefined>(undefined);
  const unread = useStore(game.talk.unread);

  const focusLine = useCallback(() => {
    // On a phone the focus would bring up the keyboard, over what one has just asked to see.
    if (matchMedia("(pointer: fine)").matches) commandLine.current?.focus();
  }, []);
  const ports = useMemo<CommandPorts>(() => ({
    run: (command) => {
      setSheet("log");
      game.run(command);
    },
    begin: (text) => {
      setSheet("log");
      commandLine.current?.begin(text);
    },
  }), [game]);
  const close = useCallback(() => setOver(undefined), []);
  useTypeAnywhere(commandLine);
  useShortcuts({ game, commandLine, log, onShow: setOver });
  const swipe = useSwipe((direction) => setSheet((shown) => nextSheet(shown, direction)));

  return (
    <ActionMenus>
      <div className="play" data-sheet={sheet} data-phase={clock?.phase ?? ""} {...swipe}>
        <title>{room === null ? "Waystone" : `${room.title} \u00b7 Waystone`}</title>
        <PlayHeader game={game} account={account} layout={layout} onShow={setOver} onSearch={() => log.current?.search()} />
        <main>
          <div
            className="play-main" data-region
            onClick={(event) => {
              // A click into the text goes on to the command line, but not one that has selected something.
              if ((event.target as Element).closest("button, a, input, summary") === null && getSelection()?.isCollapsed !== false) focusLine();
            }}
          >
            <Log game={game} ports={ports} onReturn={focusLine} ref={log} />
            <ConnectionNotice game={game} account={account} />
            <CommandLine game={game} ref={commandLine} onPage={(direction) => log.current?.page(direction)} />
          </div>
          <PanelColumn side="left" game={game} staff={account.staff} layout={layout} ports={ports} />
          <PanelColumn side="right" game={game} staff={account.staff} layout={layout} ports={ports} />
        </main>
        <div className="thumbs">
          {pad && <DirectionPad exits={room?.exits ?? []} ports={ports} />}
          <PhoneTabs
            sheet={sheet} unread={unread} pad={pad} onShow={setSheet}
            onPad={() => {
              setPad(!pad);
              keep("pad", !pad);
            }}
          />
        </div>
        <Announcer game={game} />
      </div>
      <Suspense fallback={null}>
        {over === "settings" && <SettingsDialog game={game} onClose={close} />}
        {over === "keys" && <Shortcuts game={game} onClose={close} />}
      </Suspense>
    </ActionMenus>
  );
}
