/** Contenders in turns: each plays the same for a while, again and again, so that what else the machine does falls on all. */
import type { WindowOrder } from "../../loadtest/bots/crowd.ts";
import type { Entry } from "../../loadtest/bots/player.ts";
import { BotProcesses } from "../../loadtest/lib/bot-processes.ts";
import { LogHistogram } from "../../loadtest/lib/log-histogram.ts";
import { residentBytes } from "../../loadtest/lib/cpu.ts";
import type { WorldGraph } from "../../loadtest/lib/world-graph.ts";
import { cpuByRole, type Contender, type CpuByRole } from "./contenders.ts";

/** Players on one server, ready to play. */
export interface Crowded {
  readonly contender: Contender;
  readonly bots: BotProcesses;
  readonly players: number;
  /** How long each took to come in. */
  readonly joins: LogHistogram;
  /** Of the server, in µs of processor time for each that came in. */
  readonly joinCpuUs: number;
  /** Resident bytes of the server that came with each. */
  readonly bytesPerPlayer: number;
}

/** One turn of one of them. */
export interface Turn {
  readonly commands: number;
  /** µs of processor time a command, by part. */
  readonly cpuUs: CpuByRole;
  readonly botsCpuUs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly heardP50Ms: number;
  readonly heardP99Ms: number;
  readonly failed: number;
  readonly botLagP99Ms: number;
  /** The server's share of a core. */
  readonly share: number;
}

const serverOf = ({ watched }: Contender): number => watched.find(({ role }) => role === "server")!.pid;

export interface CrowdOptions {
  readonly entries: readonly Entry[];
  readonly graph: WorldGraph;
  /** Players who come in a second. */
  readonly perSecond: number;
}

export async function assembleCrowd(contender: Contender, { entries, graph, perSecond }: CrowdOptions): Promise<Crowded> {
  const before = { bytes: residentBytes(serverOf(contender)), cpu: cpuByRole(contender) };
  const bots = BotProcesses.start({
    endpoints: [contender.endpoint], kind: "raw", players: entries.length, graph, mix: "still", pauseMs: 1000, enterEveryMs: 1000 / perSecond, seed: 1, gathered: true, processes: 1, nice: 0, entries,
  });
  try {
    const joins = await bots.assemble();
    return {
      contender, bots, players: entries.length, joins, joinCpuUs: (1e6 * (cpuByRole(contender).server - before.cpu.server)) / entries.length,
      bytesPerPlayer: (residentBytes(serverOf(contender)) - before.bytes) / entries.length,
    };
  } catch (error) {
    bots.kill();
    throw error;
  }
}

export async function takeTurn({ contender, bots }: Crowded, order: WindowOrder): Promise<Turn> {
  let [before, after] = [cpuByRole(contender), cpuByRole(contender)];
  const windows = await bots.window(order, () => (before = cpuByRole(contender)), () => (after = cpuByRole(contender)));
  const all = LogHistogram.of(...windows.map((window) => window.all));
  const delivery = LogHistogram.of(...windows.map((window) => window.delivery));
  const us = (role: keyof CpuByRole): number => (1e6 * (after[role] - before[role])) / all.count;
  return {
    commands: all.count, cpuUs: { server: us("server"), postgres: us("postgres"), redis: us("redis"), bots: 0 },
    botsCpuUs: (1000 * windows.reduce((sum, { cpuMs }) => sum + cpuMs, 0)) / all.count,
    p50Ms: all.quantile(0.5), p99Ms: all.quantile(0.99), heardP50Ms: delivery.quantile(0.5), heardP99Ms: delivery.quantile(0.99),
    failed: windows.reduce((sum, { failed }) => sum + failed, 0), botLagP99Ms: Math.max(...windows.map(({ lagP99Ms }) => lagP99Ms)),
    share: (1000 * (after.server - before.server)) / order.ms,
  };
}

/**
 * Plays with all of them at once for a while: what runs often has yet to be compiled, which takes the larger servers longer (half a minute
 * later it was still 4 % of a profile of ours).
 */
export async function warmUp(crowds: readonly Crowded[], forMs: number, order: Omit<WindowOrder, "warmMs" | "ms">): Promise<void> {
  await Promise.all(crowds.map((crowd) => takeTurn(crowd, { ...order, warmMs: 0, ms: forMs })));
}

/** A, B, C, A, B, C …; by contender, the turns in order. */
export async function inTurns(crowds: readonly Crowded[], rounds: number, order: WindowOrder): Promise<Turn[][]> {
  const turns: Turn[][] = crowds.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, crowd] of crowds.entries()) turns[index]!.push(await takeTurn(crowd, order));
  }
  return turns;
}

export async function disperse(crowds: readonly Crowded[]): Promise<void> {
  await Promise.all(crowds.map(({ bots }) => bots.leave()));
  for (const { bots } of crowds) bots.kill();
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

export const medianOf = (turns: readonly Turn[], of: (turn: Turn) => number): number => median(turns.map(of));
