import type { ExitView } from "../../sdk/index.ts";
import type { CommandPorts } from "../panels/actions.ts";

/** As on a compass: three rows of five. */
const KEYS: readonly { command: string; sign: string }[] = [
  { command: "northwest", sign: "\u2196" }, { command: "north", sign: "\u2191" }, { command: "northeast", sign: "\u2197" }, { command: "up", sign: "up" },
  { command: "west", sign: "\u2190" }, { command: "look", sign: "look" }, { command: "east", sign: "\u2192" }, { command: "down", sign: "down" },
  { command: "southwest", sign: "\u2199" }, { command: "south", sign: "\u2193" }, { command: "southeast", sign: "\u2198" }, { command: "inventory", sign: "things" },
];
const ON_PAD = new Set(KEYS.map(({ command }) => command));
const NO_WAYS = new Set(["look", "inventory"]);

/** For the thumb: keys for the directions, lit where there is a way, and a row of the ways with names of their own. */
export function DirectionPad({ exits, ports }: { exits: readonly ExitView[]; ports: CommandPorts }) {
  const ways = new Map(exits.map((exit) => [exit.name, exit]));
  const named = exits.filter(({ name }) => !ON_PAD.has(name));
  return (
    <nav className="pad" aria-label="Ways by thumb">
      <div className="pad-keys">
        {KEYS.map(({ command, sign }) => {
          const way = ways.get(command);
          const closed = way?.door === "closed" || way?.door === "locked";
          const open = way !== undefined || NO_WAYS.has(command);
          return (
            <button
              key={command} type="button" className="pad-key" disabled={!open} data-way={way !== undefined}
              aria-label={way === undefined ? (NO_WAYS.has(command) ? sign : command) : `${command}${way.to_title === "" ? "" : ` to ${way.to_title}`}${closed ? `, ${way.door}` : ""}`}
              onClick={() => ports.run(command)}
            >
              {sign}{closed && <span aria-hidden="true" className="pad-door">{"\u00d7"}</span>}
            </button>
          );
        })}
      </div>
      {named.length > 0 && (
        <div className="pad-named">
          {named.map(({ name }) => <button key={name} type="button" onClick={() => ports.run(name)}>{name}</button>)}
        </div>
      )}
    </nav>
  );
}
