/** What a run of chaos is told: by the command line, or by a test. */
import { parseArgs } from "node:util";

export interface ChaosOptions {
  /** Times that the server or PostgreSQL is killed; stalls and cuts of connections come on top. */
  readonly kills: number;
  readonly bots: number;
  readonly seed: number;
  /** Of undisturbed play between two faults, on average. */
  readonly secondsBetween: number;
  /** How long a stalled process stands still, in seconds. */
  readonly stallSeconds: number;
  /** Goes on after the last fault until so many commands have been acknowledged. */
  readonly commands: number;
  /** Without the faults that take many seconds each (stalls, takeovers): for a short run. */
  readonly brief: boolean;
  /** Afterwards each check is shown to see what it looks for, on the database of the run. */
  readonly sabotage: boolean;
}

const DEFAULTS: ChaosOptions = { kills: 30, bots: 50, seed: 0, secondsBetween: 3, stallSeconds: 15, commands: 10_000, brief: false, sabotage: false };

export const USAGE = `node scripts/chaos.ts [--kills 30] [--bots 50] [--seed N] [--seconds-between 3] [--stall-seconds 15]
  [--commands 10000] [--brief] [--sabotage]`;

/** Throws an Error that says what is wrong with the arguments. */
export function parseOptions(args: readonly string[]): ChaosOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: "string" }, bots: { type: "string" }, seed: { type: "string" }, "seconds-between": { type: "string" },
      "stall-seconds": { type: "string" }, commands: { type: "string" }, brief: { type: "boolean" }, sabotage: { type: "boolean" },
    },
  });
  const number = (name: "kills" | "bots" | "seed" | "seconds-between" | "stall-seconds" | "commands", otherwise: number): number => {
    const text = values[name];
    const value = text === undefined ? otherwise : Number(text);
    if (!Number.isFinite(value) || value < 0) throw new Error(`--${name} must be a number, not ${text}.`);
    return value;
  };
  return {
    kills: number("kills", DEFAULTS.kills), bots: Math.max(2, number("bots", DEFAULTS.bots)),
    seed: number("seed", Math.floor(Math.random() * 1_000_000)), secondsBetween: number("seconds-between", DEFAULTS.secondsBetween),
    stallSeconds: number("stall-seconds", DEFAULTS.stallSeconds), commands: number("commands", DEFAULTS.commands),
    brief: values.brief === true, sabotage: values.sabotage === true,
  };
}
