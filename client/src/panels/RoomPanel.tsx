import type { CharacterView, RoomView } from "../../sdk/index.ts";
import { Exits } from "./Exits.tsx";
import { Panel } from "./Panel.tsx";
import { targetsOf } from "./targets.ts";
import { Thing } from "./Thing.tsx";

interface RoomPanelProps {
  room: RoomView | null;
  /** The own character, who is not listed among the others. */
  selfId: string | undefined;
  onCommand: (command: string) => void;
  onBegin: (text: string) => void;
}

function condition({ position, afk, link_dead }: CharacterView): string {
  return [position === "standing" ? "" : position, afk ? "away" : "", link_dead ? "line cut" : ""].filter((word) => word !== "").join(", ");
}

/** The room one stands in: its ways out, who is there, and what lies there. */
export function RoomPanel({ room, selfId, onCommand, onBegin }: RoomPanelProps) {
  if (room === null) return <p className="empty">{"\u2026"}</p>;
  const npcs = targetsOf(room.npcs);
  const items = targetsOf(room.items);
  const others = room.characters.filter((character) => character.id !== selfId);
  return (
    <div className="room-panel">
      <h2>{room.title}</h2>
      {room.dark && <p className="empty">It is dark here.</p>}
      <Panel title="Ways"><Exits exits={room.exits} onCommand={onCommand} /></Panel>
      {others.length + room.npcs.length > 0 && (
        <Panel title="People">
          <ul className="things">
            {others.map((character) => (
              <Thing
                key={character.id} name={character.name} detail={condition(character)} onLook={() => onCommand(`look ${character.name}`)}
                actions={[{ label: "tell", onAct: () => onBegin(`tell ${character.name} `) }]}
              />
            ))}
            {room.npcs.map((npc) => <Thing key={npc.id} name={npc.name} onLook={() => onCommand(`look ${npcs.get(npc.id) ?? npc.name}`)} />)}
          </ul>
        </Panel>
      )}
      {room.items.length > 0 && (
        <Panel title="Things">
          <ul className="things">
            {room.items.map((item) => (
              <Thing
                key={item.id} name={item.name} onLook={() => onCommand(`look ${items.get(item.id) ?? item.name}`)}
                actions={[{ label: "get", onAct: () => onCommand(`get ${items.get(item.id) ?? item.name}`) }]}
              />
            ))}
          </ul>
        </Panel>
      )}
    </div>
  );
}
