/** Who in a room notices what the world does by itself. */
import type { CharacterId, RoomId } from "./ids.ts";
import type { Slate } from "./slate.ts";

/** True when somebody in the room is awake and at the other end of the line: nothing is said to empty chairs. */
export function hasListeners(slate: Slate, room: RoomId): boolean {
  for (const id of slate.area.rooms.get(room)?.characters ?? []) {
    const character = slate.area.characters.get(id);
    if (character !== undefined && character.position !== "sleeping" && !character.linkDead) return true;
  }
  return false;
}

/** Those in the room who sleep: they are told nothing. */
export function sleepersIn(slate: Slate, room: RoomId): CharacterId[] {
  const found: CharacterId[] = [];
  for (const id of slate.area.rooms.get(room)?.characters ?? []) if (slate.area.characters.get(id)?.position === "sleeping") found.push(id);
  return found;
}
