/** Background jobs on several processes with one PostgreSQL: each run once, and a run whose process dies done by another. */
import { fork, type ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Database } from "../../src/persistence/database.ts";
import { JobRunner } from "../../src/jobs/job-runner.ts";
import { JobRuns } from "../../src/jobs/job-runs.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { systemClock } from "../../src/timers.ts";
import { quietLog } from "../contracts/storage/sql-bench.ts";
import { createLog } from "../../src/log.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";

const PROGRAM = fileURLToPath(new URL("./job-process.ts", import.meta.url));
let postgres: TestPostgres;
let url: string;
let db: Database;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  postgres = await startPostgres(["fsync = off"]);
  url = await postgres.url("jobs");
  db = await openDatabase({ databaseUrl: url, dataDir: "unused", log: quietLog, clock: systemClock((error) => expect.fail(String(error))), allowUnsafe: true });
  await db.sql.query("create table worked (id bigserial primary key, process text, what text, at timestamptz default clock_timestamp())");
}, 120_000);
afterEach(async () => {
  for (const child of children) await ended(child, "SIGKILL");
  await db.sql.query("delete from worked");
});
afterAll(async () => {
  await db.close();
  await postgres.stop();
});

const heard = (child: ChildProcess): Promise<unknown> => new Promise((resolve) => {
  child.once("message", resolve);
  child.once("exit", (code) => resolve(`ended with ${code}`));
});
async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  children.delete(child);
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill(signal);
  await exit;
}
async function aProcess(name: string, takesMs: number): Promise<ChildProcess> {
  const child = fork(PROGRAM, [url, name, String(takesMs)], { execArgv: ["--disable-warning=ExperimentalWarning"], stdio: ["ignore", "inherit", "inherit", "ipc"] });
  children.add(child);
  expect(await heard(child)).toBe("ready");
  return child;
}
async function asked(child: ChildProcess, what: string): Promise<unknown> {
  const answer = heard(child);
  child.send(what);
  return await answer;
}
const worked = () => db.sql.query<{ process: string; what: string }>("select process, what from worked order by id");
async function until<T>(what: string, look: () => Promise<T>, holds: (found: T) => boolean): Promise<T> {
  for (let tries = 0; tries < 900; tries += 1) {
    const found = await look();
    if (holds(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within 90 s; ${JSON.stringify(await look())}`);
}

it("processes that come up with a new database in the same moment all come up", async () => {
  const clock = systemClock((error) => expect.fail(String(error)));
  for (let round = 0; round < 5; round += 1) {
    await db.script("drop schema if exists pgboss cascade");
    const runners = Array.from({ length: 6 }, (_, n) => new JobRunner({ db, clock, log: createLog({ level: "silent" }), isDown: () => false, runs: new JobRuns(db.sql, () => `p${n}`), onRun: () => undefined, jobs: [] }));
    const started = await Promise.allSettled(runners.map((runner) => runner.start()));
    await Promise.all(runners.map((runner) => runner.stop()));
    expect(started.filter(({ status }) => status === "rejected")).toEqual([]);
  }
}, 120_000);

it("of three processes one does what is due each minute, and what is asked for twice", async () => {
  const names = ["ann", "ben", "cyn"];
  const [ann, ben] = await Promise.all(names.map((name) => aProcess(name, 1_500)));
  await until("nothing under way", () => db.sql.query("select 1 as x from job_run where ended_at is null"), (rows) => rows.length === 0);
  const before = (await worked()).length;
  const answers = await Promise.all([asked(ann!, "run"), asked(ben!, "run")]);
  // One of a name waits or runs at a time.
  expect(answers.filter((answer) => answer === "sent")).toHaveLength(1);
  await until("it is done", worked, (rows) => rows.filter(({ what }) => what === "ends").length > before / 2);
  // A whole minute, in which it is due by itself.
  const [{ minute }] = await db.sql.query<{ minute: number }>("select extract(minute from now())::int as minute") as [{ minute: number }];
  await until("the next minute is done", async () => db.sql.query<{ n: number }>("select count(*)::int as n from worked where what = 'ends' and extract(minute from at) <> $1", [minute]), ([row]) => (row?.n ?? 0) > 0);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  const rows = await worked();
  // Never two at a time: each beginning is followed by its own end.
  for (const [n, row] of rows.entries()) expect([n, row.what, row.process]).toEqual([n, n % 2 === 0 ? "begins" : "ends", rows[n - (n % 2)]!.process]);
  // And not twice for one minute: what is due by itself once a minute, and what was asked for.
  const [{ minutes }] = await db.sql.query<{ minutes: number }>("select count(distinct date_trunc('minute', at))::int as minutes from worked where what = 'begins'") as [{ minutes: number }];
  expect(rows.length / 2).toBeLessThanOrEqual(minutes + 2);
  expect(await db.sql.query("select distinct result from job_run")).toEqual([{ result: "done" }]);
}, 240_000);

it("a process that is killed in the middle of a job leaves it to another, and the list of runs says so", async () => {
  const ann = await aProcess("ann", 600_000);
  expect(["sent", "AppError: The job work is waiting or running already."]).toContain(await asked(ann, "run"));
  await until("it has begun", worked, (rows) => rows.length === 1);
  await ended(ann, "SIGKILL");
  await aProcess("ben", 100);
  const rows = await until("another has done it", worked, (found) => found.some(({ what }) => what === "ends"));
  expect(rows.slice(0, 3)).toEqual([{ process: "ann", what: "begins" }, { process: "ben", what: "begins" }, { process: "ben", what: "ends" }]);
  const runs = await until("it is written", () => db.sql.query<{ process: string; result: string; attempt: number }>("select process_id as process, result, attempt from job_run order by started_at desc limit 2"), ([last]) => last?.result === "done");
  expect(runs).toEqual([{ process: "ben", result: "done", attempt: 2 }, { process: "ann", result: "cut", attempt: 1 }]);
}, 240_000);

it("a process that stops tells its job to end at once, and another does it again", async () => {
  const ann = await aProcess("ann", 600_000);
  expect(["sent", "AppError: The job work is waiting or running already."]).toContain(await asked(ann, "run"));
  await until("it has begun", worked, (rows) => rows.some(({ process }) => process === "ann"));
  const began = performance.now();
  expect(await asked(ann, "stop")).toBe("stopped");
  const tookMs = performance.now() - began;
  await aProcess("ben", 100);
  await until("another has done it", worked, (found) => found.some(({ process, what }) => process === "ben" && what === "ends"));
  // Told, not waited for: it would have taken ten minutes.
  expect(tookMs).toBeLessThan(60_000);
  expect(await db.sql.query("select result from job_run where process_id = 'ann' order by started_at desc limit 1")).toEqual([{ result: "cut" }]);
}, 240_000);

it("a process that is frozen in the middle of a job loses it to another; when it wakes up, its own run ends and counts for nothing", async () => {
  const ann = await aProcess("ann", 30_000);
  expect(["sent", "AppError: The job work is waiting or running already."]).toContain(await asked(ann, "run"));
  await until("it has begun", worked, (rows) => rows.some(({ process }) => process === "ann"));
  ann.kill("SIGSTOP");
  await aProcess("ben", 100);
  await until("another has done it", worked, (found) => found.some(({ process, what }) => process === "ben" && what === "ends"));
  const job = "select state::text as state, retry_count as tries from pgboss.job where name = 'waystone' order by created_on desc limit 1";
  await until("it counts as done", () => db.sql.query<{ state: string }>(job), ([row]) => row?.state === "completed");
  ann.kill("SIGCONT");
  await until("its run has ended", () => db.sql.query<{ open: number }>("select count(*)::int as open from job_run where process_id = 'ann' and result = 'running'"), ([row]) => row?.open === 0);
  await until("every job is done once", () => db.sql.query<{ n: number }>("select count(*)::int as n from pgboss.job where name = 'waystone' and state not in ('completed', 'created', 'active')"), ([row]) => row?.n === 0);
}, 240_000);
