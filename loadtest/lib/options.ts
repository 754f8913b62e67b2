/** The command line of the load test. */
import { parseArgs } from "node:util";
import { MIXES, type Mix } from "../bots/choose-deed.ts";
import { LIMITS, type LimitName } from "./limits.ts";
import { STACKS, type StackName } from "./stack.ts";

export interface LoadOptions {
  readonly players: number;
  readonly seconds: number;
  readonly stack: StackName;
  readonly url: string | null;
  readonly world: string | null;
  /** Areas, and rooms of each, of a world made for the run; null: the world is there. */
  readonly made: readonly [number, number] | null;
  readonly processes: number;
  readonly kind: "raw" | "stock";
  readonly mix: Mix;
  readonly pauseMs: number;
  readonly gathered: boolean;
  readonly perSecond: number;
  readonly botProcesses: number;
  readonly nice: number;
  readonly seed: number;
  readonly cloudDisk: boolean;
  readonly live: boolean;
  readonly json: string | null;
  readonly report: string | null;
  readonly profile: string | null;
  readonly limits: Readonly<Partial<Record<LimitName, number>>>;
}

/** How many a process of bots plays unless it is told otherwise. One for 5,000 raw ones takes two thirds of what five take (docs/performance.md); stock ones decode the state as well. */
const PLAYERS_PER_PROCESS = { raw: 5000, stock: 1000 } as const;

export const USAGE = `npm run loadtest -- [options]
  --players 100      how many play                     --seconds 60      how long it is measured
  --stack embedded   embedded, single (PostgreSQL and Redis) or cluster (the same with --processes 2 of the server)
  --url http://…     plays on a server that runs already (--world FOLDER when its world is not the bundled one)
  --made 48x12       a world of so many areas, of so many rooms each; players begin in any of them without walking there
  --mix play         play, say, durable, borders, still    --pause 2         seconds between two commands of a player
  --gathered         everybody stays where they come in
  --kind raw         raw (the wire format, for thousands) or stock (@colyseus/sdk, decodes the state)
  --ramp 50          players who come in a second      --bots 1          processes of bots (one for 5,000 raw ones, 1,000 stock ones)
  --nice 0           the bots step back (0 to 19)      --seed 1
  --cloud-disk       PostgreSQL's flushes take 2 ms    --profile FOLDER  a CPU profile of each server
  --live             what is in use of the servers' memory: garbage is collected before, halfway and at the end
                     (the waits have that pause in them, and --mb-growth cannot be told then)
  --json FILE        the figures by name               --report FILE     a page with plots (HTML)
Limits, any of which broken makes it exit with 1:
${Object.entries(LIMITS).map(([name, { says }]) => `  --${`${name} N`.padEnd(22)}${says}`).join("\n")}`;

/** Throws an Error with one sentence. */
export function parseOptions(args: readonly string[]): LoadOptions {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    args: [...args],
    options: {
      players: text, seconds: text, stack: text, url: text, world: text, made: text, processes: text, kind: text, mix: text, pause: text, gathered: { type: "boolean", default: false },
      ramp: text, bots: text, nice: text, seed: text, "cloud-disk": { type: "boolean", default: false }, live: { type: "boolean", default: false }, json: text, report: text, profile: text,
      ...(Object.fromEntries(Object.keys(LIMITS).map((name) => [name, text])) as Record<LimitName, typeof text>),
    },
  });
  const number = (name: keyof typeof values, otherwise: number, least: number): number => {
    const value = values[name] === undefined ? otherwise : Number(values[name]);
    if (!(value >= least)) throw new Error(`--${name} must be a number, at least ${least}.`);
    return value;
  };
  const oneOf = <const T extends string>(name: keyof typeof values, list: readonly T[], otherwise: T): T => {
    const found = values[name] === undefined ? otherwise : list.find((one) => one === values[name]);
    if (found === undefined) throw new Error(`--${name} must be one of ${list.join(", ")}.`);
    return found;
  };
  const stack = oneOf("stack", STACKS, "embedded");
  const made = /^([1-9]\d{0,3})x([1-9]\d?)$/.exec(values.made ?? "");
  if (values.made !== undefined && made === null) throw new Error("--made must be a number of areas and of rooms in each, such as 48x12.");
  if (made !== null && (values.url !== undefined || values.world !== undefined)) throw new Error("--made brings a world of its own: it does not go with --url or --world.");
  if (made !== null && stack === "embedded") throw new Error("--made puts players into a PostgreSQL: it needs --stack single or cluster.");
  const players = number("players", 100, 1);
  const limits: Partial<Record<LimitName, number>> = {};
  for (const name of Object.keys(LIMITS) as LimitName[]) {
    const { otherwise } = LIMITS[name];
    if (values[name] !== undefined || otherwise !== null) limits[name] = number(name, otherwise ?? 0, 0);
  }
  const kind = oneOf("kind", ["raw", "stock"], "raw");
  return {
    players, limits, stack, kind,
    seconds: number("seconds", 60, 1), url: values.url ?? null, world: values.world ?? null, made: made === null ? null : [Number(made[1]), Number(made[2])], processes: number("processes", 2, 1),
    mix: oneOf("mix", MIXES, "play"), pauseMs: 1000 * number("pause", 2, 0.01), gathered: values.gathered,
    perSecond: number("ramp", 50, 0.1), botProcesses: number("bots", Math.ceil(players / PLAYERS_PER_PROCESS[kind]), 1), nice: number("nice", 0, 0), seed: number("seed", 1, 0),
    cloudDisk: values["cloud-disk"], live: values.live, json: values.json ?? null, report: values.report ?? null, profile: values.profile ?? null,
  };
}
