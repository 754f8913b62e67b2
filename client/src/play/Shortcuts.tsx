import type { Game } from "../state/game.ts";
import type { Action } from "../state/key-bindings.ts";
import { ACTIONS, keysOf } from "../state/key-bindings.ts";
import { useStore } from "../state/store.ts";
import { Dialog } from "./Dialog.tsx";

/** Keys that belong to one part of the page. */
const FIXED: readonly (readonly [string, string])[] = [
  ["Up, Down", "In the command line: earlier commands that begin with what is typed"],
  ["Tab", "In the command line: complete a command or a name, where there is something to complete"],
  ["Page Up, Page Down", "In the command line: scroll the log"],
  ["Escape", "In the command line: clear it, and stop what is still waiting"],
  ["Number pad", "With an empty command line: walk; 5 looks, plus and minus go down and up"],
  ["Left, Right", "In the log: go through what can be clicked; Enter does it, Down opens its menu"],
  ["Arrows", "On the map: walk"],
];

/** The list of shortcuts. */
export function Shortcuts({ game, onClose }: { game: Game; onClose: () => void }) {
  const { bindings } = useStore(game.settings);
  return (
    <Dialog title="Shortcuts" onClose={onClose}>
      <dl className="shortcuts">
        {(Object.keys(ACTIONS) as Action[]).map((action) => (
          <div key={action}><dt><kbd>{keysOf(action, bindings) === "" ? "none" : keysOf(action, bindings)}</kbd></dt><dd>{ACTIONS[action].label}</dd></div>
        ))}
        {FIXED.map(([keys, what]) => <div key={keys}><dt><kbd>{keys}</kbd></dt><dd>{what}</dd></div>)}
      </dl>
      <p className="hint">The upper ones can be changed in the settings.</p>
    </Dialog>
  );
}
