/** A schedule: what is typed, run and broken, in order. Made from a seed, and playable in any part. */
import { seeded } from "./random.ts";

/** `a` and `b` in [0, 1) choose among what is there when its turn comes; where nothing is, nothing happens. */
export interface Op {
  readonly do: OpKind;
  readonly a: number;
  readonly b: number;
}

/** How often each is drawn. */
const WEIGHTS = {
  /** Runs one to four of the steps that wait. */
  run: 46,
  /** Somebody types a line. */
  type: 22,
  /** Everybody types a line at the same moment. */
  crowd: 7,
  /** An area's own doings. */
  tick: 3,
  /** Time passes, up to three seconds. */
  wait: 3,
  /** A client sends all that is unanswered once more. */
  again: 2,
  /** A client's line is cut; it comes back to some process. */
  cut: 4,
  /** A message or an answer between a process and the database, or another process, is lost or late. */
  lose: 6,
  /** A process dies. */
  crash: 3,
  /** A process starts in the place of one that is dead or paused, and fences it. */
  start: 6,
  /** A process stops running, and goes on later. */
  pause: 2.5,
  wake: 4,
  /** A process stops running for so long that its lease runs out; its players look elsewhere. */
  takeover: 2.5,
  down: 1.2,
  up: 3,
  flush: 1,
  /** Somebody changes a row by hand, past the owner. */
  operator: 0.4,
  /** Somebody sends a letter, looks for one or collects. */
  post: 7,
  /** Somebody proposes a trade, offers, withdraws, accepts or cancels. */
  haggle: 2,
  /** Two who meet agree on a trade, and both accept it. */
  deal: 2.5,
  /** A process looks into the outbox. */
  round: 3,
  /** A row of the outbox is lost, late, or comes twice. */
  nudge: 2.5,
  /** An operator wants something of late taken back. */
  undo: 1.5,
  /** A process does what operators want. */
  intents: 2,
} as const;

export type OpKind = keyof typeof WEIGHTS;

const KINDS = Object.keys(WEIGHTS) as OpKind[];
const TOTAL = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
const SHORTEST = 20;
const LONGEST = 60;

export interface Schedule {
  readonly processes: number;
  readonly ops: readonly Op[];
}

export function scheduleOf(seed: number): Schedule {
  const chance = seeded(seed);
  const processes = chance() < 0.7 ? 2 : 3;
  const length = SHORTEST + Math.floor(chance() * (LONGEST - SHORTEST + 1));
  return { processes, ops: Array.from({ length }, () => ({ do: kindAt(chance() * TOTAL), a: short(chance()), b: short(chance()) })) };
}

/** Numbers that can be read in a report, and written into a test, as they are. */
const short = (value: number): number => Math.floor(value * 10_000) / 10_000;

function kindAt(at: number): OpKind {
  let left = at;
  for (const kind of KINDS) {
    left -= WEIGHTS[kind];
    if (left < 0) return kind;
  }
  return "run";
}

export const printSchedule = ({ processes, ops }: Schedule): string =>
  `{ processes: ${processes}, ops: [${ops.map((op) => `{ do: "${op.do}", a: ${op.a}, b: ${op.b} }`).join(", ")}] }`;

