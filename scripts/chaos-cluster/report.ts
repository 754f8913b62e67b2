/** What a run of chaos on many processes says at its end, for a terminal and for docs/proof-cluster.md. */
import { stoodStillIn } from "../stand-stills.ts";
import { BUS_AWAY, COUNTED, FAULT_KINDS, type Charge, type FaultRecord, type InTheMiddle, type Transfer } from "./evidence.ts";
import { percentile, waitsOf } from "./measure.ts";
import type { ClusterReport } from "./run.ts";

/** Violations printed in full; the others are counted. */
const SHOWN = 30;

const seconds = (ms: number | undefined): string => (ms === undefined ? "-" : `${(ms / 1000).toFixed(2)} s`);
const milliseconds = (ms: number | undefined): string => (ms === undefined ? "-" : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`);

export const passed = ({ verdict, violations, sabotage }: ClusterReport): boolean => verdict.charges.length === 0 && violations.length === 0 && sabotage.every(({ caught }) => caught);

const HEADS = ["at", "fault", "players", "in a command", "on the way", "in a line", "back: first", "p50", "p99", "pause p50", "p99", "longest", ...COUNTED] as const;

/** One row for each fault; what is charged falls to the latest fault before it. */
function rowsOf({ faults, players, verdict, startedMs }: ClusterReport): string[][] {
  return faults.map((fault, index) => {
    const { recoveriesMs, pausesMs } = waitsOf(fault, players);
    const [fromMs, toMs] = [fault.strikes[0]!.atMs, faults[index + 1]?.strikes[0]?.atMs ?? Infinity];
    const charged = verdict.charges.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const middle = (what: keyof InTheMiddle): string => fault.strikes.map((strike) => strike.middle[what]).join("+");
    return [
      seconds(fromMs - startedMs), `${fault.kind}${fault.counts ? "" : " (does not count)"}`, String(fault.affected.size), middle("command"), middle("transfer"), middle("line"),
      seconds(percentile(recoveriesMs, 0)), seconds(percentile(recoveriesMs, 0.5)), seconds(percentile(recoveriesMs, 0.99)),
      seconds(percentile(pausesMs, 0.5)), seconds(percentile(pausesMs, 0.99)), seconds(percentile(pausesMs, 1)),
      ...COUNTED.map((column) => String(charged.filter(({ count }) => count === column).length)),
    ];
  });
}

/** Of each kind of fault: how many, and the spread of how long it took. */
function kindRows({ faults, players }: ClusterReport): string[][] {
  return FAULT_KINDS.flatMap((kind) => {
    const of = faults.filter((fault) => fault.kind === kind && fault.counts);
    if (of.length === 0) return [];
    const waits = of.map((fault) => waitsOf(fault, players));
    const firsts = waits.flatMap(({ recoveriesMs }) => percentile(recoveriesMs, 0) ?? []);
    const all = waits.flatMap(({ recoveriesMs }) => recoveriesMs);
    const pauses = waits.flatMap(({ pausesMs }) => pausesMs);
    return [[kind, String(of.length), seconds(percentile(firsts, 0.5)), seconds(percentile(firsts, 1)), seconds(percentile(all, 0.5)), seconds(percentile(all, 0.99)),
      seconds(percentile(pauses, 0.5)), seconds(percentile(pauses, 0.99)), seconds(percentile(pauses, 1))]];
  });
}
const KIND_HEADS = ["fault", "counted", "first player back: median", "longest", "players back: p50", "p99", "pause: p50", "p99", "longest"] as const;

/** Hand-overs that began while nothing was being done to the world. */
function undisturbedTransfers({ players, faults }: ClusterReport): Transfer[] {
  const disturbed = (atMs: number): boolean => faults.some(({ strikes, healedMs }: FaultRecord) => atMs >= strikes[0]!.atMs - 1_000 && atMs <= healedMs);
  return players.flatMap(({ transfers }) => transfers.filter(({ atMs }) => !disturbed(atMs)));
}

function spreadOf(transfers: readonly Transfer[]): string {
  const all = transfers.map(({ ms }) => ms);
  return `${all.length}: p50 ${milliseconds(percentile(all, 0.5))}, p99 ${milliseconds(percentile(all, 0.99))}`;
}

function summary(report: ClusterReport): [what: string, figures: string][] {
  const { options, players, faults, acknowledged, verdict, violations, replay, sabotage } = report;
  const durable = acknowledged.filter(({ status, durableSteps }) => status === "ok" && durableSteps > 0).length;
  const statuses = Object.entries(Object.groupBy(acknowledged, ({ status, code }) => (status === "error" ? `${status} ${code}` : status)));
  const transfers = players.flatMap((player) => player.transfers);
  const calm = undisturbedTransfers(report);
  const unasked = report.busAway.filter(({ fromMs, toMs }) => !faults.some(({ kind, strikes, healedMs }) => BUS_AWAY.has(kind) && strikes[0]!.atMs <= toMs && healedMs >= fromMs));
  const harm = (kind: string): number => violations.filter((violation) => violation.harm === kind).length;
  return [
    ["run", `seed ${options.seed}, ${options.processes} processes, ${options.bots} players, ${report.seconds.toFixed(0)} s`],
    ["processors", `${report.cpu.used.map(({ name, seconds: used }) => `${name} ${((used / report.cpu.seconds) * 100).toFixed(0)} %`).join(", ") || "not known"}; players stood ${report.cpu.stepsBack} steps of nice behind the servers`],
    ["faults", `${faults.filter(({ counts }) => counts).length} that count of ${faults.length}`],
    ["acknowledged", `${acknowledged.length} commands, ${durable} of them durable (${statuses.map(([status, of]) => `${status} ${of?.length}`).join(", ")})`],
    ["lines", `${verdict.heardAsDue} heard as was due, in ${verdict.stays} stays; ${players.reduce((sum, { heard }) => sum + heard.length, 0)} shown in all, ${players.reduce((sum, { heard }) => sum + heard.filter(({ replayed }) => replayed).length, 0)} of them sent again`],
    ["allowed", `${verdict.diedUnheard} words died with a process before anybody had heard them; ${verdict.farUnheard} times talk at a distance did not arrive while the bus or a process was away; ${verdict.returned} tells did not arrive and their speakers were told so; ${verdict.parted} lines fell in one of two halves of a parted room; ${players.reduce((sum, { entered }) => sum + entered.filter(({ complete }) => !complete).length, 0)} welcomes said that lines may be missing`],
    ["Redis", `outside of what was done to it, processes had none ${unasked.length} times by their own words`],
    ["transfers", `${transfers.length}; undisturbed to another process ${spreadOf(calm.filter(({ far }) => far))}; within one ${spreadOf(calm.filter(({ far }) => !far))}`],
    ["players' process", `stood still ${report.stood.times.length} times for 10 ms or more, once for ${milliseconds(report.stood.longestMs)}; transfers to another process without those meanwhile ${spreadOf(calm.filter(({ far, atMs, ms }) => far && !stoodStillIn(report.stood.times, { fromMs: atMs, toMs: atMs + ms })))}`],
    ["journal", `${replay.entries} entries, ${replay.minted} coins, highest epoch ${Math.max(0, ...replay.epochs.values())}`],
    ...COUNTED.map((column): [string, string] => [column, String(verdict.charges.filter(({ count }) => count === column).length)]),
    ["checks by SQL and of the run", `${violations.length} violations, lost ${harm("lost")}, doubled ${harm("doubled")}`],
    ...(sabotage.length === 0 ? [] : [["sabotage", `${sabotage.filter(({ caught }) => caught).length} of ${sabotage.length} caught`] as [string, string]]),
  ];
}

export function reportLines(report: ClusterReport): string[] {
  const { verdict, violations, sabotage, startedMs } = report;
  const told = ({ count, check, detail, atMs }: Charge): string => `VIOLATION (${count}) ${check}: at ${seconds(atMs - startedMs)} ${detail}`;
  return [
    ...table([HEADS, ...rowsOf(report)]), "",
    ...table([KIND_HEADS, ...kindRows(report)]), "",
    ...summary(report).map(([what, figures]) => `${what}: ${figures}`),
    ...sabotage.filter(({ caught }) => !caught).map(({ name, by }) => `NOT CAUGHT: ${name} (${by.join(", ")})`),
    ...spread(verdict.charges).map(told),
    ...violations.slice(0, SHOWN).map(({ check, harm, detail }) => `VIOLATION (${harm}) ${check}: ${detail}`),
    passed(report) ? "passed" : `FAILED: ${verdict.charges.length + violations.length} violations`,
  ];
}

/** Some of each column, so that a flood of one does not hide the others. */
function spread(charges: readonly Charge[]): Charge[] {
  const each = Math.ceil(SHOWN / COUNTED.length) * 2;
  return COUNTED.flatMap((column) => charges.filter(({ count }) => count === column).slice(0, each));
}

/** A record of the run, to be put into docs/proof-cluster.md. `command` is how it was started. */
export function markdown(report: ClusterReport, { command, date, commit }: { command: string; date: string; commit: string }): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const grid = (heads: readonly string[], rows: readonly (readonly string[])[]): string[] => [row(heads), row(heads.map(() => "---")), ...rows.map(row)];
  return [
    `${date}, commit ${commit}, \`${command}\`, ${passed(report) ? "exit 0" : "exit 1"}:`, "",
    ...grid(["", ""], summary(report)), "", ...grid(KIND_HEADS, kindRows(report)), "", ...grid(HEADS, rowsOf(report)), "",
  ].join("\n");
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd());
}
