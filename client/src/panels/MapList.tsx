import { useMemo, useState } from "react";
import type { SeenRoom, SeenRooms } from "../state/map-book.ts";
import { stepsFrom, unexplored } from "../state/map-book.ts";

/** Rooms listed at once, the nearest first. */
const LISTED = 40;

interface MapListProps {
  rooms: SeenRooms;
  here: SeenRoom;
  onWalk: (id: string, exit?: string) => void;
}

/** The map in words: the rooms one has seen, the nearest first, and the ways not walked yet. */
export function MapList({ rooms, here, onWalk }: MapListProps) {
  const [all, setAll] = useState(false);
  const near = useMemo(() => stepsFrom(rooms, here.id), [rooms, here.id]);
  const shown = all ? near : near.slice(0, LISTED);
  return (
    <>
      <ul className="map-list" aria-label="Rooms you have seen">
        {shown.map(({ room, steps }) => {
          const open = unexplored(room, rooms);
          return (
            <li key={room.id}>
              <button type="button" className="map-walk" aria-current={room.id === here.id ? "location" : undefined} disabled={steps === 0} onClick={() => onWalk(room.id)}>
                {steps === 0 ? `${room.title}, here` : `${room.title}, ${steps === 1 ? "1 step" : `${steps} steps`}`}
              </button>
              {room.areaName !== here.areaName && <span className="thing-detail">{room.areaName}</span>}
              {open.length > 0 && (
                <span className="map-open">
                  Not walked yet:{" "}
                  {open.map((exit) => <button key={exit.name} type="button" className="map-open-exit" aria-label={`Go ${exit.name} from ${room.title}`} onClick={() => onWalk(room.id, exit.name)}>{exit.name}</button>)}
                </span>
              )}
            </li>
          );
        })}
      </ul>
      {near.length > shown.length && <button type="button" className="quiet" onClick={() => setAll(true)}>All {near.length} rooms</button>}
    </>
  );
}
