/** The journal by months: made ahead, archived before it is dropped (issue 3, retention). */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { beforeEach, expect, it } from "vitest";
import { check, keepJournal, makeAhead } from "../../../src/persistence/journal-months.ts";
import { Journal } from "../../../src/persistence/journal.ts";
import { paid, Town } from "./bench.ts";
import type { SqlBench } from "./sql-bench.ts";

export function journalMonthsSuite(open: () => SqlBench): void {
  let town: Town;
  let ann: string;
  beforeEach(async () => {
    town = await Town.open(open());
    ann = await town.person("ann", 10);
  });
  const partitions = async (): Promise<string[]> => {
    const rows = await open().db.sql.query<{ name: string }>("select inhrelid::regclass::text as name from pg_inherits where inhparent = 'journal'::regclass order by 1");
    return rows.map(({ name }) => name);
  };
  /** An entry of `months` months ago. */
  const long = (months: number, command: string) => open().db.sql.query(
    `insert into journal (at, actor, commit_id, command, events) values (now() - ${months} * interval '1 month', $1, 'c', $2, '[{"type": "coins-changed", "character": "ü", "delta": 1}]')`, [ann, command]);

  it("has partitions for this month and the next ones, and commits go into this one's", async () => {
    await makeAhead(open().db.sql);
    await makeAhead(open().db.sql);
    expect((await partitions()).length).toBeGreaterThanOrEqual(4);
    const outcome = await town.commit(ann, [paid(ann, 1)]);
    const [row] = await open().db.sql.query<{ name: string; month: string }>("select tableoid::regclass::text as name, to_char(now() at time zone 'UTC', 'YYYY_MM') as month from journal where id = $1::bigint", ["entry" in outcome ? outcome.entry : ""]);
    expect(row?.name).toBe(`journal_${row?.month}`);
  });

  it("loses nothing for the want of a partition, and puts it right afterwards", async () => {
    await long(2, "stray");
    const where = async () => (await open().db.sql.query<{ name: string }>("select tableoid::regclass::text as name from journal where actor = $1 and command = 'stray'", [ann]))[0]?.name;
    expect(await where()).toBe("journal_default");
    await open().db.sql.query("select waystone_journal_month(date_trunc('month', (now() - interval '2 months') at time zone 'UTC')::date)");
    expect(await where()).toMatch(/^journal_\d{4}_\d{2}$/);
  });

  it("finds what happened to a thing, in months that are over by an index of theirs, and commits into this one pay for none", async () => {
    const { db } = open();
    const thing = `thing of ${ann}`;
    await db.sql.query("select waystone_journal_month(date_trunc('month', (now() - n * interval '1 month') at time zone 'UTC')::date) from generate_series(3, 4) as n");
    const entry = (months: number, command: string, event: object) => db.sql.query(
      `insert into journal (at, actor, commit_id, command, events) values (now() - ${months} * interval '1 month', $1, 'c', $2, $3::jsonb)`, [ann, command, JSON.stringify([event])]);
    await entry(4, "buy", { type: "item-created", cause: "buy", item: { id: thing, kind: "sword" } });
    await entry(3, "give", { type: "item-moved", item: thing, from: "char:a", to: "char:b" });
    await entry(0, "drop", { type: "item-moved", item: thing, from: "char:b", to: "room:r" });
    await entry(0, "drop", { type: "item-moved", item: `another ${thing}`, from: "char:b", to: "room:r" });
    await keepJournal({ db, dataDir: "unused", keepMonths: 100 });

    const journal = new Journal(db.sql);
    expect((await journal.ofItem(thing, 100)).map(({ command }) => command)).toEqual(["buy", "give", "drop"]);
    expect((await journal.ofItem(thing, 2)).map(({ command }) => command)).toEqual(["give", "drop"]);
    const indexes = await db.sql.query<{ age: number }>(
      `select (date_part('year', age) * 12 + date_part('month', age))::int as age from (
         select age(date_trunc('month', now() at time zone 'UTC'), to_date(substr(tablename, 9), 'YYYY_MM')) as age from pg_indexes
         where schemaname = current_schema() and indexname ~ '^journal_\\d{4}_\\d{2}_events_index$') as months order by 1`,
    );
    const ages = indexes.map(({ age }) => age);
    expect(ages.filter((age) => age <= 0)).toEqual([]);
    expect(ages).toEqual(db.kind === "postgres" ? expect.arrayContaining([3, 4]) : []);
  });

  it("archives what is old to a file that is checked, and only then drops it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "waystone-archive-"));
    try {
      await open().db.sql.query("select waystone_journal_month(date_trunc('month', (now() - interval '14 months') at time zone 'UTC')::date)");
      await long(14, "long ago");
      await long(14, "long ago, too");
      const said = await keepJournal({ db: open().db, dataDir: folder });
      expect(said).toHaveLength(1);
      const file = join(folder, "archive", /archive\/(\S+)/.exec(said[0]!)![1]!);
      const rows = gunzipSync(await readFile(file)).toString().trim().split("\n").map((line) => JSON.parse(line) as { command: string; events: unknown[] });
      expect(rows.map(({ command }) => command)).toEqual(["long ago", "long ago, too"]);
      expect(rows[0]?.events).toEqual([{ type: "coins-changed", character: "ü", delta: 1 }]);
      expect(await readFile(`${file}.sha256`, "utf8")).toContain((await check(file)).sha256);
      expect(await open().db.sql.query("select 1 from journal where actor = $1", [ann])).toEqual([]);
      expect(await keepJournal({ db: open().db, dataDir: folder })).toEqual([]);
      // A file that is cut short is no archive.
      await writeFile(file, (await readFile(file)).subarray(0, 40));
      await expect(check(file)).rejects.toThrow();
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
