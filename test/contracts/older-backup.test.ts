/** A backup made before an upgrade is restored as it was, and brought to the newest schema by the server that starts on it. */
import { mkdtempSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPlace } from "../../src/persistence/backup/place.ts";
import { restore } from "../../src/persistence/backup/restore.ts";
import { shapeOf } from "../../src/persistence/backup/tables.ts";
import { writeBackup } from "../../src/persistence/backup/write-backup.ts";
import { MIGRATION_NAMES } from "../../src/persistence/migrations/names.ts";
import { embeddedOrm } from "../../src/persistence/mikro-orm.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { PgliteClient } from "../../src/persistence/pglite-client.ts";
import { openPglite } from "../../src/persistence/pglite-engine.ts";
import { emptyDatabase } from "../support/empty-database.ts";
import { startPostgres } from "../support/postgres.ts";
import { quietLog, testClock } from "./storage/sql-bench.ts";

const deps = { clock: testClock, log: quietLog };
const OLD = "m0008-staff";
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waystone-older-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("from the embedded database of an older server into either", async () => {
  const old = join(folder, "old");
  await cp(await emptyDatabase(), join(old, "pglite"), { recursive: true });
  const client = new PgliteClient(() => openPglite(join(old, "pglite")));
  const orm = await embeddedOrm(client);
  await orm.migrator.up({ to: OLD });
  await client.exclusive(async (query) => {
    await query("insert into account (id, username, name_key, token_version) values ('a', 'Ada', 'ada', 3)");
    await query(`insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins) values ('c', 'a', 'Ada', 'ada', 'square', '{"brief": "Grüße, \\"Welt\\" \\\\ 🗿"}', 100, 100, 9007199254740993)`);
    await query("insert into area_owner (area_id, epoch) values ('town', 9223372036854)");
    await query("insert into journal (at, actor, commit_id, command, events) values ('2020-02-29 23:59:59.999999+00', 'c', 'k', E'say a\\tb\\nc', '[{\"n\": 12345678901234567890.5}]')");
    await query("select waystone_journal_month('2020-02-01')");
    await query("insert into request_reply (character_id, seq, step, reply) values ('c', 1, 0, '{\"b\":1, \"a\":2}')");
  });
  await orm.close(true);
  await client.close();

  const source = await openPlace({ kind: "embedded", dataDir: old }, deps);
  const { folder: backup } = await writeBackup({ source: { kind: "embedded", sql: source.sql }, dataDir: old, folder: join(folder, "backups"), world: "Old", version: "0.0.9", now: new Date(testClock.nowMs()) });
  // Backing up has migrated nothing.
  expect((await shapeOf(source.sql)).schema.at(-1)).toBe(OLD);
  await source.close();

  const postgres = await startPostgres(["fsync = off"]);
  try {
    const url = await postgres.url();
    const dataDir = join(folder, "new");
    for (const target of [{ kind: "embedded", dataDir }, { kind: "postgres", url }] as const) {
      await restore({ folder: backup, target, dataDir: join(folder, "archives"), replace: false, ...deps });
      const db = await openDatabase({ databaseUrl: target.kind === "postgres" ? url : undefined, dataDir, allowUnsafe: true, ...deps });
      expect((await shapeOf(db.sql)).schema).toEqual(MIGRATION_NAMES);
      expect(await db.sql.query("select coins::text, settings->>'brief' as brief from character")).toEqual([{ coins: "9007199254740993", brief: "Grüße, \"Welt\" \\ 🗿" }]);
      expect(await db.sql.query("select tableoid::regclass::text as month, at at time zone 'UTC' = '2020-02-29 23:59:59.999999' as same, command, events::text from journal")).toEqual(
        [{ month: "journal_2020_02", same: true, command: "say a\tb\nc", events: '[{"n": 12345678901234567890.5}]' }]);
      expect(await db.sql.query("select (select token_version > 3 from account) as ended, (select epoch > 9223372036854 from area_owner) as above, nextval('journal_id_seq')::int as next")).toEqual([{ ended: true, above: true, next: 2 }]);
      await db.close();
    }
  } finally {
    await postgres.stop();
  }
}, 240_000);
