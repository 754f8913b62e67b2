/**
 * What the life of an area needs from outside, as interfaces. `src/persistence` and `src/cluster` implement
 * them over PostgreSQL and Redis, tests over memory; one contract suite runs against each.
 */
import type { DurableEvent, SoftEvent } from "../engine/events.ts";
import type { AreaId, CharacterId, DoorId, ItemId, NpcId, RoomId, SpawnId } from "../engine/ids.ts";
import type { Addressee, WaitingLetter } from "../engine/post.ts";
import type { Somebody } from "../engine/staff.ts";
import type { Character, DoorState, Item, SpawnState } from "../engine/world.ts";
import type { Response } from "../protocol/server-messages.ts";

/** One command's durable outcome, written whole or not at all. */
export interface CommitUnit {
  readonly area: AreaId;
  /** The owner's epoch; the commit is refused when the area has another. */
  readonly epoch: number;
  /** Who did it; null: the world itself (a spawn, a quest timer). */
  readonly actor: CharacterId | null;
  /** Room where it happened. */
  readonly room: RoomId | null;
  /**
   * What makes it unique, so that a repeat is recognised: the player's request number and the step within it
   * (`n;n;e` has three), or a deterministic id of the world's own ("spawn:forge_hammer:4").
   */
  readonly request: { readonly seq: number; readonly step: number } | { readonly deterministicId: string } | null;
  /** The line that was typed, for the journal. */
  readonly command: string;
  readonly events: readonly DurableEvent[];
  /** The reply to keep for a repeat of the same request; only with a `seq`. */
  readonly reply: Response | null;
}

export type CommitOutcome =
  /** Durable now. `entry` is its journal number. */
  | { readonly kind: "committed"; readonly entry: string }
  /** The same request was committed before: this is its reply, nothing was written. */
  | { readonly kind: "duplicate"; readonly reply: Response | null }
  /** Another process owns the area now: stop, write nothing more. */
  | { readonly kind: "fenced" }
  /** A row was not as memory says (a bug, or an operator's hand in the database). Nothing was written. */
  | { readonly kind: "mismatch"; readonly detail: string }
  /** Not written, and known not to be: the database cannot be reached. */
  | { readonly kind: "unavailable"; readonly cause: unknown };

export interface Committer {
  /** Never rejects. Resolves once the outcome is known. Units are committed in the order of the calls. */
  commit(unit: CommitUnit): Promise<CommitOutcome>;
  /** Resolves when everything handed in so far has its outcome. */
  flush(): Promise<void>;
}

/** What an area's rows say at activation. Items include what its containers, NPCs and rooms hold, nested. */
export interface LoadedArea {
  readonly items: readonly Item[];
  readonly doors: readonly DoorState[];
  readonly spawns: readonly SpawnState[];
  readonly npcs: readonly { readonly id: NpcId; readonly room: RoomId; readonly goneUntilMs: number | null }[];
}

/** The reply to a request as it was when one of its steps was committed. */
export interface StoredReply {
  readonly seq: number;
  readonly step: number;
  /** As JSON: hardly any is ever read, and everybody who comes in brings sixteen. */
  readonly json: string;
}

/** A character with everything it carries, nested. */
export interface LoadedCharacter {
  readonly character: Character;
  readonly items: readonly Item[];
  /** The newest replies, oldest first, and the highest request number seen. */
  readonly replies: readonly StoredReply[];
  readonly seq: number;
  /** Letters wait for it; undefined: nobody has looked. */
  readonly hasPost?: boolean;
}

export interface AreaStore {
  loadArea(area: { readonly rooms: readonly RoomId[]; readonly doors: readonly DoorId[]; readonly spawns: readonly SpawnId[]; readonly npcs: readonly NpcId[] }): Promise<LoadedArea>;
  /** Undefined when there is no such character, or it does not stand in that room. `room` null: wherever it is. */
  loadCharacter(id: CharacterId, room: RoomId | null): Promise<LoadedCharacter | undefined>;
  /** Several at once, wherever they stand; whoever is not among the answer does not exist. */
  loadCharacters(ids: readonly CharacterId[]): Promise<ReadonlyMap<CharacterId, LoadedCharacter>>;
  /** Where the character stands, by its row. */
  locate(id: CharacterId): Promise<RoomId | undefined>;
  /** Whoever is so called (any case), in the world or not. */
  addressee(name: string): Promise<Addressee | undefined>;
  /** Whoever is so called (any case), and what they may do. A store that only plays need not know. */
  somebody?(name: string): Promise<Somebody | undefined>;
  /** Reports of a character that nobody has looked at yet. */
  openReports?(reporter: CharacterId): Promise<number>;
  /** What waits in the post for a character, oldest first, with what it brings, nested. */
  letters(to: CharacterId): Promise<readonly WaitingLetter[]>;
}

/** Says "read this again"; what is there now is read by whoever is told. */
export interface OutboxRow {
  readonly id: string;
  /** The letters of this character. */
  readonly target: CharacterId;
  readonly ageMs: number;
}

export interface Outbox {
  /** The oldest rows, of whatever area. */
  waiting(): Promise<readonly OutboxRow[]>;
  /** These have been told. */
  done(rows: readonly OutboxRow[]): Promise<void>;
}

/** Soft state, written behind: the newest value per entity wins, at most SOFT_FLUSH_MS after it changed. */
export interface SoftWriter {
  /** Cheap; only remembers. `playtimeS` is the total. */
  character(id: CharacterId, state: { position: string; health: number; vigour: number; playtimeS: number }, owner: { area: AreaId; epoch: number }): void;
  npc(id: NpcId, state: { room: RoomId; goneUntilMs: number | null }, owner: { area: AreaId; epoch: number }): void;
  /** Writes what waits now; resolves when it is on disk. Rejects when the database cannot be reached (it is kept). */
  flush(): Promise<void>;
}

export interface Ownership {
  /** False when the lease may have run out: others may serve its areas by now, until a renewal has told which. */
  readonly alive: boolean;
  /** Takes the area, or says who has it. Rejects with E_STORAGE when the database cannot be reached. */
  acquire(area: AreaId): Promise<{ readonly epoch: number } | { readonly heldBy: string }>;
  /** Gives it back, if the epoch is still ours. */
  release(area: AreaId, epoch: number): Promise<void>;
}

/** Time that can be faked in tests. */
export interface Clock {
  /** Milliseconds since 1970. */
  nowMs(): number;
  /** Calls back once after `delayMs`; the answer cancels it. */
  after(delayMs: number, run: () => void): () => void;
}

export type { DurableEvent, SoftEvent, ItemId };
