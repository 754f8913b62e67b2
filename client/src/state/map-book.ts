import type { WorldView } from "../../sdk/index.ts";
import type { Place } from "./directions.ts";
import { stepOf } from "./directions.ts";
import { isFields, isText, keep, listOf, readKept } from "./kept.ts";
import { Store } from "./store.ts";

/** A way out of a room as it was seen last. */
export interface SeenExit {
  name: string;
  /** The room beyond; empty when it was never told. */
  to: string;
  title: string;
  door: "" | "open" | "closed" | "locked";
}

/** A room as it was seen last. */
export interface SeenRoom {
  id: string;
  title: string;
  area: string;
  areaName: string;
  at: Place;
  exits: readonly SeenExit[];
}

/** Rooms remembered per character; the ones seen longest ago go first. */
const MAX_ROOMS = 5_000;
/** A room that the world does not place is looked a place for, so many steps away from where its way leads. */
const MAX_STEPS_ASIDE = 12;

export type SeenRooms = ReadonlyMap<string, SeenRoom>;

/** The rooms that a character has seen, kept in this browser. */
export class MapBook {
  readonly rooms: Store<SeenRooms>;
  readonly #name: string;
  #seen: WorldView | undefined;
  #last: { id: string; area: string } | undefined;

  constructor(username: string) {
    this.#name = `map.${username.toLowerCase()}`;
    this.rooms = new Store<SeenRooms>(readRooms(readKept(this.#name)));
  }

  /** Takes in where the character stands now. What the dark hides is not forgotten. */
  see(view: WorldView): void {
    if (view === this.#seen) return;
    this.#seen = view;
    const { area, area_name, room } = view;
    if (room === null || room.id === "") return;
    const rooms = this.rooms.get();
    const before = rooms.get(room.id);
    const from = this.#last;
    this.#last = { id: room.id, area };
    if (room.dark && before !== undefined) return;
    const exits = room.exits.map(({ name, to, to_title, door }) => {
      const known = before?.exits.find((exit) => exit.name === name);
      return { name, to: to === "" ? known?.to ?? "" : to, title: to_title === "" ? known?.title ?? "" : to_title, door };
    });
    const seen: SeenRoom = { id: room.id, title: room.title, area, areaName: area_name, at: room.at ?? before?.at ?? placeFor(room.id, rooms, from?.id), exits };
    if (before !== undefined && JSON.stringify(before) === JSON.stringify(seen)) return;
    const next = new Map(rooms);
    next.delete(room.id);
    next.set(room.id, seen);
    for (const id of next.keys()) {
      if (next.size <= MAX_ROOMS) break;
      next.delete(id);
    }
    this.rooms.set(next);
    keep(this.#name, [...next.values()]);
  }
}

/** A free place for a room that the world does not place: where the way into it leads, or further on in that direction. */
function placeFor(id: string, rooms: SeenRooms, from: string | undefined): Place {
  const origin = from === undefined ? undefined : rooms.get(from);
  const way = origin?.exits.find((exit) => exit.to === id);
  const start = origin?.at ?? { x: 0, y: 0, z: 0 };
  const step = (way === undefined ? undefined : stepOf(way.name)) ?? { x: 1, y: 0, z: 0 };
  const taken = new Set([...rooms.values()].filter((room) => room.id !== id).map(({ at }) => keyOf(at)));
  for (let steps = origin === undefined ? 0 : 1; steps <= MAX_STEPS_ASIDE; steps++) {
    const at = { x: start.x + step.x * steps, y: start.y + step.y * steps, z: start.z + step.z * steps };
    if (!taken.has(keyOf(at))) return at;
  }
  return start;
}

export const keyOf = ({ x, y, z }: Place): string => `${x} ${y} ${z}`;

/** Ways out of known rooms into rooms that were never seen. */
export function unexplored(room: SeenRoom, rooms: SeenRooms): SeenExit[] {
  return room.exits.filter(({ to }) => to === "" || !rooms.has(to));
}

/** The shortest way by exits that have been seen, as their names; undefined when there is none. A locked door is no way. */
export function pathTo(rooms: SeenRooms, from: string, to: string): { exit: string; room: string }[] | undefined {
  const cameBy = new Map<string, { exit: string; from: string } | undefined>([[from, undefined]]);
  const queue = [from];
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (id === to) return retrace(cameBy, to);
    for (const exit of rooms.get(id)?.exits ?? []) {
      if (exit.to === "" || exit.door === "locked" || cameBy.has(exit.to)) continue;
      cameBy.set(exit.to, { exit: exit.name, from: id });
      queue.push(exit.to);
    }
  }
  return undefined;
}

/** Every room that can be walked to by ways that have been seen, the nearest first, and how many steps it takes. */
export function stepsFrom(rooms: SeenRooms, from: string): { room: SeenRoom; steps: number }[] {
  const steps = new Map([[from, 0]]);
  const near: { room: SeenRoom; steps: number }[] = [];
  for (const [id, count] of steps) {
    const room = rooms.get(id);
    if (room === undefined) continue;
    near.push({ room, steps: count });
    // A map hands out what is added to it while it is walked through.
    for (const { to, door } of room.exits) if (to !== "" && door !== "locked" && !steps.has(to)) steps.set(to, count + 1);
  }
  return near;
}

function retrace(cameBy: ReadonlyMap<string, { exit: string; from: string } | undefined>, to: string): { exit: string; room: string }[] {
  const steps: { exit: string; room: string }[] = [];
  for (let room = to, step = cameBy.get(room); step !== undefined; room = step.from, step = cameBy.get(room)) steps.unshift({ exit: step.exit, room });
  return steps;
}

function readRooms(value: unknown): SeenRooms {
  const rooms = listOf(value).flatMap((it) => {
    if (!isFields(it) || !isText(it.id) || !isText(it.title) || !isText(it.area) || !isText(it.areaName) || !isPlace(it.at)) return [];
    return [{ id: it.id, title: it.title, area: it.area, areaName: it.areaName, at: it.at, exits: listOf(it.exits).flatMap(readExit) }];
  });
  return new Map(rooms.slice(-MAX_ROOMS).map((room) => [room.id, room]));
}

const isPlace = (value: unknown): value is Place => isFields(value) && [value.x, value.y, value.z].every(Number.isInteger);

function readExit(value: unknown): SeenExit[] {
  if (!isFields(value) || !isText(value.name) || !isText(value.to) || !isText(value.title)) return [];
  const door = value.door === "open" || value.door === "closed" || value.door === "locked" ? value.door : "";
  return [{ name: value.name, to: value.to, title: value.title, door }];
}
