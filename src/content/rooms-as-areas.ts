/** The same world with every room an area of its own (`WAYSTONE_AREA_MODE=room`). */
import type { AreaDef, ContentIndex, RoomDef, SpawnDef } from "../engine/content.ts";
import type { AreaId, RoomId } from "../engine/ids.ts";
import { asId } from "../engine/ids.ts";
import { deepFreeze } from "./frozen.ts";

/**
 * Every room becomes an area with the room's id and the room's title, in the climate and with the ambience
 * of its old area. NPCs keep their routes, but do not leave their area, and so stay in their room.
 */
export function roomsAsAreas(content: ContentIndex): ContentIndex {
  const areaOf = (room: RoomId): AreaId => asId<AreaId>(room);
  const areas = new Map<AreaId, AreaDef>();
  const rooms = new Map<RoomId, RoomDef>();
  for (const room of content.rooms.values()) {
    const old = content.areas.get(room.area);
    if (old === undefined) throw new Error(`room '${room.id}' is in no area`);
    areas.set(areaOf(room.id), { ...old, id: areaOf(room.id), name: room.title, rooms: [room.id] });
    rooms.set(room.id, { ...room, area: areaOf(room.id) });
  }
  const spawns = new Map([...content.spawns].map(([id, spawn]): [typeof id, SpawnDef] => [id, { ...spawn, area: areaOf(spawn.room) }]));
  return deepFreeze<ContentIndex>({ ...content, areas, rooms, spawns });
}
