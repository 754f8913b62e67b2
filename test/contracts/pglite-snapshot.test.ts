/**
 * The copy of an embedded database in use is what a crash would have left: whole transactions, all that was answered before,
 * and it opens. While it is made, rows come, change, grow and go as fast as the database takes them.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { cp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPlace } from "../../src/persistence/backup/place.ts";
import { PgliteClient, pgliteSql } from "../../src/persistence/pglite-client.ts";
import { snapshotEmbedded } from "../../src/persistence/pglite-snapshot.ts";
import { openEngine } from "../../src/persistence/start-embedded.ts";
import { emptyDatabase } from "../support/empty-database.ts";
import { until } from "../support/until.ts";
import { quietLog, testClock } from "./storage/sql-bench.ts";

const ROUNDS = 2;
/** Transactions between the two rounds of copying. */
const BETWEEN = 60;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "waystone-snapshot-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test("copies made in the middle of many writes", async () => {
  const dataDir = join(folder, "data");
  await cp(await emptyDatabase(), join(dataDir, "pglite"), { recursive: true });
  const client = new PgliteClient(() => openEngine(join(dataDir, "pglite"), "thread"));
  const sql = pgliteSql(client);
  await sql.query("create table left_side (n int primary key, filler text not null)");
  await sql.query("create table right_side (n int primary key, filler text not null)");
  let written = 0;
  let isOver = false;
  // Both sides have the same rows after every transaction, and the last hundreds of numbers.
  const writing = (async () => {
    for (let n = 1; !isOver; n += 1) {
      await sql.transaction(async (tx) => {
        for (const side of ["left_side", "right_side"]) {
          await tx.query(`insert into ${side} (n, filler) values ($1, repeat(md5($2), $3))`, [n, String(n), 1 + (n % 200)]);
          await tx.query(`delete from ${side} where n <= $1`, [n - 500]);
          await tx.query(`update ${side} set filler = filler || 'x' where n = $1`, [n - 7]);
        }
      });
      written = n;
      if (n % 200 === 0) await sql.query("vacuum left_side, right_side");
    }
  })();
  for (let round = 0; round < ROUNDS; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    const copy = join(folder, `copy-${round}`);
    let answered = 0;
    // Between the two rounds of copying a lot more is written, as on a slow disk.
    const slow = {
      exclusive: async (work: Parameters<PgliteClient["exclusive"]>[0]) => {
        const enough = written + BETWEEN;
        await until(() => written >= enough, "more is written");
        return await client.exclusive((query) => {
          answered = written;
          return work(query);
        });
      },
    } as PgliteClient;
    const { bytes } = await snapshotEmbedded(slow, join(dataDir, "pglite"), join(copy, "pglite"));
    expect(bytes).toBeGreaterThan(10_000_000);
    const opened = await openPlace({ kind: "embedded", dataDir: copy }, { clock: testClock, log: quietLog });
    const sums = (side: string) => opened.sql.query(`select count(*)::int as rows, max(n) as last, md5(string_agg(n || filler, ' ' order by n)) as all from ${side}`);
    const [left] = await sums("left_side");
    expect(await sums("right_side")).toEqual([left]);
    // One more may have been written whose word had not arrived yet.
    expect((left as { last: number }).last - answered).toBeOneOf([0, 1]);
    // By the index, too.
    await opened.sql.query("set enable_seqscan = off");
    expect(await opened.sql.query("select count(*)::int as rows from left_side where n > 0")).toEqual([{ rows: (left as { rows: number }).rows }]);
    await opened.close();
  }
  isOver = true;
  await writing;
  await client.close();
}, 240_000);
