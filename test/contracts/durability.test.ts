/** A PostgreSQL whose settings break the promise is refused, one sentence each (issue 3, start-up checks). */
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { quietLog, testClock } from "./storage/sql-bench.ts";

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

/** A database with a setting of its own, which every session of it gets. */
async function databaseWith(setting?: string): Promise<string> {
  const url = await postgres.url();
  if (setting === undefined) return url;
  const db = await openDatabase({ databaseUrl: url, dataDir: "unused", log: quietLog, clock: testClock });
  await db.sql.query(`do $$ begin execute format('alter database %I set ${setting}', current_database()); end $$`);
  await db.close();
  return url;
}

async function opened(databaseUrl: string, allowUnsafe = false): Promise<string> {
  const db = await openDatabase({ databaseUrl, dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe });
  await db.close();
  return db.durability;
}

it("a careful PostgreSQL survives power loss", async () => {
  expect(await opened(await databaseWith())).toBe("PostgreSQL: survives power loss");
});

it("synchronous_commit=off is refused, and taken when that is allowed", async () => {
  const url = await databaseWith("synchronous_commit = off");
  await expect(opened(url)).rejects.toMatchObject({
    code: "E_STORAGE",
    message: "The database at DATABASE_URL has synchronous_commit=off: a crash may take back what players were told is done. Turn it on, or set WAYSTONE_ALLOW_UNSAFE_STORAGE=1 to play without the promise.",
  });
  expect(await opened(url, true)).toMatch(/synchronous_commit=off.*may lose/);
});

it("synchronous_commit=local is on disk here, and so is taken", async () => {
  expect(await opened(await databaseWith("synchronous_commit = local"))).toBe("PostgreSQL: survives power loss");
});

it("fsync=off and full_page_writes=off are refused, each in a sentence, and taken when that is allowed", async () => {
  const careless = await startPostgres(["fsync = off", "full_page_writes = off"]);
  try {
    const url = await careless.url();
    await expect(opened(url)).rejects.toThrow(/has fsync=off: .*\. The database at DATABASE_URL has full_page_writes=off: .*\. Turn it on/);
    expect(await opened(url, true)).toBe("PostgreSQL with fsync=off, full_page_writes=off, as WAYSTONE_ALLOW_UNSAFE_STORAGE allows: may lose what was acknowledged");
  } finally {
    await careless.stop();
  }
});

it("a start waits for a database that is slow to answer, and tells of one that does not in one sentence", { timeout: 60_000 }, async () => {
  const proxy = await tcpProxy(postgres.port);
  const url = (await postgres.url("slow")).replace(`:${postgres.port}/`, `:${proxy.port}/`);
  const open = async () => await openDatabase({ databaseUrl: url, dataDir: "unused", log: { ...quietLog, warn: (_, said) => said.includes("trying again") && proxy.mend() }, clock: testClock });
  try {
    proxy.blackHole();
    const db = await open();
    expect(await db.sql.query("select 1 as one")).toEqual([{ one: 1 }]);
    await db.close();
    await proxy.close();
    await expect(open()).rejects.toMatchObject({ code: "E_STORAGE", message: expect.stringMatching(/^The database at DATABASE_URL cannot be used: .*ECONNREFUSED/) });
  } finally {
    await proxy.close();
  }
});
