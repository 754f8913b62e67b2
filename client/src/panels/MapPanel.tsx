import { useState } from "react";
import type { Game } from "../state/game.ts";
import { keep, readKept } from "../state/kept.ts";
import { useStore } from "../state/store.ts";
import type { CommandPorts } from "./actions.ts";
import { MapDrawing } from "./MapDrawing.tsx";
import { MapList } from "./MapList.tsx";

type Form = "drawn" | "list";

/** The rooms one has seen, drawn or as a list; a click walks there. */
export function MapPanel({ game, ports }: { game: Game; ports: CommandPorts }) {
  const rooms = useStore(game.map.rooms);
  const { room } = useStore(game.view);
  const { display } = useStore(game.settings);
  const goal = useStore(game.walker.goal);
  const [chosen, setChosen] = useState<Form | undefined>(() => {
    const kept = readKept("map-form");
    return kept === "drawn" || kept === "list" ? kept : undefined;
  });
  const form = chosen ?? (display === "reader" ? "list" : "drawn");
  const choose = (wanted: Form): void => {
    setChosen(wanted);
    keep("map-form", wanted);
  };
  const here = room === null ? undefined : rooms.get(room.id);
  if (here === undefined) return <p className="empty">{"\u2026"}</p>;
  const walkTo = (id: string, exit?: string): void => void game.walker.walkTo(id, exit);
  return (
    <>
      <div className="map-head" role="group" aria-label="Form of the map">
        <button type="button" aria-pressed={form === "drawn"} onClick={() => choose("drawn")}>Drawn</button>
        <button type="button" aria-pressed={form === "list"} onClick={() => choose("list")}>List</button>
        {goal !== undefined && <button type="button" className="quiet" onClick={() => game.walker.stop()}>Stop walking</button>}
      </div>
      {form === "drawn" ? <MapDrawing rooms={rooms} here={here} onWalk={walkTo} ports={ports} /> : <MapList rooms={rooms} here={here} onWalk={walkTo} />}
    </>
  );
}
