/**
 * What a durable command costs: commands per second and CPU per command (ours and the database's), group commit against
 * a PostgreSQL of its own. `node scripts/bench-commit.ts [seconds] [--cloud-disk]`; the latter makes every flush take
 * 2 ms, as cloud disks do.
 */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { DurableEvent } from "../src/engine/events.ts";
import { asId, type AreaId, type CharacterId, type RoomId } from "../src/engine/ids.ts";
import { GroupCommitter } from "../src/persistence/committer.ts";
import type { Database } from "../src/persistence/database.ts";
import { openDatabase } from "../src/persistence/orm.ts";
import { systemClock } from "../src/timers.ts";
import { startPostgres } from "../test/support/postgres.ts";

const PEOPLE = 400;
const MS_PER_TICK = 10;
let seq = 0;
/** Commands so far of each player. */
const turns: number[] = [];
const seconds = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? "4");
const cloudDisk = process.argv.includes("--cloud-disk");
const clock = systemClock((error) => {
  throw error;
});
const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };

const postgres = await startPostgres(["shared_buffers = 256MB", "max_wal_size = 4GB", ...(cloudDisk ? ["commit_delay = 2000", "commit_siblings = 0"] : [])]);
const db = await openDatabase({ databaseUrl: await postgres.url(), dataDir: "unused", log, clock });
await furnish(db);
console.log(`${db.durability}${cloudDisk ? ", each flush 2 ms" : ""}. ${seconds} s each.`);
// The first turns are slow: code is compiled, caches are cold.
await measure(2, 50, () => undefined);
console.log("in flight  at once  commands/s  per batch   p50 ms   p99 ms   CPU per command: ours  database's");
for (const [inFlight, atOnce] of [[1, 1], [2, 1], [1, 50], [2, 50], [1, 200], [2, 200], [2, 400]] as const) await measure(inFlight, atOnce);
console.log("commands arriving by themselves, so many a second:");
for (const rate of [50, 300, 1000]) await measure(2, PEOPLE, console.log, rate);
await db.close();
await postgres.stop();

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
 * `atOnce` players, each sending the next command when the last is answered: take, drop, walk, buy. With `perS` they
 * send so many a second between them.
 */
async function measure(inFlight: number, atOnce: number, print: (line: string) => void = console.log, perS = Infinity): Promise<void> {
  let batches = 0;
  const committer = new GroupCommitter({ db: { sql: db.sql, commitsInFlight: inFlight }, clock, log, onBatch: () => (batches += 1) });
  const latencies: number[] = [];
  const before = { ours: process.cpuUsage(), theirs: databaseCpuMs(), at: performance.now() };
  const end = before.at + seconds * 1000;
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
  const elapsedS = (performance.now() - before.at) / 1000;
  const ours = process.cpuUsage(before.ours);
  const commands = latencies.length;
  const us = (totalMs: number): string => `${((totalMs * 1000) / commands).toFixed(0)} µs`;
  latencies.sort((a, b) => a - b);
  print([
    String(inFlight).padStart(9), (perS === Infinity ? String(atOnce) : `${perS}/s`).padStart(8), (commands / elapsedS).toFixed(0).padStart(11), (commands / batches).toFixed(1).padStart(10),
    latencies[Math.floor(commands * 0.5)]!.toFixed(1).padStart(8), latencies[Math.floor(commands * 0.99)]!.toFixed(1).padStart(8),
    us((ours.user + ours.system) / 1000).padStart(22), us(databaseCpuMs() - before.theirs).padStart(11),
  ].join(" "));
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
