/** Where an area's doings go: implemented by the Colyseus Room (`rooms/`), by a list in tests. */
import type { MessageType, Noun } from "../engine/decision.ts";
import type { DomainEvent } from "../engine/events.ts";
import type { AreaId, CharacterId, RoomId } from "../engine/ids.ts";
import type { HeardLine } from "../engine/staff.ts";
import type { Character } from "../engine/world.ts";
import type { ErrorCode } from "../protocol/codes.ts";
import type { Response, RoomMessage } from "../protocol/server-messages.ts";

/** A worded line on its way to players. */
export interface OutLine {
  /** The same for what is said again because its request was carried out again (its answer was lost with a process). */
  readonly id?: string;
  readonly text: string;
  readonly type: MessageType;
  readonly refs: readonly Noun[];
  readonly sender?: string;
  readonly channel?: string;
  /** It has been recorded for whoever it is for. Never sent to players. */
  readonly recorded?: true;
  /** Whose words these are: they are kept from whoever ignores that character. Never sent to players. */
  readonly by?: CharacterId;
}

/** A seat in another area, as the client consumes it (Colyseus' seat reservation). */
export type Seat = Readonly<Record<string, unknown>>;

/** The rest of a line whose steps lead into another area: it is finished there, and answered from there. */
export interface Onward {
  readonly line: string;
  readonly id: string;
  readonly seq: number | null;
  /** The last step done, and the reply as it stands with it. */
  readonly goesOn: { readonly step: number; readonly reply: Response };
  /** The trace that it belongs to (`traceparent`), where there is one. */
  readonly trace?: string;
}

/** How a character comes into another area. */
export interface Passage {
  readonly room: RoomId;
  /** The direction it comes from, in words ("the south", or ""). */
  readonly from: string;
  readonly onward: Onward | null;
  /** Lines for it alone that it may not have received: the other area sends them again. */
  readonly personal: readonly RoomMessage[];
  /** Its client can go on from there over the connection that it has. */
  readonly sameConnection: boolean;
}

/** A character that has left an area, and the last line it was shown there. */
export interface LeftBehind {
  readonly character: CharacterId;
  readonly room: RoomId;
  readonly line: number;
}

/** What a character has not been shown of rooms where it was. */
export interface MissedLines {
  readonly lines: readonly RoomMessage[];
  /** False: more was said than can be told now. */
  readonly complete: boolean;
}

export interface Outlet {
  /** These events have just been applied. */
  applied(events: readonly DomainEvent[]): void;
  /** A line for everybody in a room, except those named. */
  room(room: RoomId, line: OutLine, except: readonly CharacterId[]): void;
  /** The newest lines for one character that it may not have received; not those that came along with the seat by which it came. */
  recent(id: CharacterId): readonly RoomMessage[];
  /**
   * Lines that were for a character before it came here, or comes: it may not have received them. `seat`: the session of the seat that they
   * came along with, which is told over the connection that they were sent over; whoever comes by it has them.
   */
  brought(id: CharacterId, lines: readonly RoomMessage[], seat?: string): void;
  /** What a character that has left the area missed of it after a line that it heard in one of its rooms. */
  left?(id: CharacterId, room: RoomId, line: number): Promise<MissedLines>;
  /** Resolves when whoever has the area next can read what has been said in it, or it has taken too long. Never rejects. */
  recorded?(): Promise<void>;
  /** The character came along with the area from the owner before, and will be let in as one who has been here all along. */
  stayed?(id: CharacterId): void;
  /** Lines for one character of this area, told in one go. */
  personal(id: CharacterId, ...lines: readonly OutLine[]): void;
  /** The character has left for another area; its connection is told where its seat is. `gone`: that connection is over. */
  transfer(id: CharacterId, seat: Seat, room: RoomId, gone?: () => void): void;
  /** The character's client can go on in another area over the connection that it has. */
  sameConnection?(id: CharacterId): boolean;
  /** What a character heard last, oldest first, for a report. */
  heard?(id: CharacterId): readonly HeardLine[];
  /** What was said in a room lately, for those who look after the world. */
  heardIn?(room: RoomId): readonly HeardLine[];
  /** The character is gone; its connection ends with this code, and a code of ours in words. */
  dismiss(id: CharacterId, closeCode: number, reason?: ErrorCode): void;
  /** The area is no longer served here: everybody has to come in again. */
  closed(reason: string): void;
}

/** Opens the way into other areas, wherever they are served. */
export interface Gate {
  /**
   * A seat for a character that walks in, granted before it leaves. Rejects with an AppError when the area
   * cannot be entered; an unused seat expires by itself.
   */
  reserve(area: AreaId, character: Character, passage: Passage): Promise<Seat>;
  /** It has left. `lines` were said to it alone since then, and it may not have received them. */
  left?(area: AreaId, id: CharacterId, seat: Seat, lines: readonly RoomMessage[]): void;
}

/** Lines for people who may be anywhere: tells, channels, shouts next door. */
export interface FarLines {
  /** `from`: whose words they are, and who is told when they do not arrive. */
  toPlayer(id: CharacterId, line: OutLine, from?: CharacterId): void;
  toChannel(channel: string, line: OutLine, except: readonly CharacterId[]): void;
  toAreas(areas: readonly AreaId[], line: OutLine, except: readonly CharacterId[]): void;
}
