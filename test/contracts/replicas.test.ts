/** Reads that may be some seconds old come from a real streaming replica, and from the primary whenever that one will not do. */
import { afterAll, beforeAll, expect, it, onTestFailed } from "vitest";
import type { Database } from "../../src/persistence/database.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { systemClock } from "../../src/timers.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { REPLICABLE, startReplica, type TestReplica } from "../support/replica.ts";

const MAX_LAG_S = 2;
let postgres: TestPostgres;
let replica: TestReplica;
let db: Database;
const said: string[] = [];
const say = (level: string) => (fields: object, message: string) => void said.push(`${level} ${message} ${JSON.stringify(fields)}`);
const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };

beforeAll(async () => {
  postgres = await startPostgres(["fsync = off", ...REPLICABLE]);
  const url = await postgres.url("world");
  replica = await startReplica(postgres);
  db = await openDatabase({
    databaseUrl: url, dataDir: "unused", log, clock: systemClock((error) => expect.fail(String(error))), allowUnsafe: true,
    replicas: { urls: [replica.url("world")], maxLagS: MAX_LAG_S },
  });
  await db.sql.query("create table told (n int primary key)");
}, 180_000);
afterAll(async () => {
  await db.close();
  await replica.stop();
  await postgres.stop();
});

const state = () => db.replicas()[0]!;
/** Which server answered. */
const answeredBy = async (): Promise<"replica" | "primary"> => ((await db.reads.query<{ replica: boolean }>("select pg_is_in_recovery() as replica"))[0]!.replica ? "replica" : "primary");
async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 600; tries += 1) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${what}: not within a minute. ${JSON.stringify(state())}\n${said.slice(-10).join("\n")}`);
}

it("what was written is read from the replica, which is near", async () => {
  await until("the replica is used", () => state().used);
  await db.sql.query("insert into told values (1)");
  await until("the row is there", async () => (await db.reads.query("select n from told where n = 1")).length === 1);
  expect(await answeredBy()).toBe("replica");
  expect(state().lagS).toBeLessThanOrEqual(MAX_LAG_S);
  expect(state().reads).toBeGreaterThan(0);
}, 120_000);

it("what decides something asks the primary, always", async () => {
  expect(await db.sql.query("select pg_is_in_recovery() as replica")).toEqual([{ replica: false }]);
  await db.sql.transaction(async (sql) => expect(await sql.query("select pg_is_in_recovery() as replica")).toEqual([{ replica: false }]));
});

it("a replica that falls behind is not read from until it has caught up, whatever it believes of itself", async () => {
  onTestFailed(() => console.error(said.join("\n")));
  await replica.sql("select pg_wal_replay_pause()");
  await db.sql.query("insert into told values (2)");
  await until("it is left out", async () => !state().used && (await answeredBy()) === "primary");
  expect(await db.reads.query("select n from told where n = 2")).toEqual([{ n: 2 }]);
  await replica.sql("select pg_wal_replay_resume()");
  await until("it is used again", async () => state().used && (await answeredBy()) === "replica");
  expect(await db.reads.query("select n from told where n = 2")).toEqual([{ n: 2 }]);
}, 180_000);

it("a replica that dies costs nobody an answer, and is used again when it is back", async () => {
  await replica.kill();
  // At once, before anybody has looked at it.
  const answers = await Promise.all([1, 2, 3, 4].map((n) => db.reads.query("select n from told where n = $1", [n])));
  expect(answers.map((rows) => rows.length)).toEqual([1, 1, 0, 0]);
  await until("it is left out", () => !state().used);
  expect(await answeredBy()).toBe("primary");
  await replica.start();
  await until("it is used again", async () => state().used && (await answeredBy()) === "replica");
}, 180_000);

it("a mistake in a statement is the statement's, and not held against the replica", async () => {
  await expect(db.reads.query("select nothing_of_that_name from told")).rejects.toMatchObject({ code: "E_STORAGE", outcome: "refused" });
  expect(state().used).toBe(true);
});

it("a replica that was promoted has a history of its own, and is read from no more", async () => {
  await replica.promote();
  await until("it is left out", () => !state().used);
  expect(await answeredBy()).toBe("primary");
}, 180_000);
