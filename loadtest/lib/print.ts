/** The figures of a run as text, and by name. */
import { COMMAND_CLASSES } from "../bots/tally.ts";
import type { LogHistogram } from "./log-histogram.ts";
import type { LoadOptions } from "./options.ts";
import type { Outcome } from "./outcome.ts";

const SHARES = [["p50", 0.5], ["p95", 0.95], ["p99", 0.99]] as const;

const row = (name: string, histogram: LogHistogram): string =>
  `${name.padEnd(16)} ${String(histogram.count).padStart(9)} ${[...SHARES.map(([, share]) => histogram.quantile(share)), histogram.maxMs].map((ms) => ms.toFixed(1).padStart(9)).join(" ")}`;
const listed = (counts: Readonly<Record<string, number>>): string => Object.entries(counts).map(([name, count]) => `${count} ${name}`).join(", ") || "none";
const percent = (share: number): string => `${(100 * share).toFixed(0)} %`;

export function outcomeLines(outcome: Outcome): string[] {
  const { classes, cpuUs, server } = outcome;
  const lines = [
    `${"ms".padEnd(16)} ${"count".padStart(9)} ${["p50", "p95", "p99", "max"].map((title) => title.padStart(9)).join(" ")}`,
    ...[
      ...COMMAND_CLASSES.map((name) => [name, classes[name]] as const),
      ["transfer, far", outcome.farTransfers], ["all commands", outcome.all], ["durable", outcome.durable], ["ephemeral", outcome.ephemeral],
      ["heard by others", outcome.delivery], ["tell heard", outcome.tellDelivery], ["line back", outcome.resumes],
    ].filter((entry): entry is [string, LogHistogram] => (entry[1] as LogHistogram).count > 0).map(([name, histogram]) => row(name, histogram)),
    "",
    `${outcome.commands} commands in ${outcome.seconds.toFixed(0)} s (${(outcome.commands / outcome.seconds).toFixed(0)} a second), ${percent((outcome.durable.count) / outcome.commands)} of them durable`,
    `refused: ${listed(outcome.refused)}; failed: ${listed(outcome.failed)}; lines cut: ${listed(outcome.cuts)}`,
    `${outcome.linesHeard} lines heard, ${outcome.lost.length} lost, ${outcome.disorder} out of order, ${outcome.incomplete} times somebody was told that some may be missing; faults of the program: ${outcome.bugs}`,
    `each player reads ${(outcome.bytesInPerS / 1024).toFixed(2)} kB/s and sends ${(outcome.bytesOutPerS / 1024).toFixed(2)} kB/s; ${outcome.kbPerPlayer.toFixed(0)} kB of the servers' memory each${Number.isNaN(outcome.growthMb) ? "" : `, ${outcome.growthMb.toFixed(1)} MB more over the second half`}`,
    ...(Number.isNaN(outcome.liveKbPerPlayer) ? [] : [`in use of it: ${outcome.liveKbPerPlayer.toFixed(0)} kB each, ${outcome.liveGrowthMb.toFixed(1)} MB more over the second half; the rest waits to be collected, or to be given back`]),
    `processor time for a command: servers ${cpuUs.server.toFixed(0)} µs, PostgreSQL ${cpuUs.postgres.toFixed(0)} µs, Redis ${cpuUs.redis.toFixed(0)} µs`,
    `of a core: ${Object.entries(outcome.cpuShare).map(([name, share]) => `${name} ${percent(share)}`).join(", ")} (load of the machine ${outcome.load.toFixed(1)}; timers of the bots late by ${outcome.botLagP99Ms.toFixed(1)} ms, p99)`,
  ];
  const { commit, batch, peerCall } = server;
  if (commit !== undefined) lines.push(`commits: ${commit.count}, mean ${(1000 * commit.mean).toFixed(1)} ms, p99 up to ${(1000 * commit.p99).toFixed(1)} ms, ${batch?.mean.toFixed(1) ?? "?"} commands each`);
  if (peerCall !== undefined) lines.push(`calls between processes: ${peerCall.count}, mean ${(1000 * peerCall.mean).toFixed(1)} ms, p99 up to ${(1000 * peerCall.p99).toFixed(1)} ms`);
  return lines;
}

const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(5)) : null);

/** Flat and by name, so that two runs can be compared; null: not measured. */
export function namedNumbers(outcome: Outcome): Record<string, number | null> {
  const numbers: Record<string, number> = {
    players: outcome.players, seconds: outcome.seconds, commands: outcome.commands, commands_per_s: outcome.commands / outcome.seconds,
    lost: outcome.lost.length, disorder: outcome.disorder, incomplete: outcome.incomplete, bugs: outcome.bugs, lines_heard: outcome.linesHeard,
    failed: total(outcome.failed), refused: total(outcome.refused), cuts: total(outcome.cuts),
    bytes_in_per_player_per_s: outcome.bytesInPerS, bytes_out_per_player_per_s: outcome.bytesOutPerS, kb_per_player: outcome.kbPerPlayer, mb_growth: outcome.growthMb,
    live_kb_per_player: outcome.liveKbPerPlayer, live_mb_growth: outcome.liveGrowthMb,
    cpu_us_server: outcome.cpuUs.server, cpu_us_postgres: outcome.cpuUs.postgres, cpu_us_redis: outcome.cpuUs.redis,
    bot_lag_p99_ms: outcome.botLagP99Ms, load: outcome.load,
  };
  for (const [name, histogram] of Object.entries({ ...outcome.classes, transfer_far: outcome.farTransfers, all: outcome.all, durable: outcome.durable, ephemeral: outcome.ephemeral, delivery: outcome.delivery, tell_delivery: outcome.tellDelivery })) {
    numbers[`${name}_count`] = histogram.count;
    for (const [share, at] of SHARES) numbers[`${name}_${share}_ms`] = histogram.quantile(at);
    numbers[`${name}_max_ms`] = histogram.maxMs;
  }
  for (const [name, share] of Object.entries(outcome.cpuShare)) numbers[`cpu_share_${name.toLowerCase().replaceAll(" ", "_")}`] = share;
  for (const [name, summary] of Object.entries(outcome.server)) {
    if (summary === undefined) continue;
    numbers[`server_${name}_count`] = summary.count;
    numbers[`server_${name}_mean`] = summary.mean;
  }
  return Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, rounded(value)]));
}

const total = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

/** What the run was, in a line. */
export function describeRun(options: LoadOptions): string {
  const where = options.url ?? { embedded: "one process with the embedded database", single: "one process with PostgreSQL and Redis", cluster: `${options.processes} processes with PostgreSQL and Redis` }[options.stack];
  return `${options.players} players (${options.kind}) for ${options.seconds} s on ${where}${options.cloudDisk ? ", flushes of 2 ms" : ""}${options.made === null ? "" : `, ${options.made[0]} areas of ${options.made[1]} rooms`}: ${options.mix}${options.gathered ? " in one place" : ""}, a command each ${options.pauseMs / 1000} s; seed ${options.seed}`;
}
