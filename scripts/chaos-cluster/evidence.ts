/** What is written down of a run on many processes: what each player asked, read and knew, and what was done to the world. */
import type { Violation } from "../chaos/evidence.ts";

/** All times are milliseconds of one clock, that of the process in which all players run. */

/** A line as it came over the wire; the same for everybody who heard it. */
export interface Line {
  readonly id: string;
  readonly room: string;
  /** By the room's counter; null for a line that was meant for one player. */
  readonly number: number | null;
  readonly text: string;
  readonly type: string;
  /** By name; null when nobody said it, or nobody could be seen. */
  readonly sender: string | null;
}

/** A line that a player was shown: repeats that its client drops are not among them. */
export interface Heard {
  readonly atMs: number;
  readonly line: Line;
  /** The server says that it sends it again. */
  readonly replayed: boolean;
}

/** Words with a token in them that occurs nowhere else. */
export interface Talk {
  readonly token: string;
  readonly kind: "say" | "tell" | "channel";
  /** Of a tell: to whom, by name. */
  readonly to: string | null;
}

/** A command and what became of it. */
export interface Asked {
  readonly line: string;
  readonly sentMs: number;
  /** It may lead out of the room. */
  readonly moves: boolean;
  readonly talk: Talk | null;
  /** Null: never answered. */
  answeredMs: number | null;
  status: string | null;
  code: string | null;
  /** When the connection that brought the answer had been welcomed. */
  welcomedMs: number;
  /** What the answer said. */
  replies: readonly string[];
}

/** The server has let a player in (again). */
export interface Entered {
  readonly atMs: number;
  readonly room: string;
  /** The room's counter at that moment. */
  readonly line: number;
  /** False: the server says that lines were missed which it cannot send. */
  readonly complete: boolean;
}

/** What the synced state says about where the player stands, each time that it changes. */
export interface Stood {
  readonly atMs: number;
  readonly room: string;
}

export interface Player {
  readonly name: string;
  readonly character: string;
  readonly heard: readonly Heard[];
  readonly asked: readonly Asked[];
  readonly entered: readonly Entered[];
  readonly stood: readonly Stood[];
  /** Times that its session ended and it had to come in anew. */
  readonly loginsAgain: number;
  readonly transfers: readonly Transfer[];
  /** What became of its connection, for whoever looks into a violation. */
  readonly states?: readonly { readonly atMs: number; readonly text: string }[];
}

/** One hand-over to another area. */
export interface Transfer {
  readonly atMs: number;
  /** From the transfer to the welcome. */
  readonly ms: number;
  /** The area is served by another process. */
  readonly far: boolean;
}

/** How many were in the middle of something at one moment. */
export interface InTheMiddle {
  /** Players with a command that has no answer. */
  readonly command: number;
  /** Players on their way into another area. */
  readonly transfer: number;
  /** Players whose words have no answer yet, or whose words somebody has yet to hear. */
  readonly line: number;
}

/** Something was done to the world at one moment; a rolling reload consists of several. */
export interface Strike {
  readonly atMs: number;
  readonly middle: InTheMiddle;
}

export interface FaultRecord {
  readonly kind: FaultKind;
  readonly strikes: readonly Strike[];
  /** Everybody plays again. */
  readonly healedMs: number;
  /** Players whose connection led to what was struck, by name. */
  readonly affected: ReadonlySet<string>;
  /** Enough were in the middle of something at each strike. */
  readonly counts: boolean;
}

export const FAULT_KINDS = [
  "kill", "kill-and-takeover", "stall", "redis-kill", "redis-hang", "redis-empty", "database-restart", "players-cut", "players-silence", "rolling-reload",
  "database-partition", "peers-hang",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** A process dies or stands still without a word: talk that nobody has received may die with it. */
export const ABRUPT: ReadonlySet<FaultKind> = new Set<FaultKind>(["kill", "kill-and-takeover", "stall"]);
/** The bus is away: talk at a distance may be local only. */
export const BUS_AWAY: ReadonlySet<FaultKind> = new Set<FaultKind>(["redis-kill", "redis-hang", "redis-empty"]);

/**
 * A process may be parted from the database, or stand still, for longer than its lease lasts: whoever is still connected to it talks and walks on, until it
 * has learnt that, in rooms that another process serves, too.
 */
export const PARTED: ReadonlySet<FaultKind> = new Set<FaultKind>(["database-partition", "stall"]);

export interface Testimony {
  readonly players: readonly Player[];
  readonly faults: readonly FaultRecord[];
  /** When processes had no Redis, as they say themselves, whatever for. */
  readonly busAway?: readonly Span[];
}

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** What the judge says against the server. */
export interface Charge extends Violation {
  /** When it happened, as near as that is known. */
  readonly atMs: number;
  readonly count: Counted;
}

/** The columns of the report that must be zero. */
export const COUNTED = ["missed", "doubled", "talk lost", "answers lost", "logins", "wrong"] as const;
export type Counted = (typeof COUNTED)[number];
