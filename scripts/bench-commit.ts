/**
 * What a durable command costs, through the group committer against a PostgreSQL of its own, on the disk as it is and with
 * flushes that take 2 ms as on cloud disks: commands a second on one connection at batches of 50, the wait when 1,000
 * arrive a second, and CPU per command by part. `npm run bench:commit -- [seconds] [runs] [--plain | --cloud]`
 *
 * A durable command here is what it is in play: its rows (thing, purse, place), the fence of its area, its number, its
 * entry in the journal and its stored reply, committed and flushed before it counts (`commit-bench/town.ts`).
 */
import { loadavg } from "node:os";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { MAX_BATCH } from "../src/limits.ts";
import { GroupCommitter } from "../src/persistence/committer.ts";
import type { Database } from "../src/persistence/database.ts";
import { openDatabase } from "../src/persistence/orm.ts";
import type { Committer } from "../src/runtime/ports.ts";
import { systemClock } from "../src/timers.ts";
import { startPostgres, type TestPostgres } from "../test/support/postgres.ts";
import { databaseTime } from "./commit-bench/processor-time.ts";
import { Town } from "./commit-bench/town.ts";

const PEOPLE = 400;
const BATCH = 50;
const GOALS = { perS: 15_000, p99Ms: 10, cpuUs: 100 };
const DATABASE_USER = "waystone";
let postgres: TestPostgres;
let db: Database;
let town: Town;
const numbers = process.argv.filter((arg) => /^\d+$/.test(arg)).map(Number);
const seconds = numbers[0] ?? 3;
const runs = numbers[1] ?? 5;
const clock = systemClock((error) => {
  throw error;
});
const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

/** CPU in µs a command: of this process, of the database's sessions, of its other processes. */
interface Result { readonly perS: number; readonly perBatch: number; readonly p50: number; readonly p99: number; readonly oursUs: number; readonly sessionsUs: number; readonly restUs: number; readonly load: number }

if (!process.argv.includes("--cloud")) await profile("The disk as it is", []);
if (!process.argv.includes("--plain")) await profile("Each flush 2 ms", ["commit_delay = 2000", "commit_siblings = 0"]);

async function profile(title: string, settings: readonly string[]): Promise<void> {
  postgres = await startPostgres(["shared_buffers = 256MB", "max_wal_size = 4GB", ...settings]);
  db = await openDatabase({ databaseUrl: await postgres.url(), dataDir: "unused", log, clock });
  town = new Town(PEOPLE);
  await town.furnish(db.sql);
  console.log(`\n${title} (${db.durability}). Medians of ${runs} runs of ${seconds} s.`);
  console.log("                                commands/s  batch   p50 ms   p99 ms | CPU, µs a command: players  committer  sessions  rest    all | load");
  // The first turns are slow: code is compiled, caches are cold.
  await measure(2, BATCH);
  await bareInserts();
  const idle = { free: (await players(PEOPLE, Infinity)).oursUs, paced: (await players(PEOPLE, 1000)).oursUs };
  const steady = await several(() => measure(1, 4 * BATCH, Infinity, BATCH));
  row("one connection, batches of 50", steady, idle.free, `best run ${best(steady, "perS", Math.max)}; goal ${GOALS.perS}/s`);
  row("two connections, 400 at once", await several(() => measure(2, PEOPLE)), idle.free);
  row("one alone", await several(() => measure(2, 1)), idle.free);
  row("300 arriving a second", await several(() => measure(2, PEOPLE, 300)), idle.paced);
  const arriving = await several(() => measure(2, PEOPLE, 1000));
  row("1,000 arriving a second", arriving, idle.paced, `best run's p99 ${best(arriving, "p99", Math.min)}; goals p99 ${GOALS.p99Ms} ms, CPU ${GOALS.cpuUs} µs`);
  row("bare inserts of 50 rows", await several(bareInserts), 0);
  await db.close();
  await postgres.stop();
}

async function several(run: () => Promise<Result>): Promise<Result[]> {
  const results: Result[] = [];
  for (let n = 0; n < runs; n += 1) results.push(await run());
  return results;
}

function median(results: readonly Result[], name: keyof Result): number {
  return results.map((result) => result[name]).sort((a, b) => a - b)[Math.floor(results.length / 2)] ?? NaN;
}

/** A figure of the best run, with the load of the machine then. */
function best(results: readonly Result[], name: keyof Result, pick: (...values: number[]) => number): string {
  const value = pick(...results.map((result) => result[name]));
  return `${value.toFixed(name === "perS" ? 0 : 1)} at load ${results.find((result) => result[name] === value)?.load.toFixed(1)}`;
}

