/** Rooms, doors, and what is in rooms at first. */
import type { DoorDef, ExitDef, RoomDef, SpawnDef } from "../../engine/content.ts";
import type { AreaId, DoorId, KindId, NpcKindId, RoomId, SpawnId } from "../../engine/ids.ts";
import { asId } from "../../engine/ids.ts";
import { keywordsOf } from "../names.ts";
import type { PlacedDoor, PlacedSpawn } from "../placed.ts";
import type { Entry } from "../raw-world.ts";
import type { RawExit, RawRoom } from "../schema/room.ts";
import { buildLines } from "./parts.ts";

/** A room as the engine reads it. */
export function buildRoom({ id, area, value }: Entry<RawRoom>): RoomDef {
  return {
    id: asId<RoomId>(id),
    area: asId<AreaId>(area),
    title: value.title,
    description: value.description,
    variants: buildLines(value.variants),
    indoors: value.indoors,
    dark: value.dark,
    exits: Object.entries(value.exits).map(([name, exit]) => buildExit(name, exit)),
    details: value.details,
    ambience: buildLines(value.ambience),
    noWander: value.no_wander,
    ...(value.post_office ? { postOffice: true } : {}),
    at: value.at ?? null,
  };
}

function buildExit(name: string, exit: RawExit): ExitDef {
  const door = typeof exit.door === "object" ? exit.door.id : exit.door;
  return {
    name,
    aliases: exit.aliases,
    to: asId<RoomId>(exit.to),
    door: door === undefined ? null : asId<DoorId>(door),
    hidden: exit.hidden,
    description: exit.description ?? null,
    leaveText: exit.leave_text ?? null,
  };
}

/** A door as the engine reads it. */
export function buildDoor({ id, value }: PlacedDoor): DoorDef {
  return {
    id: asId<DoorId>(id),
    name: value.name,
    keywords: value.keywords ?? keywordsOf(value.name),
    key: value.key === undefined ? null : asId<KindId>(value.key),
    initially: value.initially,
  };
}

/** A spawn as the engine reads it. */
export function buildSpawn(spawn: PlacedSpawn): SpawnDef {
  return {
    id: asId<SpawnId>(spawn.id),
    area: asId<AreaId>(spawn.room.area),
    room: asId<RoomId>(spawn.room.id),
    what: spawn.type === "npc" ? { type: "npc", kind: asId<NpcKindId>(spawn.kind) } : { type: "item", kind: asId<KindId>(spawn.kind) },
    quantity: spawn.quantity,
    in: spawn.in === null ? null : asId<SpawnId>(spawn.in.id),
    respawnS: spawn.respawnS,
  };
}
