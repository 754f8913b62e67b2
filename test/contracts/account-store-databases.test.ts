/** The contract of accounts over both databases; over memory it runs beside the memory store. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe } from "vitest";
import { asId, type RoomId } from "../../src/engine/ids.ts";
import { createLog } from "../../src/log.ts";
import { PostgresAccountStore } from "../../src/persistence/accounts.ts";
import type { Database } from "../../src/persistence/database.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { systemClock } from "../../src/timers.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { accountStoreContract } from "./account-store.ts";

const beginning = { room: asId<RoomId>("town_square"), coins: 5, items: [] };

describe.each(["embedded", "postgres"] as const)("%s", (kind) => {
  let dataDir = "";
  let postgres: TestPostgres | undefined;
  let db: Database | undefined;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), "waystone-accounts-"));
    postgres = kind === "postgres" ? await startPostgres() : undefined;
    const clock = systemClock((error) => { throw error; });
    db = await openDatabase({ databaseUrl: await postgres?.url(), dataDir, log: createLog({ level: "silent" }), clock });
  });
  afterAll(async () => {
    await db?.close();
    await postgres?.stop();
    rmSync(dataDir, { recursive: true });
  });

  accountStoreContract(kind, () => new PostgresAccountStore(db!, beginning));
});
