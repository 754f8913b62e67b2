/**
 * Many schedules of the simulation in test/simulation, on as many cores as there are:
 * `npm run chaos:model -- --schedules 1000000 --seed 1`. Prints what was broken where, and ends with 1 when anything that must
 * hold did not; a failure comes with its seed and the shortest schedule that fails. `--minutes` ends it sooner, `--markdown` prints the record for docs/.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { Tally } from "../test/simulation/database.ts";
import { playMany, type Played } from "../test/simulation/play-many.ts";

interface Share { readonly from: number; readonly step: number; readonly count: number; readonly endAtMs: number }
type Word = { readonly played: number } | { readonly done: { schedules: number; failures: Played["failures"]; tally: object } };

/** How often a worker says how far it has come, in schedules. */
const TELL_EVERY = 500;
const REPORT_EVERY_MS = 30_000;

if (isMainThread) process.exitCode = await main();
else await work(workerData as Share);

async function work(share: Share): Promise<void> {
  const { schedules, failures, tally } = await playMany({ ...share, onProgress: (played) => {
    if (played % TELL_EVERY === 0) tell({ played });
  } });
  tell({ done: { schedules, failures, tally: { ...tally } } });
}

function tell(word: Word): void {
  parentPort?.postMessage(word);
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options: {
    schedules: { type: "string", default: "100000" }, seed: { type: "string", default: "1" }, workers: { type: "string", default: String(availableParallelism()) },
    minutes: { type: "string", default: "0" }, markdown: { type: "boolean", default: false },
  } });
  const [schedules, seed, workers, minutes] = [Number(values.schedules), Number(values.seed), Number(values.workers), Number(values.minutes)];
  if (![schedules, seed, workers].every((value) => Number.isSafeInteger(value) && value >= 1)) {
    console.error("--schedules, --seed and --workers take whole numbers from 1.");
    return 2;
  }
  const startedMs = performance.now();
  const endAtMs = minutes > 0 ? Date.now() + minutes * 60_000 : Infinity;
  const played = new Map<number, number>();
  const reporter = setInterval(() => {
    const sum = [...played.values()].reduce((total, count) => total + count, 0);
    console.error(`${sum} of ${schedules} schedules after ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  }, REPORT_EVERY_MS);
  const shares = Array.from({ length: workers }, (_, index) => share({ schedules, seed, workers, endAtMs }, index, (count) => played.set(index, count)));
  const results = await Promise.all(shares);
  clearInterval(reporter);
  const tally = new Tally();
  for (const result of results) tally.add(result.tally);
  const failures = results.flatMap((result) => result.failures);
  const done = results.reduce((sum, result) => sum + result.schedules, 0);
  print({ schedules: done, seed, seconds: (performance.now() - startedMs) / 1000, workers, failures, tally }, values.markdown);
  return failures.length === 0 ? 0 : 1;
}

function share({ schedules, seed, workers, endAtMs }: { schedules: number; seed: number; workers: number; endAtMs: number }, index: number, onPlayed: (count: number) => void): Promise<Played> {
  const count = Math.floor(schedules / workers) + (index < schedules % workers ? 1 : 0);
  const worker = new Worker(new URL(import.meta.url), { workerData: { from: seed + index, step: workers, count, endAtMs } satisfies Share });
  return new Promise<Played>((resolve, reject) => {
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error("a worker ended without a result")));
    worker.on("message", (word: Word) => {
      if ("played" in word) onPlayed(word.played);
      else resolve({ ...word.done, tally: Object.assign(new Tally(), word.done.tally) });
    });
  });
}

interface Result extends Played { readonly seed: number; readonly seconds: number; readonly workers: number }

function print({ schedules, seed, seconds, workers, failures, tally }: Result, markdown: boolean): void {
  const steps = [...tally.steps.values()].reduce((sum, count) => sum + count, 0);
  const faults = [...tally.faults.values()].reduce((sum, count) => sum + count, 0);
  const lines: [string, number | string][] = [
    ["schedules", schedules], ["seeds", `from ${seed}`], ["steps run", steps], ["faults injected", faults], ["commands acknowledged", tally.acknowledged],
    ["takeovers", tally.takeovers], ["kills between a commit's sending and its answer", tally.killsInCommit], ["violations", failures.length],
    ["time", `${seconds.toFixed(0)} s on ${workers} cores`],
  ];
  const row = (cells: readonly (string | number)[]): string => (markdown ? `| ${cells.join(" | ")} |` : cells.join(": "));
  for (const line of lines) console.log(row(line));
  console.log(markdown ? "\n| fault | at this await point | times |\n|---|---|---|" : "\nfaults by await point");
  for (const [what, count] of [...tally.faults].sort(([one], [other]) => one.localeCompare(other))) {
    const [fault, point] = what.split(", at ");
    console.log(row([fault!, point ?? "", count]));
  }
  for (const { report } of failures) console.log(`\n${report}`);
}
