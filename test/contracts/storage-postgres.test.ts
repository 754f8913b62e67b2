import { afterAll, beforeAll, describe } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { accountSuite } from "./storage/accounts.ts";
import { commitSuite } from "./storage/commits.ts";
import { leaseSuite } from "./storage/leases.ts";
import { loadSuite } from "./storage/loads.ts";
import { quietLog, sqlBench, testClock, type SqlBench } from "./storage/sql-bench.ts";

let postgres: TestPostgres;
let bench: SqlBench;
beforeAll(async () => {
  // What is tested here does not depend on the disk; the tests of cut connections keep it honest.
  postgres = await startPostgres(["fsync = off"]);
  bench = sqlBench(await openDatabase({ databaseUrl: await postgres.url(), dataDir: "unused", log: quietLog, clock: testClock }));
});
afterAll(async () => {
  await bench.end();
  await bench.db.close();
  await postgres.stop();
});

describe("storage in PostgreSQL", () => {
  commitSuite(() => bench);
  loadSuite(() => bench);
  leaseSuite(() => bench);
  accountSuite(() => bench);
});
