import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
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

const dataDir = mkdtempSync(join(tmpdir(), "waystone-pglite-"));
let bench: SqlBench;
beforeAll(async () => {
  bench = sqlBench(await openDatabase({ dataDir, log: quietLog, clock: testClock }));
});
afterAll(async () => {
  await bench.end();
  await bench.db.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("storage in the embedded database", () => {
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
