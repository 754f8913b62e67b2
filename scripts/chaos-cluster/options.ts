/** What a run of chaos on many processes is told: by the command line, or by a test. */
import { parseArgs } from "node:util";
import { FAULT_KINDS, type FaultKind } from "./evidence.ts";

export interface ClusterChaosOptions {
  /** Faults are begun until this long after the players have come in, in minutes. */
  readonly minutes: number;
  /** Ends after so many faults that count, even if time is left; null: when the time is over. */
  readonly faults: number | null;
  /** Of these; of none: everybody only plays. */
  readonly kinds: readonly FaultKind[];
  readonly bots: number;
  readonly processes: number;
  readonly seed: number;
  /** Of undisturbed play between two faults, on average, in seconds. */
  readonly secondsBetween: number;
  /** Between these a stalled process stands still, in seconds. */
  readonly stallSeconds: readonly [least: number, most: number];
  /** Between these a process is cut off from the database: less and more than a lease lasts, in seconds. */
  readonly partSeconds: readonly [least: number, most: number];
  /** How long a process that shall not come back in time stays away, in seconds. */
  readonly awaySeconds: number;
  /** A folder for what the processes printed and what the players heard; null: nothing is kept. */
  readonly keep: string | null;
  /** A file that gets the record of the run. */
  readonly markdown: string | null;
  readonly sabotage: boolean;
}

export const DEFAULTS: ClusterChaosOptions = {
  minutes: 5, faults: null, kinds: FAULT_KINDS, bots: 200, processes: 3, seed: 0, secondsBetween: 2, stallSeconds: [8, 15], partSeconds: [3, 12], awaySeconds: 12,
  keep: null, markdown: null, sabotage: false,
};

/** Short enough for `npm test`: one fault of each sort that is over in seconds. */
export const BRIEF: ClusterChaosOptions = {
  ...DEFAULTS, minutes: 3, faults: 5, kinds: ["players-cut", "kill", "redis-empty", "rolling-reload", "database-partition"], bots: 30, processes: 2, seed: 3, secondsBetween: 1, awaySeconds: 6,
  // Longer than a lease lasts.
  partSeconds: [7, 8],
};

export const USAGE = `node scripts/chaos-cluster.ts [--minutes 5] [--faults N] [--kinds none|${FAULT_KINDS.join(",")}]
  [--bots 200] [--processes 3] [--seed N] [--seconds-between 2] [--keep FOLDER] [--markdown FILE] [--sabotage]`;

/** Throws an Error that says what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): ClusterChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      minutes: { type: "string" }, faults: { type: "string" }, kinds: { type: "string" }, bots: { type: "string" }, processes: { type: "string" }, seed: { type: "string" },
      "seconds-between": { type: "string" }, keep: { type: "string" }, markdown: { type: "string" }, sabotage: { type: "boolean" },
    },
  });
  const number = (name: "minutes" | "faults" | "bots" | "processes" | "seed" | "seconds-between", otherwise: number): number => {
    const text = values[name];
    const value = text === undefined ? otherwise : Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number, not ${text}.`);
    return value;
  };
  const faults = values.faults === undefined ? null : number("faults", 0);
  return {
    ...DEFAULTS,
    // Told how many, it takes the time that they need.
    minutes: number("minutes", faults === null ? DEFAULTS.minutes : 24 * 60), faults, kinds: values.kinds === undefined ? DEFAULTS.kinds : kindsNamed(values.kinds),
    bots: Math.max(4, number("bots", DEFAULTS.bots)), processes: Math.max(1, number("processes", DEFAULTS.processes)), seed: number("seed", Math.floor(Math.random() * 1_000_000)),
    secondsBetween: number("seconds-between", DEFAULTS.secondsBetween), keep: values.keep ?? null, markdown: values.markdown ?? null, sabotage: values.sabotage === true,
  };
}

/** "none" for a run in which nothing is done to the world. */
const kindsNamed = (names: string): FaultKind[] => (names === "none" ? [] : names.split(",").map(kindNamed));

function kindNamed(name: string): FaultKind {
  const kind = FAULT_KINDS.find((each) => each === name.trim());
  if (kind === undefined) throw new Error(`--kinds: there is no ${name}; there are ${FAULT_KINDS.join(", ")}.`);
  return kind;
}
