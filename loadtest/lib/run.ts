/** One run of the load test, from the first start of a server to the figures. */
import { setTimeout as sleep } from "node:timers/promises";
import { JOBS_START_AFTER_MS } from "../../src/limits.ts";
import { enterAsGuest } from "../bots/link.ts";
import type { Second } from "../bots/tally.ts";
import { BotProcesses } from "./bot-processes.ts";
import { chanceOf } from "./chance.ts";
import { LogHistogram } from "./log-histogram.ts";
import type { LoadOptions } from "./options.ts";
import { INSPECTED, liveBytes } from "./live-memory.ts";
import { makeWorld } from "./made-world.ts";
import { outcomeOf, type LiveMemory, type Outcome } from "./outcome.ts";
import { placedGuests } from "./placed-guests.ts";
import { Progress } from "./progress.ts";
import { scrape } from "./prometheus.ts";
import { openStack, type Stack } from "./stack.ts";
import { Watch, type Sample } from "./watch.ts";
import { readGraph } from "./world-graph.ts";

/** Everybody stands where they begin: what that has stirred up settles. */
const SETTLE_MS = 2_000;
const SAMPLE_MS = 1_000;
/** By then a server has read what runs its jobs, too. */
const READS_WHOLLY_MS = JOBS_START_AFTER_MS + 5_000;

export interface RunResult {
  readonly outcome: Outcome;
  /** What the servers printed of faults; empty for a server that runs elsewhere. */
  readonly faults: readonly string[];
}

/** `abandon` ends it early; whatever was started is stopped in any case. */
export async function runLoad(options: LoadOptions, abandon: AbortSignal): Promise<RunResult> {
  if (options.made === null) return await runIn(options, options.world, null, abandon);
  const world = await makeWorld(...options.made);
  try {
    return await runIn(options, world.folder, world.rooms.flat(), abandon);
  } finally {
    await world.remove();
  }
}

/** `places`: where players are put before they come in, by chance; null: they walk to where they begin. */
async function runIn(options: LoadOptions, world: string | null, places: readonly string[] | null, abandon: AbortSignal): Promise<RunResult> {
  const graph = await readGraph(world ?? undefined);
  const stack = options.url === null
    ? await openStack({ stack: options.stack, processes: options.processes, cloudDisk: options.cloudDisk, profile: options.profile, nodeOptions: options.live ? [INSPECTED] : [], ...(world === null ? {} : { env: { WORLD_DIR: world } }) })
    : strangers(options.url);
  let bots: BotProcesses | undefined;
  const abandoned = new Promise<never>((_, reject) => abandon.addEventListener("abort", () => reject(abandon.reason as Error), { once: true }));
  try {
    const entries = places === null ? undefined : await placedGuests(stack.endpoints[0]!, stack.databaseUrl!, placesByChance(options, places));
    bots = BotProcesses.start({
      endpoints: stack.endpoints, kind: options.kind, players: options.players, graph, mix: options.mix, pauseMs: options.pauseMs, enterEveryMs: 1000 / options.perSecond,
      seed: options.seed, gathered: options.gathered || entries !== undefined, processes: options.botProcesses, nice: options.nice, ...(entries === undefined ? {} : { entries }),
    });
    const outcome = await Promise.race([play(options, stack, bots), abandoned]);
    await bots.leave();
    return { outcome, faults: stack.output().split("\n").filter((line) => line.includes("fault of the program")) };
  } finally {
    bots?.kill();
    await stack.close();
  }
}

function placesByChance({ players, gathered, seed }: LoadOptions, places: readonly string[]): string[] {
  const chance = chanceOf(seed);
  return Array.from({ length: players }, () => places[gathered ? 0 : Math.floor(chance() * places.length)]!);
}

/** A server reads some of its modules for its first guest, and some a while later: they belong to it, and not to those who come in meanwhile. */
async function readWholly(endpoints: readonly string[]): Promise<void> {
  console.log(`the servers read what they read only later: ${READS_WHOLLY_MS / 1000} s`);
  await Promise.all(endpoints.map((endpoint) => enterAsGuest(endpoint)));
  await sleep(READS_WHOLLY_MS);
}

async function play(options: LoadOptions, stack: Stack, bots: BotProcesses): Promise<Outcome> {
  const watch = new Watch([...stack.watched, ...bots.pids.map((pid, index) => ({ name: bots.pids.length > 1 ? `bots ${index + 1}` : "bots", role: "bots" as const, pid }))]);
  const isLive = options.live && stack.servers.length > 0;
  const live = (): Promise<number> => (isLive ? liveBytes(stack.servers) : Promise.resolve(Number.NaN));
  if (isLive) await readWholly(stack.endpoints);
  const liveEmpty = await live();
  const empty: Sample | null = stack.servers.length > 0 ? watch.now() : null;
  const progress = new Progress();
  await bots.assemble((entered, placed) => progress.show((entered + placed) / 2 / options.players, `${entered} of ${options.players} are in, ${placed} stand where they begin`));
  progress.end();
  await sleep(SETTLE_MS);

  const seconds: Second[][] = [];
  const before = await scrape(stack.endpoints);
  watch.start(SAMPLE_MS);
  const counters = bots.pids.map(() => 0);
  bots.measure((index, second) => {
    const at = counters[index]!;
    counters[index] = at + 1;
    (seconds[at] ??= []).push(second);
    if (seconds[at].length === bots.pids.length) showSecond(progress, at + 1, options.seconds, seconds[at]);
  });
  await sleep(options.seconds * 500);
  const liveHalf = await live();
  await sleep(options.seconds * 500);
  watch.stop();
  const memory: LiveMemory = { empty: liveEmpty, half: liveHalf, end: await live() };
  const after = await scrape(stack.endpoints);
  progress.end();
  const reports = await bots.report();
  return outcomeOf({ players: options.players, reports, seconds: seconds.filter((parts) => parts.length === bots.pids.length), watch, empty, live: memory, before, after });
}

function showSecond(progress: Progress, second: number, of: number, parts: readonly Second[]): void {
  const commands = LogHistogram.of(...parts.map((part) => part.commands));
  const playing = parts.reduce((sum, part) => sum + part.playing, 0);
  progress.show(second / of, `second ${second} of ${of}: ${playing} play, ${commands.count} commands, p50 ${commands.quantile(0.5).toFixed(1)} ms, p99 ${commands.quantile(0.99).toFixed(1)} ms`);
}

/** A server that somebody else runs: its time and memory are theirs. */
const strangers = (url: string): Stack => ({
  endpoints: [url.replace(/\/$/, "")], servers: [], watched: [], databaseUrl: null, output: () => "", close: () => Promise.resolve(),
});
