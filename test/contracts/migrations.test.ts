/** A database with rows in it is brought to the newest schema: nothing of what was written before is lost or read otherwise. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { COMMIT, commitValues, BETWEEN_REPLIES } from "../../src/persistence/batch.ts";
import { PostgresAreaStore } from "../../src/persistence/area-store.ts";
import { GroupCommitter } from "../../src/persistence/committer.ts";
import type { Database } from "../../src/persistence/database.ts";
import { fold } from "../../src/persistence/fold.ts";
import { postgresOrm } from "../../src/persistence/mikro-orm.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { MIGRATION_NAMES } from "../../src/persistence/migrations/names.ts";
import { openPool } from "../../src/persistence/pg-pool.ts";
import type { CommitUnit } from "../../src/runtime/ports.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { aReply, paid } from "./storage/bench.ts";
import { quietLog, testClock } from "./storage/sql-bench.ts";

let postgres: TestPostgres;
let db: Database;
let url: string;

/** As the first servers left it: one journal, its entries known by their keys. */
const FIRST_ROWS = [
  "insert into process (id, slot, address, expires_at, steady_since) values ('p', 's', 'a', now() + interval '1 day', now())",
  "insert into area_owner (area_id, process_id, epoch) values ('town', 'p', 1)",
  "insert into account (id, username, name_key) select n, n, n from unnest(array['ada', 'ben', 'cy', 'dee']) as n",
  `insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins, last_seq)
   select n, n, n, n, 'square', '{}', 100, 100, 10, seq from unnest(array['ada', 'ben', 'cy', 'dee'], array[7, 3, 0, 0]) as x(n, seq)`,
  `insert into journal (at, area_id, epoch, actor, seq, step, request_key, commit_id, room_id, command, events) values
   ('2026-01-31 23:59:59.999999+00', 'town', 1, 'ben', 3, 0, 'c:ben:3:0', 'k1', 'square', 'earn', '[]'),
   ('2026-02-01 00:00:00+00', 'town', 1, 'ada', 7, 0, 'c:ada:7:0', 'k2', 'square', 'earn;earn', '[]'),
   ('2026-02-01 00:00:00+00', 'town', 1, 'ada', 7, 1, 'c:ada:7:1', 'k2', 'square', 'earn;earn', '[]'),
   (now(), null, null, null, null, null, 'w:world:1', 'k3', null, 'a world is made', '[{"type": "coins-changed", "character": "ada", "delta": 10, "cause": "mint"}]')`,
  `insert into request_reply (character_id, seq, step, reply) values
   ('ada', 7, 0, '{"id": "r7", "type": "response", "status": "ok", "messages": []}'), ('ada', 7, 1, '{"id": "r7", "type": "response", "status": "ok", "messages": []}')`,
];

beforeAll(async () => {
  postgres = await startPostgres(["fsync = off"]);
  url = await postgres.url("long_used");
  const pool = openPool(url, quietLog);
  const orm = await postgresOrm(pool, url);
  await orm.migrator.up({ to: "m0002-commit-function" });
  const client = await pool.connect();
  for (const text of FIRST_ROWS) await client.query({ text, values: [] });
  client.release();
  await orm.close();
  await pool.end();
  db = await openDatabase({ databaseUrl: url, dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true });
});
afterAll(async () => {
  await db.close();
  await postgres.stop();
});

const unit = (actor: string, seq: number, step = 0): CommitUnit => ({
  area: "town" as never, epoch: 1, actor: actor as never, room: "square" as never, request: { seq, step }, command: "earn", events: [paid(actor, 1)], reply: aReply(`r${seq}`, "You earn a coin."),
});
const committer = () => new GroupCommitter({ db, clock: testClock, log: quietLog });
const coinsOf = async (id: string): Promise<number> => (await db.sql.query<{ coins: number }>("select coins::int as coins from character where id = $1", [id]))[0]!.coins;

