/** What background jobs do, on both databases; and how one process runs them: each at its time, tried again, told once. */
import { cp, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { asId, type CharacterId } from "../../src/engine/ids.ts";
import { runBackup } from "../../src/jobs/backup-job.ts";
import type { Job } from "../../src/jobs/job.ts";
import { jobList } from "../../src/jobs/job-list.ts";
import { JobRunner } from "../../src/jobs/job-runner.ts";
import { JobRuns } from "../../src/jobs/job-runs.ts";
import { makeLeaderboards, readLeaderboards } from "../../src/jobs/leaderboards.ts";
import { countAccounts, countJournal, lastDays } from "../../src/jobs/statistics.ts";
import { clearGuests, liftExpired, removeErased, sweepOrders, sweepSessions } from "../../src/jobs/sweeps.ts";
import { PostgresAccountCareStore } from "../../src/persistence/account-care-store.ts";
import type { Database } from "../../src/persistence/database.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { StorageError } from "../../src/persistence/storage-error.ts";
import { systemClock } from "../../src/timers.ts";
import { migratedDatabase } from "../support/empty-database.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";

const clock = systemClock((error) => expect.fail(String(error)));
const told: string[] = [];
const say = (level: string) => (fields: object, message: string) => void told.push(`${level} ${message} ${JSON.stringify(fields)}`);
const log = { debug: () => undefined, info: say("info"), warn: say("warn"), error: say("error"), fatal: say("fatal") } as never;
const said: string[] = [];
const run = { signal: new AbortController().signal, say: (sentence: string) => void said.push(sentence) };

describe.each(["postgres", "embedded"] as const)("on the %s database", (kind) => {
  let postgres: TestPostgres | undefined;
  let dataDir: string;
  let db: Database;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "waystone-jobs-"));
    if (kind === "postgres") postgres = await startPostgres(["fsync = off"]);
    else await cp(await migratedDatabase(), join(dataDir, "pglite"), { recursive: true });
    db = await openDatabase({ ...(postgres === undefined ? {} : { databaseUrl: await postgres.url() }), dataDir, log, clock, allowUnsafe: true });
  }, 240_000);
  afterAll(async () => {
    await db.close();
    await postgres?.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  beforeEach(() => {
    told.length = 0;
    said.length = 0;
  });
  const rowsOf = <Row extends object>(text: string): Promise<Row[]> => db.sql.query<Row>(text);
  const person = async (id: string, more: { guest?: boolean; coins?: number; days?: number; role?: string } = {}): Promise<void> => {
    await db.sql.query(
      "insert into account (id, username, name_key, guest, role, created_at) values ($1, $1, $1, $2, $3, now() - $4 * interval '1 day')", [id, more.guest ?? false, more.role ?? "player", more.days ?? 0],
    );
    await db.sql.query(
      `insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins, created_at, last_seen_at)
       values ($1, $1, $1, $1, 'square', '{}', 100, 100, $2, now() - $3 * interval '1 day', now() - $3 * interval '1 day')`, [id, more.coins ?? 0, more.days ?? 0],
    );
  };
  const entry = (actor: string | null, events: readonly object[], ageS = 3_600): Promise<object[]> =>
    db.sql.query("insert into journal (at, actor, commit_id, command, events) values (now() - $3 * interval '1 second', $1, 'k', 'test', $2::jsonb)", [actor, JSON.stringify(events), ageS]);
  const walk = (character: string, to: string) => ({ type: "character-moved", character, from: "square", to, toArea: "town" });

  it("days are counted once, however often and by whomever, and what is still under way is left for later", async () => {
    await person("ada", { coins: 50 });
    await person("ben", { coins: 70 });
    await person("gus", { guest: true, coins: 500 });
    await entry("ada", [walk("ada", "mill"), walk("ada", "bridge")]);
    await entry("ada", [walk("ada", "mill")]);
    await entry("ben", [walk("ben", "mill"), { type: "coins-changed", character: "ben", delta: 1 }]);
    await entry(null, [{ type: "spawn-changed" }]);
    await entry("ben", [walk("ben", "attic")], 0);
    await Promise.all([countJournal(db.background, run), countJournal(db.background, run)]);
    await countJournal(db.background, run);
    await countAccounts(db.background);
    await countAccounts(db.background);
    const days = await lastDays(db.reads, 7);
    expect(days.reduce((all, day) => ({ commands: all.commands + day.commands, players: Math.max(all.players, day.players), accounts: all.accounts + day.accounts, guests: all.guests + day.guests }), { commands: 0, players: 0, accounts: 0, guests: 0 }))
      .toEqual({ commands: 3, players: 2, accounts: 2, guests: 1 });
    expect(await rowsOf("select character_id, rooms from rooms_seen order by 1")).toEqual([{ character_id: "ada", rooms: 2 }, { character_id: "ben", rooms: 1 }]);
    // A minute later it is not under way any more.
    await db.sql.query("update journal set at = now() - interval '2 minutes' where at > now() - interval '30 seconds'");
    await countJournal(db.background, run);
    expect(await rowsOf("select rooms from rooms_seen where character_id = 'ben'")).toEqual([{ rooms: 2 }]);
  });

  it("a leaderboard has who has most, who has as much shares the rank, and guests and staff are not on it", async () => {
    await person("cyn", { coins: 70 });
    await person("boss", { coins: 9_000, role: "operator" });
    await db.sql.query("insert into quest_progress values ('ada', 'bread', 'done', 0, 0), ('ada', 'lamp', 'active', 0, 0), ('ben', 'bread', 'done', 0, 0), ('ben', 'lamp', 'done', 0, 0)");
    expect(await readLeaderboards(db.reads)).toEqual({ boards: { coins: [], quests: [], rooms: [] }, made_at: null });
    await Promise.all([makeLeaderboards(db.reads, db.background), makeLeaderboards(db.reads, db.background)]);
    const { boards, made_at: madeAt } = await readLeaderboards(db.reads);
    expect(boards).toEqual({
      coins: [{ rank: 1, name: "ben", value: 70 }, { rank: 1, name: "cyn", value: 70 }, { rank: 3, name: "ada", value: 50 }],
      quests: [{ rank: 1, name: "ben", value: 2 }, { rank: 2, name: "ada", value: 1 }],
      rooms: [{ rank: 1, name: "ada", value: 2 }, { rank: 1, name: "ben", value: 2 }],
    });
    expect(new Date(madeAt ?? 0).getTime()).toBeGreaterThan(Date.now() - 600_000);
    await db.sql.query("update character set coins = 0 where id in ('ben', 'cyn')");
    await makeLeaderboards(db.reads, db.background);
    expect((await readLeaderboards(db.reads)).boards.coins).toEqual([{ rank: 1, name: "ada", value: 50 }]);
  });

  it("a guest who does not come back is ended by the owner of the area; one who is here, came lately, or has an account is not", async () => {
    for (const [id, days, guest] of [["old", 40, true], ["here", 40, true], ["new", 3, true], ["player", 400, false]] as const) await person(`g_${id}`, { guest, days });
    await db.sql.query("insert into item (id, kind, location) values ('g_sword', 'sword', 'char:g_old')");
    const care = new PostgresAccountCareStore(db.background);
    const deps = { care, unusedDays: 30, isHere: (id: CharacterId) => id === "g_here" };
    await Promise.all([clearGuests(deps, run), clearGuests(deps, run)]);
    expect(await rowsOf("select character_id, kind, wakes from intent where kind = 'erase'")).toEqual([{ character_id: "g_old", kind: "erase", wakes: true }]);
    expect(await rowsOf("select id, deleted_at is not null as gone from account where id like 'g\\_%' order by id")).toEqual([{ id: "g_here", gone: false }, { id: "g_new", gone: false }, { id: "g_old", gone: true }, { id: "g_player", gone: false }]);
    // The thing is still theirs: it ends by the owner's commit and its entry in the journal, and by nothing else.
    expect(await rowsOf("select location from item where id = 'g_sword'")).toEqual([{ location: "char:g_old" }]);
    // One who came back in between is no unused guest, whatever the list said.
    expect(await care.eraseGuest(asId("g_new"), 30)).toBe(false);
    await clearGuests({ ...deps, unusedDays: 0 }, run);
    expect(await rowsOf("select count(*)::int as n from account where deleted_at is not null")).toEqual([{ n: 1 }]);
  });

  it("what a deleted character left is removed after a week, but never while anything belongs to it", async () => {
    await db.sql.query("update account set deleted_at = now() - interval '8 days' where id = 'g_old'");
    await db.sql.query("insert into room_seen values ('g_old', 'mill')");
    const left = () => rowsOf("select id from character where id = 'g_old' union all select id from account where id = 'g_old' union all select character_id from room_seen where character_id = 'g_old'");
    await removeErased(db.background, run);
    expect(await left()).toHaveLength(3);
    await db.sql.query("delete from item where id = 'g_sword'");
    await removeErased(db.background, run);
    // Its owner has not been at it yet.
    expect(await left()).toHaveLength(3);
    await db.sql.query("update intent set done_at = now(), outcome = 'done' where character_id = 'g_old'");
    await removeErased(db.background, run);
    expect(await left()).toEqual([]);
  });

  it("bans and mutes that are over come off, those that are not stay; so do sessions, orders and hints of long ago", async () => {
    await person("banned");
    await person("still_banned");
    await db.sql.query("update account set banned_reason = 'x', banned_until = now() - interval '1 minute', muted_reason = 'y', muted_until = now() - interval '1 minute', email_pending = 'a@b', email_pending_at = now() - interval '3 days' where id = 'banned'");
    await db.sql.query("update account set banned_reason = 'x', banned_until = now() + interval '1 hour', email_pending = 'c@d', email_pending_at = now() where id = 'still_banned'");
    await liftExpired(db.background, run);
    expect(await rowsOf("select id, banned_reason, muted_reason, email_pending from account where id like '%banned' order by id")).toEqual([
      { id: "banned", banned_reason: null, muted_reason: null, email_pending: null }, { id: "still_banned", banned_reason: "x", muted_reason: null, email_pending: "c@d" },
    ]);

    await db.sql.query("insert into request_reply select id, 1, 0, '{}' from character where id in ('g_player', 'ada')");
    await db.sql.query(`insert into process (id, slot, address, expires_at, steady_since, fenced) values
      ('dead', 's1', 'a', now() - interval '2 days', now(), true), ('out', 's2', 'a', now() - interval '2 days', now(), false), ('alive', 's3', 'a', now() + interval '1 minute', now(), false)`);
    await db.sql.query("insert into area_owner values ('a1', 'dead', 4), ('a2', 'out', 5), ('a3', 'alive', 6)");
    await db.sql.query("insert into outbox (topic, target, at) values ('letters', 'ada', now() - interval '2 days'), ('letters', 'ada', now())");
    await db.sql.query("insert into intent (id, kind, done_at) values ('long ago', 'kick', now() - interval '91 days'), ('lately', 'kick', now()), ('waits', 'kick', null)");
    await sweepSessions(db.background, run);
    await sweepOrders(db.background, run);
    expect(await rowsOf("select character_id from request_reply")).toEqual([{ character_id: "ada" }]);
    // A lease that has run out is no proof: its process may only have had no database. Epochs stay in any case.
    expect(await rowsOf("select area_id, process_id, epoch::int as epoch from area_owner order by 1")).toEqual([{ area_id: "a1", process_id: null, epoch: 4 }, { area_id: "a2", process_id: "out", epoch: 5 }, { area_id: "a3", process_id: "alive", epoch: 6 }]);
    expect(await rowsOf("select id from process order by 1")).toEqual([{ id: "alive" }, { id: "out" }]);
    expect(await rowsOf("select count(*)::int as n from outbox")).toEqual([{ n: 1 }]);
    expect(await rowsOf("select id from intent where kind = 'kick' order by 1")).toEqual([{ id: "lately" }, { id: "waits" }]);
  });

  it("every job of the server runs to its end, twice in a row", async () => {
    const runs = new JobRuns(db.sql, () => "p");
    const jobs = jobList({ db, dataDir, runs, guestDays: 30, isHere: () => false, backup: null });
    expect(jobs.map(({ name }) => name)).toEqual(["journal", "statistics", "leaderboards", "guests", "expired", "sweep"]);
    for (const job of [...jobs, ...jobs]) await job.run(run);
  });

  it("a process runs what is due and what is asked for; a failure is tried again; an outage is not told each time", async () => {
    let down = false;
    let tries = 0;
    const done: string[] = [];
    const jobs: Job[] = [
      { name: "minutely", about: "", cron: "* * * * *", run: async () => void done.push("minutely") },
      { name: "third_time", about: "", cron: "0 0 1 1 *", run: async ({ say: note }) => {
        tries += 1;
        if (tries < 3) throw new Error(`try ${tries} fails`);
        note("At last.");
        done.push("third_time");
      } },
    ];
    const runs = new JobRuns(db.sql, () => "this process");
    const ran: string[] = [];
    const runner = new JobRunner({
      db, jobs, runs, clock, log, isDown: () => down, onRun: (job, result) => ran.push(`${job} ${result}`),
      timing: { pollS: 0.5, heartbeatS: 10, superviseS: 1, scheduleEveryS: 1, retryAfterS: 1 },
    });
    try {
      await runner.start();
      await runner.runNow("third_time");
      await expect(runner.runNow("third_time")).rejects.toMatchObject({ code: "E_BUSY" });
      await expect(runner.runNow("no_such_job")).rejects.toMatchObject({ code: "E_NOT_FOUND" });
      const until = async (what: string, holds: () => boolean): Promise<void> => {
        for (let waited = 0; waited < 1_200 && !holds(); waited += 1) await new Promise((resolve) => setTimeout(resolve, 100));
        if (!holds()) throw new Error(`${what}: not in two minutes; ${JSON.stringify({ done, ran, told })}`);
      };
      await until("it succeeds", () => done.includes("third_time"));
      await until("it is due by itself", () => done.includes("minutely"));
      await until("it is counted", () => ran.includes("third_time done"));
      expect(ran.filter((one) => one.startsWith("third_time"))).toEqual(["third_time failed", "third_time failed", "third_time done"]);
      expect(await runs.states(["third_time", "never_run"])).toMatchObject([{ job: "third_time", lastSuccessS: expect.closeTo(Date.now() / 1000, -3) as number, lastResult: "done" }]);
      expect((await runs.latest("third_time")).map(({ attempt, result, said: sentences }) => ({ attempt, result, said: sentences }))).toEqual([
        { attempt: 3, result: "done", said: ["At last."] }, { attempt: 2, result: "failed", said: ["try 2 fails"] }, { attempt: 1, result: "failed", said: ["try 1 fails"] },
      ]);
      expect(runner.nextRun("third_time")?.toISOString()).toMatch(/-01-01T00:00:00/);
      // The database goes away for some seconds: all that looks for jobs fails, many times.
      down = true;
      told.length = 0;
      const before = done.length;
      await new Promise((resolve) => setTimeout(resolve, 4_000));
      expect(told).toEqual([]);
      await expect(runner.runNow("minutely")).rejects.toBeInstanceOf(StorageError);
      down = false;
      await runner.runNow("minutely").catch((error: unknown) => expect(error).toMatchObject({ code: "E_BUSY" }));
      await until("it goes on", () => done.length > before);
    } finally {
      await runner.stop();
    }
  }, 300_000);

  it("a job that is not there any more is not due any more", async () => {
    const runner = new JobRunner({ db, jobs: [{ name: "only", about: "", cron: "0 0 1 1 *", run: () => Promise.resolve() }], runs: new JobRuns(db.sql, () => "p"), clock, log, isDown: () => false, onRun: () => undefined });
    await runner.start();
    await runner.stop();
    expect(await rowsOf("select key, cron from pgboss.schedule")).toEqual([{ key: "only", cron: "0 0 1 1 *" }]);
  }, 120_000);
});

it("a backup is a program of its own, whose words are kept, and whose failure is the job's", async () => {
  const folder = await mkdtemp(join(tmpdir(), "waystone-jobs-"));
  const program = join(folder, "program.mjs");
  await writeFile(program, "if (process.env.FULL) { console.error('There is no room.'); process.exit(1); } console.log(`${process.argv.slice(2).join(' ')}\\nsound`);");
  try {
    said.length = 0;
    await runBackup({ keep: 3, env: {}, program }, run);
    expect(said).toEqual(["--keep 3", "sound"]);
    await expect(runBackup({ keep: 3, env: { FULL: "1" }, program }, run)).rejects.toThrow("There is no room.");
    await expect(runBackup({ keep: 3, env: {}, program }, { ...run, signal: AbortSignal.abort(new Error("stopped")) })).rejects.toThrow("stopped");
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
