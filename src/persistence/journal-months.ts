/**
 * The journal's months: partitions for those to come are made ahead; those that are over can be searched by what is in their
 * entries; old ones are archived to a file, and only dropped when the file has been read back and says the same. One process
 * does it at a time.
 */
import { createHash, type Hash } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, open, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { JOURNAL_ARCHIVE_ROWS, JOURNAL_KEEP_MONTHS, JOURNAL_MONTHS_AHEAD, KEYS_OF_UNNAMED_KEPT_H } from "../limits.ts";
import type { Database } from "./database.ts";
import type { Sql } from "./sql.ts";

export interface MonthsDeps {
  readonly db: Pick<Database, "sql" | "kind">;
  /** `DATA_DIR`; archives go to its folder `archive`. */
  readonly dataDir: string;
  /** Months kept beside the running one. */
  readonly keepMonths?: number;
}

/** Answers what was done, in sentences. Rejects with `StorageError`, or with what the file system says. */
export async function keepJournal({ db: { sql, kind }, dataDir, keepMonths = JOURNAL_KEEP_MONTHS }: MonthsDeps): Promise<string[]> {
  await makeAhead(sql);
  const said: string[] = [];
  for (const month of await monthsBefore(sql, keepMonths)) said.push(await archive(sql, month, join(dataDir, "archive")));
  // PGlite has one thread for everything, and no journal so long that it would need it.
  if (kind === "postgres") await indexPast(sql);
  await sql.query(`delete from journal_key where key like 'u:%' and at < now() - interval '${KEYS_OF_UNNAMED_KEPT_H} hours'`);
  return said;
}

/** This month's partition and the next ones. Cheap when they are there. */
export async function makeAhead(sql: Sql): Promise<void> {
  await alone(sql, async (tx) => {
    // A commit that holds the default partition is waited for, but nobody for long behind us.
    await tx.query("set local lock_timeout = '2s'");
    await tx.query(
      `select waystone_journal_month((date_trunc('month', now() at time zone 'UTC') + n * interval '1 month')::date) from generate_series(0, ${JOURNAL_MONTHS_AHEAD}) as n
       where to_regclass('journal_' || to_char(date_trunc('month', now() at time zone 'UTC') + n * interval '1 month', 'YYYY_MM')) is null`,
    );
  });
}

/**
 * An index over the entries of each month that is over. The running month has none: every commit would pay for it, and to
 * read one month through takes half a second for a million entries (docs/proof-commit.md).
 */
async function indexPast(sql: Sql): Promise<void> {
  const months = await sql.query<{ name: string }>(
    `select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'journal'::regclass and c.relname ~ '^journal_\\d{4}_\\d{2}$'
       and substr(c.relname, 9) < to_char((now() - interval '1 day') at time zone 'UTC', 'YYYY_MM')
       and not exists (select 1 from pg_index x join pg_class n on n.oid = x.indexrelid where x.indrelid = c.oid and n.relname = c.relname || '_events_index')
     order by 1`,
  );
  for (const { name } of months) {
    await alone(sql, async (tx) => {
      await tx.query("set local lock_timeout = '2s'");
      await tx.query(`create index if not exists ${name}_events_index on ${name} using gin (events jsonb_path_ops)`);
    });
  }
}

/** Partitions older than so many full months, oldest first, as `2026_11`. */
async function monthsBefore(sql: Sql, keepMonths: number): Promise<string[]> {
  const rows = await sql.query<{ month: string }>(
    `select substr(c.relname, 9) as month from pg_inherits i join pg_class c on c.oid = i.inhrelid
     where i.inhparent = 'journal'::regclass and c.relname ~ '^journal_\\d{4}_\\d{2}$'
       and substr(c.relname, 9) < to_char(date_trunc('month', now() at time zone 'UTC') - $1 * interval '1 month', 'YYYY_MM')
     order by 1`, [keepMonths],
  );
  return rows.map(({ month }) => month);
}

async function archive(sql: Sql, month: string, folder: string): Promise<string> {
  const table = `journal_${month}`;
  const name = `journal-${month.replace("_", "-")}.jsonl.gz`;
  const file = join(folder, name);
  await mkdir(folder, { recursive: true });
  const written = await write(sql, table, file);
  const read = await check(file);
  if (read.rows !== written.rows || read.sha256 !== written.sha256) throw new Error(`The archive ${name} does not say what was written into it; the month stays in the database.`);
  await alone(sql, async (tx) => {
    await tx.query("set local lock_timeout = '2s'");
    // Nobody writes into a month that is past; were it otherwise, what came since would be in no file.
    await tx.query(`lock table ${table} in access exclusive mode`);
    const [now] = await tx.query<{ rows: number }>(`select count(*)::int as rows from ${table}`);
    if (now?.rows !== written.rows) throw new Error(`${table} has changed while it was archived; it stays in the database.`);
    await tx.query(`alter table journal detach partition ${table}`);
    await tx.query(`drop table ${table}`);
  });
  return `The journal of ${month.replace("_", "-")} (${written.rows} entries) is in archive/${name} now.`;
}

/** Rows as lines of JSON, gzipped; on disk, under its name only when it is whole. */
async function write(sql: Sql, table: string, file: string): Promise<{ rows: number; sha256: string }> {
  const hash = createHash("sha256");
  const state = { rows: 0, lastId: "0" };
  const part = `${file}.part`;
  await pipeline(Readable.from(lines(sql, table, hash, state)), createGzip(), createWriteStream(part));
  const handle = await open(part, "r+");
  await handle.sync();
  await handle.close();
  await rename(part, file);
  const sha256 = hash.digest("hex");
  await writeFile(`${file}.sha256`, `${sha256}  ${state.rows} rows, uncompressed\n`);
  return { rows: state.rows, sha256 };
}

async function* lines(sql: Sql, table: string, hash: Hash, state: { rows: number; lastId: string }): AsyncGenerator<string> {
  for (;;) {
    const rows = await sql.query<{ id: string; line: string }>(
      `select id::text as id, to_jsonb(j)::text as line from ${table} j where id > $1::bigint order by id limit ${JOURNAL_ARCHIVE_ROWS}`, [state.lastId],
    );
    const last = rows.at(-1);
    if (last === undefined) return;
    const text = rows.map(({ line }) => `${line}\n`).join("");
    hash.update(text);
    state.rows += rows.length;
    state.lastId = last.id;
    yield text;
  }
}

/** Reads an archive back; rejects when it is damaged. */
export async function check(file: string): Promise<{ rows: number; sha256: string }> {
  const hash = createHash("sha256");
  let rows = 0;
  const text = createReadStream(file).pipe(createGunzip());
  for await (const line of createInterface({ input: text, crlfDelay: Infinity })) {
    hash.update(`${line}\n`);
    rows += 1;
  }
  return { rows, sha256: hash.digest("hex") };
}

async function alone<T>(sql: Sql, work: (tx: Sql) => Promise<T>): Promise<T> {
  return await sql.transaction(async (tx) => {
    await tx.query("select pg_advisory_xact_lock(hashtext('waystone journal'))");
    return await work(tx);
  });
}