it("the journal lies in its months, every entry under its number", async () => {
  const entries = await db.sql.query("select id::int as id, tableoid::regclass::text as month, actor, step, request_key, events::text as events from journal where command <> 'earn it again' order by id");
  expect(entries).toEqual([
    { id: 1, month: "journal_2026_01", actor: "ben", step: 0, request_key: null, events: "[]" },
    { id: 2, month: "journal_2026_02", actor: "ada", step: 0, request_key: null, events: "[]" },
    { id: 3, month: "journal_2026_02", actor: "ada", step: 1, request_key: null, events: "[]" },
    { id: 4, month: expect.stringMatching(/^journal_\d{4}_\d{2}$/) as string, actor: null, step: null, request_key: "w:world:1", events: expect.stringContaining("mint") as string },
  ]);
});

it("what was committed before is known again: by the character's number, by the name of what the world did", async () => {
  expect(await committer().commit(unit("ada", 7, 1))).toMatchObject({ kind: "duplicate", reply: { id: "r7" } });
  // Its reply is not kept, so which of its steps was the last cannot be told: none is carried out again.
  expect(await committer().commit(unit("ben", 3, 5))).toMatchObject({ kind: "duplicate", reply: null });
  expect(await committer().commit({ ...unit("ada", 1), actor: null, request: { deterministicId: "world:1" }, reply: null })).toMatchObject({ kind: "duplicate" });
  expect([await coinsOf("ada"), await coinsOf("ben")]).toEqual([10, 10]);
});

it("play goes on: the next step, the next request, a first one, under numbers that follow", async () => {
  const outcomes = [await committer().commit(unit("ada", 7, 2)), await committer().commit(unit("ben", 4)), await committer().commit(unit("cy", 1))];
  expect(outcomes.map((outcome) => outcome.kind)).toEqual(["committed", "committed", "committed"]);
  expect(Math.min(...outcomes.map((outcome) => Number("entry" in outcome ? outcome.entry : NaN)))).toBeGreaterThan(4);
});

it("a server of the version before commits beside one of this version, on the same rows, and each finds the other's replies", async () => {
  const asBefore = async (...units: CommitUnit[]): Promise<unknown> => {
    const values = commitValues(units.map((one) => ({ unit: one, rows: fold(one.events), commitId: `before-${one.actor}` })));
    const replies = (values[12] as string).split(BETWEEN_REPLIES).map((reply) => JSON.parse(reply) as unknown);
    return db.sql.query(COMMIT.replace("waystone_commit_v3", "waystone_commit_v2").replace("$13::text", "$13::jsonb"), values.map((value, n) => (n === 12 ? JSON.stringify(replies) : value)));
  };
  expect(await asBefore(unit("dee", 1))).toHaveLength(1);
  expect(await committer().commit(unit("dee", 1))).toMatchObject({ kind: "duplicate", reply: { id: "r1" } });
  expect(await committer().commit(unit("dee", 2))).toMatchObject({ kind: "committed" });
  await expect(asBefore(unit("dee", 2))).rejects.toMatchObject({ sqlState: "WS002" });
  expect(await asBefore(unit("dee", 3))).toHaveLength(1);
  const loaded = await new PostgresAreaStore(db.sql).loadCharacter("dee" as never, null);
  expect(loaded).toMatchObject({ seq: 3, character: { coins: 13 }, replies: [1, 2, 3].map((seq) => ({ seq, step: 0 })) });
  expect(loaded!.replies.map(({ json }) => JSON.parse(json) as unknown)).toEqual([1, 2, 3].map((seq) => aReply(`r${seq}`, "You earn a coin.")));
});

it("of several processes that start at once on an empty database one migrates, and all of them open it", async () => {
  const empty = await postgres.url("new");
  const opened = await Promise.all([1, 2, 3, 4].map(() => openDatabase({ databaseUrl: empty, dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true })));
  const done = await opened[0]!.sql.query<{ name: string; times: number }>("select name, count(*)::int as times from migration group by 1 order by 1");
  expect(done).toEqual(MIGRATION_NAMES.map((name) => ({ name, times: 1 })));
  await Promise.all(opened.map((one) => one.close()));
});

it("a server of the version before, which does not know the newest migration, opens the database all the same", async () => {
  await db.sql.query("insert into migration (name) values ('m9999-of-the-next-version')");
  const older = await openDatabase({ databaseUrl: url, dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true });
  expect(await older.sql.query("select count(*)::int as n from character where id = 'dee'")).toEqual([{ n: 1 }]);
  await older.close();
});
