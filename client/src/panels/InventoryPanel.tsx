import type { CarriedView, RoomView, SelfView } from "../../sdk/index.ts";
import type { CommandPorts } from "./actions.ts";
import { carriedActions } from "./actions.ts";
import { targetsOf } from "./targets.ts";
import type { DraggedThing } from "./thing-drag.ts";
import { takesFrom, takesThings } from "./thing-drag.ts";
import { Thing } from "./Thing.tsx";

interface InventoryPanelProps {
  self: SelfView | null;
  room: RoomView | null;
  ports: CommandPorts;
}

/** What one wears and carries. A mouse drags things to wear, take off, put away, drop and give; the menus do the same. */
export function InventoryPanel({ self, room, ports }: InventoryPanelProps) {
  if (self === null) return <p className="empty">{"\u2026"}</p>;
  const worn = self.items.filter((item) => item.slot !== "");
  const loose = self.items.filter((item) => item.slot === "" && (item.in === "" || !self.items.some(({ id }) => id === item.in)));
  // Worn and loose things are named apart, as the commands for them look at them apart.
  const words = new Map([...targetsOf(worn), ...targetsOf(self.items.filter((item) => item.slot === ""))]);
  const carried = { self, room, words, ports };
  return (
    <>
      <h3>Worn</h3>
      <div className="drop-zone" {...takesThings(takesFrom("carried", ({ word }) => ports.run(`wear ${word}`)))}>
        {worn.length === 0 ? <p className="empty">Nothing.</p> : <ul className="things">{worn.map((item) => <Carried key={item.id} item={item} {...carried} />)}</ul>}
      </div>
      <h3>Carried</h3>
      <div className="drop-zone" {...takesThings((thing) => takeUp(thing, ports))}>
        {loose.length === 0 ? <p className="empty">Nothing.</p> : <ul className="things">{loose.map((item) => <Carried key={item.id} item={item} {...carried} />)}</ul>}
      </div>
    </>
  );
}

function takeUp({ from, word, holder }: DraggedThing, { run }: CommandPorts): boolean {
  if (from === "room") run(`get ${word}`);
  else if (from === "worn") run(`remove ${word}`);
  else if (from === "inside" && holder !== undefined) run(`get ${word} from ${holder}`);
  return from !== "carried";
}

interface CarriedProps {
  item: CarriedView;
  self: SelfView;
  room: RoomView | null;
  words: ReadonlyMap<string, string>;
  ports: CommandPorts;
}

/** A thing one has, and under it what is inside. */
function Carried({ item, self, room, words, ports }: CarriedProps) {
  const inside = self.items.filter((other) => other.in === item.id && other.id !== item.id);
  const word = words.get(item.id) ?? item.name;
  const holder = words.get(item.in);
  return (
    <>
      <Thing
        name={item.name} detail={item.slot} onLook={() => ports.run(`look ${word}`)} actions={() => carriedActions(item, { self, room, words }, ports)}
        dragged={{ from: item.slot !== "" ? "worn" : holder === undefined ? "carried" : "inside", word, ...(holder === undefined ? {} : { holder }) }}
        onThing={takesFrom("carried", ({ word: put }) => { if (put !== word) ports.run(`put ${put} in ${word}`); })}
      />
      {inside.length > 0 && (
        <li className="inside">
          <ul className="things" aria-label={`In ${item.name}`}>
            {inside.map((other) => <Carried key={other.id} item={other} self={self} room={room} words={words} ports={ports} />)}
          </ul>
        </li>
      )}
    </>
  );
}
