/** What a run has shown, put together from the bots, the system and the servers' own metrics. */
import { loadavg } from "node:os";
import { COMMAND_CLASSES, DURABLE_CLASSES, type CommandClass, type Second } from "../bots/tally.ts";
import type { CrowdReport } from "../bots/crowd.ts";
import { LogHistogram } from "./log-histogram.ts";
import { lostLines } from "./lost-lines.ts";
import { histogramBetween, type HistogramSummary, type Samples } from "./prometheus.ts";
import type { Sample, Watch } from "./watch.ts";

export interface Outcome {
  readonly players: number;
  readonly seconds: number;
  readonly commands: number;
  readonly classes: Readonly<Record<CommandClass, LogHistogram>>;
  readonly all: LogHistogram;
  readonly durable: LogHistogram;
  readonly ephemeral: LogHistogram;
  /** From saying something to others' hearing it. */
  readonly delivery: LogHistogram;
  readonly tellDelivery: LogHistogram;
  /** Of the transfers, those into an area of another process. */
  readonly farTransfers: LogHistogram;
  readonly resumes: LogHistogram;
  readonly refused: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly cuts: Readonly<Record<string, number>>;
  readonly linesHeard: number;
  readonly lost: readonly string[];
  readonly disorder: number;
  /** Welcomes that said that lines may be missing. */
  readonly incomplete: number;
  readonly bugs: number;
  /** From and to one player, a second. */
  readonly bytesInPerS: number;
  readonly bytesOutPerS: number;
  /** Resident, as the system counts it. */
  readonly kbPerPlayer: number;
  /** NaN where `live…` was measured. */
  readonly growthMb: number;
  /** In use once the garbage has been collected; NaN: not measured. */
  readonly liveKbPerPlayer: number;
  readonly liveGrowthMb: number;
  /** Processor time for each command. */
  readonly cpuUs: { readonly server: number; readonly postgres: number; readonly redis: number };
  /** Of one core, over the run. */
  readonly cpuShare: Readonly<Record<string, number>>;
  readonly botLagP99Ms: number;
  readonly load: number;
  /** By what the servers' metrics say, in seconds. */
  readonly server: Readonly<Record<string, HistogramSummary | undefined>>;
  readonly timeline: readonly TimelineSecond[];
  readonly watch: Watch;
}

export interface TimelineSecond {
  readonly commands: LogHistogram;
  readonly delivery: LogHistogram;
  readonly playing: number;
}

/** Bytes in use in the servers before anybody came in, halfway and at the end; NaN: not measured. */
export interface LiveMemory {
  readonly empty: number;
  readonly half: number;
  readonly end: number;
}

export interface Evidence {
  readonly players: number;
  readonly reports: readonly CrowdReport[];
  /** By second, then by process of bots. */
  readonly seconds: readonly (readonly Second[])[];
  readonly watch: Watch;
  /** Before anybody came in. */
  readonly empty: Sample | null;
  readonly live: LiveMemory;
  readonly before: Samples;
  readonly after: Samples;
}

const SERVER_HISTOGRAMS = { commit: "waystone_commit_seconds", batch: "waystone_commit_batch_commands", peerCall: "waystone_peer_call_seconds", command: "waystone_command_seconds" };

export function outcomeOf({ players, reports, seconds, watch, empty, live, before, after }: Evidence): Outcome {
  const classes = Object.fromEntries(COMMAND_CLASSES.map((name) => [name, LogHistogram.of(...reports.map((report) => report.classes[name]))])) as Record<CommandClass, LogHistogram>;
  const together = (names: readonly CommandClass[]): LogHistogram => LogHistogram.of(...names.map((name) => classes[name].pack()));
  const all = together(COMMAND_CLASSES);
  const elapsedS = watch.seconds;
  const perCommand = (role: Parameters<Watch["cpuS"]>[0]): number => (1e6 * watch.cpuS(role)) / all.count;
  const samples = watch.samples;
  const full = samples[0]!;
  const half = samples[Math.floor(samples.length / 2)]!;
  const sum = (of: (report: CrowdReport) => number): number => reports.reduce((total, report) => total + of(report), 0);
  return {
    players, seconds: elapsedS, commands: all.count, classes, all,
    durable: together(DURABLE_CLASSES), ephemeral: together(COMMAND_CLASSES.filter((name) => !DURABLE_CLASSES.includes(name))),
    delivery: LogHistogram.of(...reports.map(({ delivery }) => delivery)), tellDelivery: LogHistogram.of(...reports.map(({ tellDelivery }) => tellDelivery)),
    farTransfers: LogHistogram.of(...reports.map(({ farTransfers }) => farTransfers)),
    resumes: LogHistogram.of(...reports.map(({ resumes }) => resumes)),
    refused: counts(reports.map(({ refused }) => refused)), failed: counts(reports.map(({ failed }) => failed)), cuts: counts(reports.map(({ cuts }) => cuts)),
    linesHeard: sum(({ linesHeard }) => linesHeard), lost: lostLines(reports), disorder: sum(({ disorder }) => disorder), incomplete: sum(({ incomplete }) => incomplete),
    bugs: (after.get("waystone_bugs_total") ?? 0) - (before.get("waystone_bugs_total") ?? 0),
    bytesInPerS: sum(({ bytesIn }) => bytesIn) / players / elapsedS, bytesOutPerS: sum(({ bytesOut }) => bytesOut) / players / elapsedS,
    kbPerPlayer: empty === null ? Number.NaN : (watch.bytes("server", full) - watch.bytes("server", empty)) / players / 1024,
    // Where garbage was collected halfway, resident memory fell then and came back.
    growthMb: Number.isNaN(live.half) ? (watch.bytes("server", samples.at(-1)!) - watch.bytes("server", half)) / 2 ** 20 : Number.NaN,
    liveKbPerPlayer: (live.end - live.empty) / players / 1024, liveGrowthMb: (live.end - live.half) / 2 ** 20,
    cpuUs: { server: perCommand("server"), postgres: perCommand("postgres"), redis: perCommand("redis") },
    cpuShare: Object.fromEntries(watch.watched.map(({ name }, index) => [name, (samples.at(-1)!.usage[index]!.cpuS - full.usage[index]!.cpuS) / elapsedS])),
    botLagP99Ms: Math.max(...reports.map(({ lagP99Ms }) => lagP99Ms)), load: loadavg()[0]!,
    server: Object.fromEntries(Object.entries(SERVER_HISTOGRAMS).map(([name, metric]) => [name, histogramBetween(metric, before, after)])),
    timeline: seconds.map((parts) => ({
      commands: LogHistogram.of(...parts.map(({ commands }) => commands)), delivery: LogHistogram.of(...parts.map(({ delivery }) => delivery)),
      playing: parts.reduce((total, { playing }) => total + playing, 0),
    })),
    watch,
  };
}

function counts(parts: readonly Readonly<Record<string, number>>[]): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const part of parts) for (const [name, count] of Object.entries(part)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}
