/** What rooms define besides themselves: doors, and what stands and lies in them at first. */
import type { Place, Report } from "./mistake.ts";
import type { Entry, RawWorld } from "./raw-world.ts";
import type { RawDoor, RawExit, RawItemSpawn, RawRoom } from "./schema/room.ts";
import type { Path } from "./source-file.ts";

/** An exit where it was written. */
export interface PlacedExit {
  readonly room: Entry<RawRoom>;
  readonly name: string;
  readonly value: RawExit;
  readonly place: Place;
  /** The place of its door, where it has one. */
  readonly doorPlace: Place;
  /** The id of its door, defined here or elsewhere. */
  readonly door: string | null;
}

/** A door where it was defined. */
export interface PlacedDoor {
  readonly id: string;
  readonly value: RawDoor;
  readonly exit: PlacedExit;
  /** The place of something in its definition. */
  at(key: string): Place;
}

/** Something that is in a room at first. */
export interface PlacedSpawn {
  readonly id: string;
  readonly type: "npc" | "item";
  readonly kind: string;
  readonly room: Entry<RawRoom>;
  readonly quantity: number;
  readonly respawnS: number | null;
  /** The spawn of the container it is in. */
  readonly in: PlacedSpawn | null;
  readonly contains: readonly PlacedSpawn[];
  readonly place: Place;
  at(key: string): Place;
}

/** All that is placed in rooms. */
export interface Placed {
  readonly exits: readonly PlacedExit[];
  readonly doors: ReadonlyMap<string, PlacedDoor>;
  readonly spawns: ReadonlyMap<string, PlacedSpawn>;
}

/** Gathers doors and spawns from all rooms; what is defined twice goes to the report. */
export function gatherPlaced(raw: RawWorld, report: Report): Placed {
  const exits = [...raw.rooms.entries.values()].flatMap((room) => exitsOf(room));
  const doors = new Map<string, PlacedDoor>();
  for (const exit of exits) {
    const value = exit.value.door;
    if (value === undefined || typeof value === "string") continue;
    const first = doors.get(value.id);
    if (first !== undefined) {
      const hint = `It is defined in ${first.exit.doorPlace.file}:${first.exit.doorPlace.line}; the other side only names it: door: ${value.id}.`;
      report.mistake(exit.doorPlace, `the door '${value.id}' is defined twice`, hint, "locks");
      continue;
    }
    doors.set(value.id, { id: value.id, value, exit, at: (key) => exit.room.at("exits", exit.name, "door", key) });
  }
  const spawns = new Map<string, PlacedSpawn>();
  for (const room of raw.rooms.entries.values()) {
    for (const spawn of spawnsOf(room)) addSpawn(spawn, spawns, report);
  }
  return { exits, doors, spawns };
}

function exitsOf(room: Entry<RawRoom>): readonly PlacedExit[] {
  return Object.entries(room.value.exits).map(([name, value]) => ({
    room, name, value,
    place: room.at("exits", name),
    doorPlace: room.at("exits", name, "door"),
    door: typeof value.door === "object" ? value.door.id : value.door ?? null,
  }));
}

function spawnsOf(room: Entry<RawRoom>): readonly PlacedSpawn[] {
  const npcs = room.value.npcs.map((npc, index): PlacedSpawn => ({
    id: npc.id ?? `${room.id}__${npc.kind}`,
    type: "npc", kind: npc.kind, room, quantity: npc.count, respawnS: null, in: null, contains: [],
    place: room.at("npcs", index),
    at: (key) => room.at("npcs", index, key),
  }));
  return [...npcs, ...room.value.items.map((item, index) => itemSpawn(room, item, ["items", index], null))];
}

function itemSpawn(room: Entry<RawRoom>, item: RawItemSpawn, path: Path, within: PlacedSpawn | null): PlacedSpawn {
  const contains: PlacedSpawn[] = [];
  const spawn: PlacedSpawn = {
    id: item.id ?? `${within?.id ?? room.id}__${item.kind}`,
    type: "item", kind: item.kind, room, quantity: item.quantity, respawnS: item.respawn_s ?? null, in: within, contains,
    place: room.at(...path),
    at: (key) => room.at(...path, key),
  };
  item.contains.forEach((inner, index) => contains.push(itemSpawn(room, inner, [...path, "contains", index], spawn)));
  return spawn;
}

function addSpawn(spawn: PlacedSpawn, spawns: Map<string, PlacedSpawn>, report: Report): void {
  const first = spawns.get(spawn.id);
  if (first === undefined) {
    spawns.set(spawn.id, spawn);
  } else {
    const hint = `The first stands in ${first.place.file}:${first.place.line}; give one of them an id of its own, or a ${spawn.type === "npc" ? "count" : "quantity"}.`;
    report.mistake(spawn.place, `the spawn '${spawn.id}' is defined twice`, hint, "sources", "npcs");
  }
  for (const inner of spawn.contains) addSpawn(inner, spawns, report);
}
