/**
 * What a durable command costs, through the group committer against a PostgreSQL of its own, on the disk as it is and with
 * flushes that take 2 ms as on cloud disks: commands a second on one connection at batches of 50, the wait when 1,000
 * arrive a second, and CPU per command by the system's count. `npm run bench:commit -- [seconds] [runs] [--plain | --cloud]`
 */
import { readdirSync, readFileSync } from "node:fs";
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import type { DurableEvent } from "../src/engine/events.ts";
import { asId, type AreaId, type CharacterId, type RoomId } from "../src/engine/ids.ts";
import { MAX_BATCH } from "../src/limits.ts";
import { GroupCommitter } from "../src/persistence/committer.ts";
import type { Database } from "../src/persistence/database.ts";
import { openDatabase } from "../src/persistence/orm.ts";
import { systemClock } from "../src/timers.ts";
import { startPostgres, type TestPostgres } from "../test/support/postgres.ts";

const PEOPLE = 400;
const BATCH = 50;
const MS_PER_TICK = 10;
const GOALS = { perS: 15_000, p99Ms: 10 };
let seq = 0;
let postgres: TestPostgres;
let db: Database;
/** Commands so far of each player. */
let turns: number[] = [];
const numbers = process.argv.filter((arg) => /^\d+$/.test(arg)).map(Number);
const seconds = numbers[0] ?? 4;
const runs = numbers[1] ?? 5;
const clock = systemClock((error) => {
  throw error;
});
const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

interface Result { readonly perS: number; readonly perBatch: number; readonly p50: number; readonly p99: number; readonly oursUs: number; readonly theirsUs: number }

if (!process.argv.includes("--cloud")) await profile("The disk as it is", []);
if (!process.argv.includes("--plain")) await profile("Each flush 2 ms", ["commit_delay = 2000", "commit_siblings = 0"]);

async function profile(title: string, settings: readonly string[]): Promise<void> {
  postgres = await startPostgres(["shared_buffers = 256MB", "max_wal_size = 4GB", ...settings]);
  db = await openDatabase({ databaseUrl: await postgres.url(), dataDir: "unused", log, clock });
  turns = [];
  await furnish(db);
  console.log(`\n${title} (${db.durability}). Medians of ${runs} runs of ${seconds} s; load of the machine ${loadavg()[0]?.toFixed(1)}.`);
  console.log("                                  commands/s  a batch    p50 ms    p99 ms   CPU of a command: ours  database's   to bare inserts");
  // The first turns are slow: code is compiled, caches are cold.
  await measure(2, BATCH);
  await bareInserts();
  const bare = await several(bareInserts);
  const steady = await several(() => measure(1, 4 * BATCH, Infinity, BATCH));
  row("one connection, batches of 50", steady, bare, steady.perS >= GOALS.perS ? "goal met" : `goal ${GOALS.perS}/s`);
  row("two connections, 400 at once", await several(() => measure(2, PEOPLE)), bare);
  row("one alone", await several(() => measure(2, 1)), bare);
  row("300 arriving a second", await several(() => measure(2, PEOPLE, 300)), bare);
  const arriving = await several(() => measure(2, PEOPLE, 1000));
  row("1,000 arriving a second", arriving, bare, arriving.p99 <= GOALS.p99Ms ? "goal met" : `goal p99 ${GOALS.p99Ms} ms`);
  row("bare inserts of 50 rows", bare, bare);
  await db.close();
  await postgres.stop();
}

async function several(run: () => Promise<Result>): Promise<Result> {
  const results: Result[] = [];
  for (let n = 0; n < runs; n += 1) results.push(await run());
  const median = (name: keyof Result): number => results.map((result) => result[name]).sort((a, b) => a - b)[Math.floor(runs / 2)] ?? NaN;
  return { perS: median("perS"), perBatch: median("perBatch"), p50: median("p50"), p99: median("p99"), oursUs: median("oursUs"), theirsUs: median("theirsUs") };
}

function row(name: string, { perS, perBatch, p50, p99, oursUs, theirsUs }: Result, bare: Result, verdict = ""): void {
  console.log([
    name.padEnd(33), perS.toFixed(0).padStart(10), perBatch.toFixed(1).padStart(8), p50.toFixed(1).padStart(9), p99.toFixed(1).padStart(9),
    `${oursUs.toFixed(0)} µs`.padStart(24), `${theirsUs.toFixed(0)} µs`.padStart(11), `×${((oursUs + theirsUs) / (bare.oursUs + bare.theirsUs)).toFixed(1)}`.padStart(12), ` ${verdict}`,
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
      await db.sql.query("insert into bare select * from unnest($1::text[], $2::text[])", columns, { name: "bare", urgent: true });
      batches += 1;
      for (let n = 0; n < BATCH; n += 1) latencies.push(performance.now() - startedMs);
    }
    return batches;
  });
}

