/** Who goes along when somebody, or a whole area, changes over to another process. */
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { AreaState, Character } from "../engine/world.ts";
import type { RoomMessage } from "../protocol/server-messages.ts";
import type { Outlet } from "./outlet.ts";

/** What of a character is in no row and yet walks along into another area. */
export type Brought = Partial<Pick<Character, "following" | "lastTellFrom" | "lastLine" | "afk">>;

export const broughtBy = ({ following, lastTellFrom, lastLine, afk }: Character): Brought => ({ following, lastTellFrom, lastLine, afk });

/** Somebody in an area that changes hands. */
export interface Passenger {
  readonly id: CharacterId;
  readonly name: string;
  readonly room: RoomId;
  readonly brings: Brought;
  /** Lines for it alone that it may not have received. */
  readonly personal: readonly RoomMessage[];
  /** It has a connection to take along; otherwise it waits over there for one. */
  readonly connected: boolean;
  /** Its client can go on from there over the connection that it has. */
  readonly sameConnection: boolean;
}

/** Everybody in an area, as they go along with it. */
export const passengersOf = (area: AreaState, outlet: Outlet): Passenger[] => [...area.characters.values()].map((character) => ({
  id: character.id, name: character.name, room: character.room, brings: broughtBy(character), personal: outlet.recent(character.id), connected: !character.linkDead,
  sameConnection: outlet.sameConnection?.(character.id) === true,
}));
