/**
 * Old and new side by side, as during a deploy and a rollback: clients of other protocol versions, a database that is
 * ahead of the server, and a process of an older release that works beside this one (docs/cluster.md).
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Client } from "@colyseus/sdk";
import { writeFlag } from "../../src/cluster/feature-flags.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import type { Database } from "../../src/persistence/database.ts";
import { CLIENT_PROTOCOL_VERSION, OLDEST_PROTOCOL_VERSION, PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { systemClock } from "../../src/timers.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const WAIT_MS = 120_000;
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

let postgres: TestPostgres;
let db: Database;
let server: ServerProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  const url = await postgres.url();
  db = await openDatabase({ databaseUrl: url, dataDir: "", log: quiet, clock: systemClock((error) => expect.fail(String(error))) });
  // A newer release has been here, has widened the tables as expand-then-contract allows, and was rolled back.
  await db.sql.query("alter table character add column mood text not null default 'calm'");
  await db.sql.query("alter table item add column worn_out boolean not null default false");
  await db.sql.query("alter table process add column region text null");
  await db.sql.query("create table caravan (id text primary key, room text not null)");
  await db.sql.query("insert into migration (name) values ('m9999-caravans')");
  server = await ServerProcess.start({ DATABASE_URL: url, JWT_SECRET: "a secret that every release knows, for the test" });
}, WAIT_MS);

afterAll(async () => {
  await server?.remove();
  await db?.close();
  await postgres?.stop();
}, WAIT_MS);

describe("a database that is one migration ahead", () => {
  test("is served: players come in, take things and walk, and find all of it after a restart", async () => {
    const ada = await StockPlayer.register(server.endpoint, "Ada");
    expect((await ada.types("n")).status).toBe("ok");
    expect((await ada.types("s")).status).toBe("ok");
    const before = (await ada.types("inventory")).messages;
    await ada.leaves();
    expect(await server.stop()).toBe(0);
    await server.run();
    const again = await StockPlayer.login(server.endpoint, "Ada");
    expect((await again.types("inventory")).messages).toEqual(before);
    await again.leaves();
  });

  test("keeps what the newer release has put there", async () => {
    expect(await db.sql.query("select name from migration where name = 'm9999-caravans'")).toHaveLength(1);
    expect(await db.sql.query("select distinct mood from character")).toEqual([{ mood: "calm" }]);
  });
});

describe("clients of other versions", () => {
  test("the oldest that is promised still plays", async () => {
    const ben = new StockPlayer(server.endpoint, "Ben");
    await ben.authenticate("register");
    await ben.join({ protocol: OLDEST_PROTOCOL_VERSION });
    expect((await ben.types("look")).status).toBe("ok");
    await ben.leaves();
  });

  test("our own client sends a number that the release before this one speaks as well", () => {
    // Or players who got the new page would be turned away by processes that are not renewed yet.
    expect(CLIENT_PROTOCOL_VERSION).toBeGreaterThanOrEqual(OLDEST_PROTOCOL_VERSION);
    expect(CLIENT_PROTOCOL_VERSION).toBeLessThanOrEqual(PROTOCOL_VERSION);
  });

  test("one that is too old or too new is told to load the page again", async () => {
    const cleo = new StockPlayer(server.endpoint, "Cleo");
    await cleo.authenticate("register");
    // Before the first there is none.
    for (const protocol of [OLDEST_PROTOCOL_VERSION - 1, PROTOCOL_VERSION + 1].filter((number) => number > 0)) {
      const client = new Client(server.endpoint);
      client.auth.token = cleo.token;
      await expect(client.joinOrCreate("world", { protocol })).rejects.toThrow(/^E_PROTOCOL: .*reload the page/);
    }
  });
});

test("a flag sends players down a new path while the server runs, and back: the client is told when it comes in", async () => {
  const eve = await StockPlayer.register(server.endpoint, "Eve");
  expect(eve.welcome!.flags).toBeUndefined();
  await eve.leaves();
  const told = async (): Promise<readonly string[]> => {
    // Nobody comes in more often than once a second for long (JOINS_PER_ACCOUNT_PER_MINUTE).
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await eve.join();
    const { flags = [] } = eve.welcome!;
    await eve.leaves();
    return flags;
  };
  await writeFlag(db.sql, { name: "client-new-map", share: 1 });
  await writeFlag(db.sql, { name: "new-path-of-the-server", share: 1 });
  await until(async () => (await told()).join() === "client-new-map", "Eve is told");
  await writeFlag(db.sql, { name: "client-new-map", share: 0 });
  await until(async () => (await told()).length === 0, "Eve is told no longer");
});

describe("a process of the release before the cluster's tables", () => {
  /** How that release registered, renewed and took an area (its own statements, word for word). */
  const REGISTER = `insert into process (id, slot, address, colyseus_id, expires_at, steady_since)
    values ($1, $2, $3, $4, clock_timestamp() + interval '6000 milliseconds', clock_timestamp())`;
  const BEAT = `
    with renewed as (
      update process set expires_at = clock_timestamp() + interval '6000 milliseconds',
        steady_since = case when expires_at <= clock_timestamp() then clock_timestamp() else steady_since end
      where id = $1 and not fenced returning id
    )
    select (select coalesce(jsonb_object_agg(area_id, epoch), '{}') from area_owner where process_id = $1) as areas from renewed`;
  const ACQUIRE = `
    with me as (
      select id, steady_since <= clock_timestamp() - interval '6000 milliseconds' as steady from process
      where id = $2 and not fenced and expires_at > clock_timestamp()
    ), taken as (
      insert into area_owner as o (area_id, process_id, epoch) select $1, me.id, 1 from me
      on conflict (area_id) do update set process_id = excluded.process_id, epoch = o.epoch + 1
      where o.process_id is null or o.process_id = excluded.process_id
        or not exists (select 1 from process h where h.id = o.process_id and not h.fenced)
        or (select steady from me) and exists (select 1 from process h where h.id = o.process_id and h.expires_at <= clock_timestamp())
      returning epoch
    )
    select (select epoch::float8 from taken) as epoch, exists (select 1 from me) as alive,
      (select process_id from area_owner where area_id = $1) as holder`;

  test("registers, beats and takes areas beside this one, and neither takes the other's", async () => {
    await db.sql.query(REGISTER, ["old-process", "old-host:2567", "127.0.0.1:9", "old-colyseus"]);
    expect(await db.sql.query(BEAT, ["old-process"])).toEqual([{ areas: {} }]);
    expect(await db.sql.query(ACQUIRE, ["harbour", "old-process"])).toMatchObject([{ epoch: 1, alive: true }]);
    const dora = await StockPlayer.register(server.endpoint, "Dora");
    const [square] = await db.sql.query<{ area_id: string }>("select area_id from area_owner where process_id is not null and process_id <> 'old-process' limit 1");
    expect(square, "the new process serves where Dora is").toBeDefined();
    expect(await db.sql.query(ACQUIRE, [square!.area_id, "old-process"])).toMatchObject([{ epoch: null, alive: true }]);
    expect(await db.sql.query(BEAT, ["old-process"])).toEqual([{ areas: { harbour: 1 } }]);
    expect((await dora.types("look")).status).toBe("ok");
    await dora.leaves();
  });

  test("finds the statement that it commits by", async () => {
    // Contracted with the release after the next one at the earliest: no process of the one before may run any more.
    expect(await db.sql.query("select proname from pg_proc where proname = 'waystone_commit_v2'")).toHaveLength(1);
  });
});
