import type { CharacterView, ExitView, RoomView } from "../../sdk/index.ts";
import type { CommandPorts } from "./actions.ts";
import { characterActions, exitActions, itemActions, npcActions } from "./actions.ts";
import { MenuButton } from "../menu/MenuButton.tsx";
import { targetsOf } from "./targets.ts";
import { takesFrom, takesThings } from "./thing-drag.ts";
import { Thing } from "./Thing.tsx";

interface RoomPanelProps {
  room: RoomView | null;
  /** The own character, who is not listed among the others. */
  selfId: string | undefined;
  ports: CommandPorts;
}

function condition({ position, afk, link_dead }: CharacterView): string {
  return [position === "standing" ? "" : position, afk ? "away" : "", link_dead ? "line cut" : ""].filter((word) => word !== "").join(", ");
}

/** The room one stands in: its ways out, who is there, and what lies there. */
export function RoomPanel({ room, selfId, ports }: RoomPanelProps) {
  if (room === null) return <p className="empty">{"\u2026"}</p>;
  const npcs = targetsOf(room.npcs);
  const items = targetsOf(room.items);
  const others = room.characters.filter((character) => character.id !== selfId);
  const give = (to: string) => takesFrom("carried", ({ word }) => ports.run(`give ${word} to ${to}`));
  return (
    <div
      className="room-panel"
      {...takesThings(takesFrom("carried", ({ word }) => ports.run(`drop ${word}`)))}
    >
      <h3 className="room-title">{room.title}</h3>
      <details className="room-text"><summary>Description</summary><p>{room.description}</p></details>
      <Exits exits={room.exits} ports={ports} />
      {others.length + room.npcs.length > 0 && (
        <>
          <h3>People</h3>
          <ul className="things">
            {others.map((character) => (
              <Thing
                key={character.id} name={character.name} detail={condition(character)} onLook={() => ports.run(`look ${character.name}`)}
                actions={() => characterActions(character, ports)} onThing={give(character.name)}
              />
            ))}
            {room.npcs.map((npc) => {
              const word = npcs.get(npc.id) ?? npc.name;
              return <Thing key={npc.id} name={npc.name} onLook={() => ports.run(`look ${word}`)} actions={() => npcActions(npc, word, ports)} onThing={give(word)} />;
            })}
          </ul>
        </>
      )}
      {room.items.length > 0 && (
        <>
          <h3>Things</h3>
          <ul className="things">
            {room.items.map((item) => {
              const word = items.get(item.id) ?? item.name;
              return (
                <Thing
                  key={item.id} name={item.name} onLook={() => ports.run(`look ${word}`)} actions={() => itemActions(item, word, ports)}
                  dragged={{ from: "room", word }} onThing={takesFrom("carried", ({ word: put }) => ports.run(`put ${put} in ${word}`))}
                />
              );
            })}
          </ul>
        </>
      )}
    </div>
  );
}

/** The ways out; a click goes there. */
function Exits({ exits, ports }: { exits: readonly ExitView[]; ports: CommandPorts }) {
  if (exits.length === 0) return <p className="empty">No way out that you can see.</p>;
  return (
    <ul className="exits" aria-label="Ways">
      {exits.map((exit) => {
        const { name, to_title, door, door_name } = exit;
        return (
          <li key={name}>
            <button type="button" className="exit" onClick={() => ports.run(name)}>
              <span className="exit-name">{name}</span>
              {to_title !== "" && <span className="exit-to">{to_title}</span>}
              {door !== "" && <span className={`exit-door exit-door-${door}`}>{door_name === "" ? "door" : door_name}, {door}</span>}
            </button>
            <MenuButton label={`More for the way ${name}`} actions={() => exitActions(exit, ports)} />
          </li>
        );
      })}
    </ul>
  );
}
