import { SchemaGenerator } from "@mikro-orm/sql";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { accountSuite } from "./storage/accounts.ts";
import { commitSuite } from "./storage/commits.ts";
import { leaseSuite } from "./storage/leases.ts";
import { journalMonthsSuite } from "./storage/journal-months.ts";
import { lostAreaSuite } from "./storage/lost-areas.ts";
import { loadSuite } from "./storage/loads.ts";
import { postSuite } from "./storage/post.ts";
import { reconcileSuite } from "./storage/reconcile.ts";
import { staffSuite } from "./storage/staff.ts";
import { quietLog, sqlBench, testClock, type SqlBench } from "./storage/sql-bench.ts";

let postgres: TestPostgres;
let bench: SqlBench;
beforeAll(async () => {
  // What is tested here does not depend on the disk; the tests of cut connections keep it honest.
  postgres = await startPostgres(["fsync = off"]);
  bench = sqlBench(await openDatabase({ databaseUrl: await postgres.url(), dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true }));
});
afterAll(async () => {
  await bench.end();
  await bench.db.close();
  await postgres.stop();
});

it("the migrations make the tables that the entities describe", async () => {
  const changes = await bench.db.orm((em) => new SchemaGenerator(em).getUpdateSchemaSQL({ wrap: false }));
  // The ORM knows nothing of the functions and triggers.
  expect(changes.split("\n").filter((line) => line !== "" && !/^drop (function if exists "(waystone|staff_audit)_|trigger if exists "staff_audit_)/.test(line))).toEqual([]);
});

describe("storage in PostgreSQL", () => {
  describe("commits", () => commitSuite(() => bench));
  describe("loads", () => loadSuite(() => bench));
  describe("the journal by months", () => journalMonthsSuite(() => bench));
  describe("leases", () => leaseSuite(() => bench));
  describe("the post", () => postSuite(() => bench));
  describe("areas lost in one's sleep", () => lostAreaSuite(() => bench));
  describe("accounts", () => accountSuite(() => bench));
  describe("those who look after the world", () => staffSuite(() => bench));
  describe("the world and its content", () => reconcileSuite(() => bench));
});
