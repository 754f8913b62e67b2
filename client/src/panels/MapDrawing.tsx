import { useState } from "react";
import type { KeyboardEvent } from "react";
import type { Place } from "../state/directions.ts";
import { stepOf } from "../state/directions.ts";
import type { SeenExit, SeenRoom, SeenRooms } from "../state/map-book.ts";
import { unexplored } from "../state/map-book.ts";
import type { CommandPorts } from "./actions.ts";

/** Units of the drawing from room to room, and the side of a room. */
const CELL = 40;
const SIDE = 24;
/** Rooms further away than this from the middle are not drawn. */
const REACH = 14;
const ZOOMS = [3, 4.5, 6.5, 9] as const;

const ARROWS: Readonly<Record<string, string>> = { ArrowUp: "north", ArrowDown: "south", ArrowLeft: "west", ArrowRight: "east", PageUp: "up", PageDown: "down" };

interface MapDrawingProps {
  rooms: SeenRooms;
  here: SeenRoom;
  onWalk: (id: string, exit?: string) => void;
  ports: CommandPorts;
}

/** One level of the map around where one stands; the list has the same for those who do not see it. */
export function MapDrawing({ rooms, here, onWalk, ports }: MapDrawingProps) {
  const [zoom, setZoom] = useState(1);
  const [lift, setLift] = useState({ from: here.id, levels: 0 });
  const levels = lift.from === here.id ? lift.levels : 0;
  const z = here.at.z + levels;
  const cells = ZOOMS[zoom] ?? ZOOMS[1];
  const shown = [...rooms.values()].filter(({ at }) => at.z === z && Math.abs(at.x - here.at.x) <= REACH && Math.abs(at.y - here.at.y) <= REACH);
  const others = [...new Set([...rooms.values()].map(({ at }) => at.z))];
  const half = (cells * CELL) / 2;

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const way = ARROWS[event.key];
    if (way === undefined) return;
    event.preventDefault();
    ports.run(way);
  };
  return (
    <div className="map" role="group" tabIndex={0} aria-label={`Map, drawn. You are in ${here.title}. Arrow keys walk; the list tells the same in words.`} onKeyDown={onKeyDown}>
      <svg className="map-drawing" viewBox={`${here.at.x * CELL - half} ${-here.at.y * CELL - half} ${half * 2} ${half * 2}`} aria-hidden="true">
        {shown.map((room) => room.exits.map((exit) => <Way key={`${room.id} ${exit.name}`} room={room} exit={exit} rooms={rooms} />))}
        {shown.map((room) => <Room key={room.id} room={room} current={room.id === here.id} onWalk={onWalk} />)}
        {shown.map((room) => unexplored(room, rooms).map((exit) => <Unexplored key={`${room.id} ${exit.name}`} room={room} exit={exit} onWalk={onWalk} />))}
      </svg>
      <div className="map-tools">
        <button type="button" aria-label="Show more of the map" disabled={zoom === ZOOMS.length - 1} onClick={() => setZoom(zoom + 1)}>{"\u2212"}</button>
        <button type="button" aria-label="Show the map larger" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>+</button>
        <span className="map-level">{levels === 0 ? "This level" : `${Math.abs(levels)} ${levels > 0 ? "above" : "below"}`}</span>
        <button type="button" aria-label="One level up" disabled={!others.some((level) => level > z)} onClick={() => setLift({ from: here.id, levels: levels + 1 })}>{"\u2191"}</button>
        <button type="button" aria-label="One level down" disabled={!others.some((level) => level < z)} onClick={() => setLift({ from: here.id, levels: levels - 1 })}>{"\u2193"}</button>
      </div>
    </div>
  );
}

const spot = ({ x, y }: Place): { x: number; y: number } => ({ x: x * CELL, y: -y * CELL });

function Room({ room, current, onWalk }: { room: SeenRoom; current: boolean; onWalk: (id: string) => void }) {
  const { x, y } = spot(room.at);
  const vertical = (name: string): boolean => room.exits.some((exit) => exit.name === name);
  return (
    <g className={`map-room${current ? " map-here" : ""}`} onClick={() => { if (!current) onWalk(room.id); }}>
      <title>{current ? `${room.title} (you are here)` : `${room.title}: walk there`}</title>
      <rect x={x - SIDE / 2} y={y - SIDE / 2} width={SIDE} height={SIDE} rx={4} />
      {current && <circle cx={x} cy={y} r={5} />}
      {vertical("up") && <path className="map-vertical" d={`M${x + 4} ${y - 4}l3.5-4 3.5 4`} />}
      {vertical("down") && <path className="map-vertical" d={`M${x + 4} ${y + 4}l3.5 4 3.5-4`} />}
    </g>
  );
}

function Way({ room, exit, rooms }: { room: SeenRoom; exit: SeenExit; rooms: SeenRooms }) {
  const target = rooms.get(exit.to);
  if (target === undefined || target.at.z !== room.at.z) return null;
  const [from, to] = [spot(room.at), spot(target.at)];
  const named = stepOf(exit.name) === undefined;
  return <line className={`map-way${named ? " map-way-named" : ""}${exit.door === "locked" || exit.door === "closed" ? " map-way-closed" : ""}`} x1={from.x} y1={from.y} x2={to.x} y2={to.y} />;
}

/** A way not walked yet: a stub with a question mark. */
function Unexplored({ room, exit, onWalk }: { room: SeenRoom; exit: SeenExit; onWalk: (id: string, exit: string) => void }) {
  const step = stepOf(exit.name);
  if (step === undefined || step.z !== 0) return null;
  const { x, y } = spot(room.at);
  const reach = CELL * 0.56;
  const [toX, toY] = [x + step.x * reach, y - step.y * reach];
  return (
    <g className="map-unexplored" onClick={() => onWalk(room.id, exit.name)}>
      <title>{`${exit.name} from ${room.title}: not walked yet`}</title>
      <line x1={x + step.x * (SIDE / 2)} y1={y - step.y * (SIDE / 2)} x2={toX} y2={toY} />
      <circle cx={toX} cy={toY} r={7} />
      <text x={toX} y={toY + 3.5} textAnchor="middle">?</text>
    </g>
  );
}
