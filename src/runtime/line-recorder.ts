/** Where the newest lines of rooms are kept for the next owner of their area, should this process die; Redis in `src/cluster`. */
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { OutLine } from "./outlet.ts";

/** Who was in the room when a line was said, as far as it has changed, or is said again. */
export interface Presence {
  /** Had come since the line before. */
  readonly came?: readonly string[];
  /** Had gone since the line before. */
  readonly went?: readonly string[];
  /** Were there, as they were at the line before: said now and then, as older lines are dropped. */
  readonly here?: readonly string[];
}

export interface RecordedLine extends Presence {
  /** Its number in its room. */
  readonly line: number;
  /** Characters who did not hear it. */
  readonly except: readonly string[];
  /** As it was sent; null: only says that the count begins here. */
  readonly bytes: Buffer | null;
}

/** A line for one character, with the id by which its client knows it again. */
export type PersonalLine = OutLine & { readonly id: string };

/** What somebody said or did to one character alone: kept by that one's name, so that it outlives the process it was said in. */
export interface PersonalRecorder {
  /**
   * Hands in a line; it is recorded with the next `write`. False when it is none of those that are: others' words and doings. What the world
   * says to somebody it can say again; channels are everybody's.
   */
  addPersonal(to: CharacterId, username: string, line: PersonalLine): boolean;
  /** As `LineRecorder.write`: when it returns, what was handed in is on its way. */
  write(): Promise<void> | undefined;
  /** Those of the last so many ms, oldest first; undefined when nobody can tell now. Never rejects. Names change hands: what was for another so called is not among them. */
  readPersonal(to: CharacterId, username: string, withinMs: number): Promise<readonly PersonalLine[] | undefined>;
}

export interface LineRecorder {
  /** Grows whenever something was not recorded, or what was may be gone: then whoever is in a room is said again with its next line. */
  readonly lapses?: number;
  /** Hands in a line; it is recorded with the next `write`. */
  add(room: RoomId, line: RecordedLine): void;
  /**
   * Sends off what was handed in. Resolves once that, and all from before, is recorded, or it has taken too long: never
   * rejects, never takes longer than a reader notices. Undefined: there is nothing to wait for.
   */
  write(): Promise<void> | undefined;
  /** Sends off what was handed in and has waited for as long as that may (RECORD_EVERY_MS). Nobody is told of it yet: whoever tells of it, writes first. */
  writeOld(): void;
  /** The recorded lines of a room with lower numbers, oldest first; undefined when nobody can tell now. */
  read(room: RoomId, before: number): Promise<readonly RecordedLine[] | undefined>;
}
