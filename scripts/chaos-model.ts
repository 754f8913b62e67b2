/**
 * Many schedules of the simulation in test/simulation, on as many cores as there are:
 * `npm run chaos:model -- --schedules 1000000 --seed 1`. Prints what was broken where, and ends with 1 when anything that must
 * hold did not; a failure comes with its seed and the shortest schedule that fails. `--minutes` ends it sooner, `--workers` says on
 * how many cores, `--markdown` prints the record for docs/, `--record FILE` keeps what there is of it so far in a file.
 */
import { existsSync, renameSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Tally } from "../test/simulation/database.ts";
import { playMany, type Played } from "../test/simulation/play-many.ts";

interface Share { readonly from: number; readonly step: number; readonly count: number; readonly endAtMs: number }
type Word = { readonly done: boolean; readonly schedules: number; readonly failures: Played["failures"]; readonly tally: object };

/** How often a worker says how far it has come, in schedules. */
const TELL_EVERY = 500;
const REPORT_EVERY_MS = 30_000;
/** Nearly all that a schedule makes is garbage soon: with this much room, little of it is ever copied. In MiB. */
const YOUNG_MB = 64;

if (isMainThread) process.exitCode = await main();
else await work(workerData as Share);

async function work(share: Share): Promise<void> {
  const played = await playMany({ ...share, onProgress: (schedules, tally) => {
    if (schedules % TELL_EVERY === 0) tell({ done: false, schedules, failures: [], tally: { ...tally } });
  } });
  tell({ ...played, done: true, tally: { ...played.tally } });
}

function tell(word: Word): void {
  parentPort?.postMessage(word);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: {
    schedules: { type: "string", default: "100000" }, seed: { type: "string", default: "1" }, workers: { type: "string", default: String(availableParallelism()) },
    minutes: { type: "string", default: "0" }, markdown: { type: "boolean", default: false }, record: { type: "string" },
  } });
  const [schedules, seed, workers, minutes] = [Number(values.schedules), Number(values.seed), Number(values.workers), Number(values.minutes)];
  if (![schedules, seed, workers].every((value) => Number.isSafeInteger(value) && value >= 1)) {
    console.error("--schedules, --seed and --workers take whole numbers from 1.");
    return 2;
  }
  const startedMs = performance.now();
  const endAtMs = minutes > 0 ? Date.now() + minutes * 60_000 : Infinity;
  const soFar = new Map<number, Played>();
  const result = (): Result => {
    const tally = new Tally();
    for (const share of soFar.values()) tally.add(share.tally);
    const [done, failures] = [[...soFar.values()].reduce((sum, share) => sum + share.schedules, 0), [...soFar.values()].flatMap((share) => share.failures)];
    return { schedules: done, wanted: schedules, seed, workers, failures, tally, seconds: (performance.now() - startedMs) / 1000 };
  };
  const report = (): void => {
    const { schedules: done, seconds } = result();
    console.error(`${done} of ${schedules} schedules after ${seconds.toFixed(0)} s`);
    if (values.record !== undefined) keep(values.record, textOf(result(), values.markdown));
  };
  const reporter = setInterval(report, REPORT_EVERY_MS);
  await Promise.all(Array.from({ length: workers }, (_, index) => share({ schedules, seed, workers, endAtMs }, index, (played) => soFar.set(index, played))));
  clearInterval(reporter);
  const text = textOf(result(), values.markdown);
  if (values.record !== undefined) keep(values.record, text);
  console.log(text);
  return result().failures.length === 0 ? 0 : 1;
}

/** Whole or not at all: the run may be ended at any moment. What is no file (/dev/null, a pipe) is written to, and stays what it is. */
function keep(file: string, text: string): void {
  if (existsSync(file) && !statSync(file).isFile()) return writeFileSync(file, `${text}\n`);
  writeFileSync(`${file}.new`, `${text}\n`);
  renameSync(`${file}.new`, file);
}

/** Resolves when the share has been played; `onPlayed` hears of it on the way too. */
function share({ schedules, seed, workers, endAtMs }: { schedules: number; seed: number; workers: number; endAtMs: number }, index: number, onPlayed: (played: Played) => void): Promise<void> {
  const count = Math.floor(schedules / workers) + (index < schedules % workers ? 1 : 0);
  const worker = new Worker(new URL(import.meta.url), { workerData: { from: seed + index, step: workers, count, endAtMs } satisfies Share, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MB } });
  return new Promise<void>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error("a worker ended without a result")));
    worker.on("message", (word: Word) => {
      onPlayed({ schedules: word.schedules, failures: word.failures, tally: Object.assign(new Tally(), word.tally) });
      if (word.done) resolve();
    });
  });
}

interface Result extends Played { readonly wanted: number; readonly seed: number; readonly seconds: number; readonly workers: number }

function textOf({ schedules, wanted, seed, seconds, workers, failures, tally }: Result, markdown: boolean): string {
  const total = (counts: ReadonlyMap<string, number>): number => [...counts.values()].reduce((sum, count) => sum + count, 0);
  const done = (word: string): number => tally.committed.get(word) ?? 0;
  const lines: [string, number | string][] = [
    ["schedules", schedules === wanted ? schedules : `${schedules}, the first of ${wanted}`], ["seeds", `from ${seed}`], ["steps run", total(tally.steps)], ["faults injected", total(tally.faults)],
    ["commands acknowledged", tally.acknowledged], ["entries in the journals", done("entries")], ["trades carried out", done("accept")],
    ["letters sent", done("letter-posted")], ["letters collected", done("letter-taken")], ["entries taken back for an operator", done("(undo")],
    ["takeovers", tally.takeovers], ["kills between a commit's sending and its answer", tally.killsInCommit], ["violations", failures.length],
    ["time", `${seconds.toFixed(0)} s on ${workers} ${workers === 1 ? "core" : "cores"}`],
  ];
  const row = (cells: readonly (string | number)[]): string => (markdown ? `| ${cells.join(" | ")} |` : cells.join(": "));
  const faults = [...tally.faults].sort(([one], [other]) => one.localeCompare(other)).map(([what, count]) => {
    const [fault, point] = what.split(", at ");
    return row([fault!, point ?? "", count]);
  });
  return [
    ...(markdown ? ["| what | count |", "|---|---|"] : []), ...lines.map(row),
    markdown ? "\n| fault | at this await point | times |\n|---|---|---|" : "\nfaults by await point", ...faults,
    ...failures.map(({ report }) => `\n${report}`),
  ].join("\n");
}
