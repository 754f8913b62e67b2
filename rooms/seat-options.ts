/** What a seat in an area carries besides who it is for; made by servers only. */
import type { AreaId, RoomId } from "../src/engine/ids.ts";
import type { JoinOptions } from "../src/protocol/client-messages.ts";
import type { Onward } from "../src/runtime/outlet.ts";
import type { Brought } from "../src/runtime/passengers.ts";

export interface SeatOptions extends JoinOptions {
  readonly area: AreaId;
  /** The direction a character walks in from ("the south", or ""), when it comes from another area. */
  readonly walksFrom?: string;
  /** The room that it walks into. */
  readonly walksInto?: RoomId;
  readonly brings?: Brought;
  /** What its line had left to do when it came into this area. */
  readonly onward?: Onward | null;
  /** The area has changed hands with this character in it, who need not notice. */
  readonly moved?: true;
  /** So many times the area had changed hands when whoever walks in came to take their seat. */
  readonly sentOn?: number;
  /** The trace that it was granted in (`traceparent`). */
  readonly trace?: string;
}