async function furnish({ sql }: Database): Promise<void> {
  await sql.query("insert into process (id, slot, address, expires_at, steady_since) values ('p', 's', 'a', now() + interval '1 day', now())");
  await sql.query("insert into area_owner (area_id, process_id, epoch) values ('town', 'p', 1)");
  await sql.query(`insert into account (id, username, name_key) select 'c' || n, 'c' || n, 'c' || n from generate_series(1, ${PEOPLE}) as n`);
  await sql.query(`insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins)
    select 'c' || n, 'c' || n, 'c' || n, 'c' || n, 'square', '{}', 100, 100, 1000000 from generate_series(1, ${PEOPLE}) as n`);
  await sql.query(`insert into item (id, kind, location) select 'i' || n, 'sword', 'room:square' from generate_series(1, 100000) as n`);
  await sql.query("analyze");
}

/**
 * `atOnce` players, each sending the next command when the last is answered: take, buy, drop, walk. With `perS` they
 * send so many a second between them.
 */
function measure(inFlight: number, atOnce: number, perS = Infinity, maxBatch = MAX_BATCH): Promise<Result> {
  return timed(async (end, latencies) => {
    let batches = 0;
    const committer = new GroupCommitter({ db: { sql: db.sql, commitsInFlight: inFlight }, maxBatch, clock, log, onBatch: () => (batches += 1) });
    await Promise.all(Array.from({ length: atOnce }, async (_, n) => {
      const pauseMs = (atOnce / perS) * 1000;
      if (pauseMs > 0) await sleep(Math.random() * pauseMs);
      while (performance.now() < end) {
        // Goes on from the last measurement: the sword is where that left it.
        const turn = (turns[n] ??= 0);
        turns[n] = turn + 1;
        const startedMs = performance.now();
        const outcome = await committer.commit(unitOf(n + 1, turn));
        if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome));
        latencies.push(performance.now() - startedMs);
        if (pauseMs > 0) await sleep(Math.max(0, startedMs + pauseMs - performance.now()));
      }
    }));
    return batches;
  });
}

async function timed(run: (end: number, latencies: number[]) => Promise<number>): Promise<Result> {
  const latencies: number[] = [];
  const before = { ours: process.cpuUsage(), theirs: databaseCpuMs(), at: performance.now() };
  const batches = await run(before.at + seconds * 1000, latencies);
  const elapsedS = (performance.now() - before.at) / 1000;
  const ours = process.cpuUsage(before.ours);
  const commands = latencies.length;
  latencies.sort((a, b) => a - b);
  return {
    perS: commands / elapsedS, perBatch: commands / batches, p50: latencies[Math.floor(commands * 0.5)] ?? NaN, p99: latencies[Math.floor(commands * 0.99)] ?? NaN,
    oursUs: (ours.user + ours.system) / commands, theirsUs: ((databaseCpuMs() - before.theirs) * 1000) / commands,
  };
}

function unitOf(n: number, turn: number) {
  const who = asId<CharacterId>(`c${n}`);
  const item = asId<never>(`i${n}`);
  const kinds: DurableEvent[][] = [
    [{ type: "item-moved", item, from: "room:square", to: `char:${who}`, slot: null }],
    [{ type: "coins-changed", character: who, delta: -3, cause: "buy" }, { type: "coins-changed", character: who, delta: 3, cause: "sell" }],
    [{ type: "item-moved", item, from: `char:${who}`, to: "room:square", slot: null }],
    [{ type: "character-moved", character: who, from: asId("square"), to: asId("square"), toArea: asId("town") }],
  ];
  seq += 1;
  const text = "You pick up a brass lantern, and look at it from all sides; it is heavier than it looks.";
  return {
    area: asId<AreaId>("town"), epoch: 1, actor: who, room: asId<RoomId>("square"), request: { seq, step: 0 }, command: "get lantern", events: kinds[turn % 4]!,
    reply: { type: "response" as const, id: `req_${seq}`, seq, status: "ok" as const, messages: [{ message: text, message_type: "action" as const, refs: [{ text: "a brass lantern", type: "item" as const, id: "i1" }] }] },
  };
}

/** CPU time of PostgreSQL, in ms: of the processes it has, and of those it had. */
function databaseCpuMs(): number {
  const postmaster = postgres.pid();
  let ticks = 0;
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const stat = statOf(pid);
    if (stat !== undefined && stat.parent === postmaster) ticks += stat.ticks;
    if (Number(pid) === postmaster) ticks += (stat?.ticks ?? 0) + (stat?.childTicks ?? 0);
  }
  return ticks * MS_PER_TICK;
}

function statOf(pid: string): { parent: number; ticks: number; childTicks: number } | undefined {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch (error) {
    // It has ended since the folder was listed.
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
  const fields = text.slice(text.lastIndexOf(")") + 2).split(" ").map(Number);
  const sum = (...indexes: number[]): number => indexes.reduce((total, index) => total + (fields[index] ?? 0), 0);
  return { parent: fields[1] ?? 0, ticks: sum(11, 12), childTicks: sum(13, 14) };
}