function row(name: string, results: readonly Result[], playersUs: number, verdict = ""): void {
  const of = (key: keyof Result): number => median(results, key);
  const committerUs = of("oursUs") - playersUs;
  console.log([
    name.padEnd(31), of("perS").toFixed(0).padStart(10), of("perBatch").toFixed(1).padStart(6), of("p50").toFixed(1).padStart(8), of("p99").toFixed(1).padStart(8), "|",
    playersUs.toFixed(0).padStart(26), committerUs.toFixed(0).padStart(10), of("sessionsUs").toFixed(0).padStart(9), of("restUs").toFixed(0).padStart(5),
    (committerUs + of("sessionsUs") + of("restUs")).toFixed(0).padStart(6), "|", of("load").toFixed(1), verdict === "" ? "" : `| ${verdict}`,
  ].join(" "));
}

/** What the machine gives for the least there is: 50 narrow rows in one statement, flushed, one after another. */
async function bareInserts(): Promise<Result> {
  await db.sql.query("create table if not exists bare (id text, at text)");
  const columns = [0, 1].map((column) => `{${Array.from({ length: BATCH }, (_, n) => `row${column}${n}`).join(",")}}`);
  return await timed(async (end, latencies) => {
    let batches = 0;
    while (performance.now() < end) {
      const startedMs = performance.now();
      await db.sql.query("insert into bare select unnest($1::text[]), unnest($2::text[])", columns, { name: "bare", urgent: true });
      batches += 1;
      for (let n = 0; n < BATCH; n += 1) latencies.push(performance.now() - startedMs);
    }
    return batches;
  });
}

/** `atOnce` people on at most `inFlight` connections. With `perS` they send so many a second between them. */
function measure(inFlight: number, atOnce: number, perS = Infinity, maxBatch = MAX_BATCH): Promise<Result> {
  return timed(async (end, latencies) => {
    let batches = 0;
    const committer = new GroupCommitter({ db: { sql: db.sql, commitsInFlight: inFlight }, maxBatch, clock, log, onBatch: () => (batches += 1) });
    await play(committer, end, latencies, atOnce, perS);
    return batches;
  });
}

/** The same people with nobody to write down what they do: what they themselves cost this process. */
async function players(atOnce: number, perS: number): Promise<Result> {
  const real = town;
  town = new Town(PEOPLE);
  const answer = (): Promise<{ kind: "committed"; entry: string }> => nextTurn({ kind: "committed", entry: "1" } as const);
  const result = await timed(async (end, latencies) => {
    await play({ commit: answer }, end, latencies, atOnce, perS);
    return latencies.length;
  });
  town = real;
  return result;
}

/** Each sends the next command when the last is answered, or at its time if that comes later. */
async function play(committer: Pick<Committer, "commit">, end: number, latencies: number[], atOnce: number, perS: number): Promise<void> {
  await Promise.all(Array.from({ length: atOnce }, async (_, n) => {
    const pauseMs = (atOnce / perS) * 1000;
    let dueMs = performance.now() + Math.random() * pauseMs;
    while (performance.now() < end) {
      if (pauseMs > 0) await sleep(Math.max(0, dueMs - performance.now()));
      dueMs += pauseMs;
      const startedMs = performance.now();
      const outcome = await committer.commit(town.next(n));
      if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome));
      latencies.push(performance.now() - startedMs);
    }
  }));
}

async function timed(run: (end: number, latencies: number[]) => Promise<number>): Promise<Result> {
  const latencies: number[] = [];
  const postmaster = postgres.pid()!;
  const before = { ours: process.cpuUsage(), theirs: databaseTime(postmaster, DATABASE_USER), at: performance.now() };
  const batches = await run(before.at + seconds * 1000, latencies);
  const elapsedS = (performance.now() - before.at) / 1000;
  const ours = process.cpuUsage(before.ours);
  const theirs = databaseTime(postmaster, DATABASE_USER);
  const commands = latencies.length;
  latencies.sort((a, b) => a - b);
  return {
    perS: commands / elapsedS, perBatch: commands / batches, p50: latencies[Math.floor(commands * 0.5)] ?? NaN, p99: latencies[Math.floor(commands * 0.99)] ?? NaN,
    oursUs: (ours.user + ours.system) / commands, load: loadavg()[0] ?? NaN,
    sessionsUs: ((theirs.sessions - before.theirs.sessions) * 1000) / commands, restUs: ((theirs.rest - before.theirs.rest) * 1000) / commands,
  };
}
