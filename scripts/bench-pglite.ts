/**
 * Where the embedded database should run: in the server's thread or in one of its own? Thirty durable commands a second
 * beside talk, whose lines are timed from the moment they should be handled. `node scripts/bench-pglite.ts [seconds]`
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asId, type AreaId, type CharacterId, type RoomId } from "../src/engine/ids.ts";
import { GroupCommitter } from "../src/persistence/committer.ts";
import { openDatabase } from "../src/persistence/orm.ts";
import { systemClock } from "../src/timers.ts";

const COMMANDS_PER_S = 30;
const LINE_EVERY_MS = 2;
const PEOPLE = 100;
let seq = Math.floor(Date.now() / 1000) * 1000;
const seconds = Number(process.argv[2] ?? "6");
const clock = systemClock((error) => {
  throw error;
});
const log = { debug: () => undefined, info: () => undefined, warn: console.warn, error: console.error };
const dataDir = mkdtempSync(join(tmpdir(), "waystone-bench-"));

console.log(`${COMMANDS_PER_S} durable commands/s and a line every ${LINE_EVERY_MS} ms for ${seconds} s`);
console.log("runs in   command p50  p99 ms   line p50    p99     max ms   CPU, share of a core");
for (const embeddedIn of ["process", "thread", "process", "thread"] as const) await measure(embeddedIn);
rmSync(dataDir, { recursive: true, force: true });

async function measure(embeddedIn: "process" | "thread"): Promise<void> {
  const db = await openDatabase({ dataDir, log, clock, embeddedIn });
  await db.sql.query("insert into process (id, slot, address, expires_at, steady_since) values ('p', 's', 'a', now() + interval '1 day', now()) on conflict do nothing");
  await db.sql.query("insert into area_owner (area_id, process_id, epoch) values ('town', 'p', 1) on conflict do nothing");
  await db.sql.query(`insert into account (id, username, name_key) select 'c' || n, 'c' || n, 'c' || n from generate_series(1, ${PEOPLE}) as n on conflict do nothing`);
  await db.sql.query(`insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins)
    select 'c' || n, 'c' || n, 'c' || n, 'c' || n, 'square', '{}', 100, 100, 1000000 from generate_series(1, ${PEOPLE}) as n on conflict do nothing`);
  const committer = new GroupCommitter({ db, clock, log });
  await play(committer, 1, []);
  const commands: number[] = [];
  const lines: number[] = [];
  const cpu = process.cpuUsage();
  const startedMs = performance.now();
  await Promise.all([play(committer, seconds, commands), talk(seconds, lines)]);
  const { user, system } = process.cpuUsage(cpu);
  const share = (user + system) / 1000 / (performance.now() - startedMs);
  console.log([
    embeddedIn.padEnd(8), at(commands, 0.5).padStart(12), at(commands, 0.99).padStart(7), at(lines, 0.5).padStart(10), at(lines, 0.99).padStart(7),
    at(lines, 1).padStart(9), share.toFixed(2).padStart(12),
  ].join(" "));
  await committer.stop();
  await db.close();
}



/** Commands at their times, whether the last is answered or not, as players type. */
async function play(committer: GroupCommitter, forS: number, latencies: number[]): Promise<void> {
  const answers: Promise<void>[] = [];
  for (let n = 0; n < forS * COMMANDS_PER_S; n += 1) {
    const who = asId<CharacterId>(`c${(n % PEOPLE) + 1}`);
    const sentMs = performance.now();
    seq += 1;
    answers.push(committer.commit({
      area: asId<AreaId>("town"), epoch: 1, actor: who, room: asId<RoomId>("square"), request: { seq, step: 0 }, command: "buy bread",
      events: [{ type: "coins-changed", character: who, delta: -1, cause: "buy" }],
      reply: { type: "response", id: `r${seq}`, status: "ok", messages: [{ message: "You buy a loaf of bread.", message_type: "action" }] },
    }).then((outcome) => {
      if (outcome.kind !== "committed") throw new Error(JSON.stringify(outcome));
      latencies.push(performance.now() - sentMs);
    }));
    await sleep(1000 / COMMANDS_PER_S);
  }
  await Promise.all(answers);
}

/** How much later than it should each line is handled. */
async function talk(forS: number, delays: number[]): Promise<void> {
  const endMs = performance.now() + forS * 1000;
  while (performance.now() < endMs) {
    const dueMs = performance.now() + LINE_EVERY_MS;
    await sleep(LINE_EVERY_MS);
    delays.push(Math.max(0, performance.now() - dueMs));
  }
}

function at(samples: number[], share: number): string {
  samples.sort((a, b) => a - b);
  return (samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? NaN).toFixed(1);
}
