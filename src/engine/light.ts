/** Whether one can see in a room: the same for everybody in it, so that what happens there is worded once. */
import type { RoomDef } from "./content.ts";
import { carriedBy, inRoom, type Holder } from "./ids.ts";
import type { ReadonlyArea } from "./world.ts";

/** A dark room is lit by a lit thing lying there, or carried or worn by anybody in it. */
export function isRoomLit(area: ReadonlyArea, room: RoomDef): boolean {
  if (!room.dark) return true;
  if (holdsLight(area, inRoom(room.id))) return true;
  for (const id of area.rooms.get(room.id)?.characters ?? []) if (holdsLight(area, carriedBy(id))) return true;
  return false;
}

function holdsLight(area: ReadonlyArea, holder: Holder): boolean {
  for (const id of area.contents.get(holder) ?? []) if (area.items.get(id)?.lit === true) return true;
  return false;
}
