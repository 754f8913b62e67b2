/** What tables a world consists of, as the database's own catalogue says. */
import { MIGRATION_TABLE } from "../migrations/names.ts";
import type { Sql } from "../sql.ts";

export interface Column {
  readonly name: string;
  /** As in a cast. */
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
}

export interface Sequence {
  readonly name: string;
  /** As text: a bigint. */
  readonly last: string;
  readonly called: boolean;
}

export interface Shape {
  /** The migrations that were done, in their order. */
  readonly schema: readonly string[];
  /** Each behind those it refers to. What a table has in partitions is the table's. */
  readonly tables: readonly Table[];
  /** First days of the months that the journal has partitions for. */
  readonly months: readonly string[];
}

/** Rows of these are written by migrating, not by copying. */
const NOT_COPIED: ReadonlySet<string> = new Set([MIGRATION_TABLE]);

/** Within a transaction, everything is as at its beginning. Rejects with `StorageError`. */
export async function shapeOf(sql: Sql): Promise<Shape> {
  const columns = await sql.query<{ table: string; column: string; type: string }>(
    `select c.relname as table, a.attname as column, format_type(a.atttypid, a.atttypmod) as type
     from pg_class c join pg_attribute a on a.attrelid = c.oid
     where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
     order by c.relname, a.attnum`,
  );
  const byTable = new Map<string, Column[]>();
  for (const { table, column, type } of columns) {
    const known = byTable.get(table);
    if (known === undefined) byTable.set(table, [{ name: column, type }]);
    else known.push({ name: column, type });
  }
  const references = await sql.query<{ from: string; to: string }>(
    `select t.relname as from, r.relname as to from pg_constraint x join pg_class t on t.oid = x.conrelid join pg_class r on r.oid = x.confrelid
     where x.contype = 'f' and t.relnamespace = current_schema()::regnamespace and x.conrelid <> x.confrelid`,
  );
  const months = await sql.query<{ month: string }>(
    `select to_char(to_date(substr(c.relname, 9), 'YYYY_MM'), 'YYYY-MM-DD') as month
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     where p.relname = 'journal' and p.relnamespace = current_schema()::regnamespace and c.relname ~ '^journal_\\d{4}_\\d{2}$' order by 1`,
  );
  return { schema: await migrationsOf(sql), tables: inOrder(byTable, references), months: months.map(({ month }) => month) };
}

/** None where there is no table for it. Not to be asked in a transaction that must go on after that. */
async function migrationsOf(sql: Sql): Promise<string[]> {
  const [there] = await sql.query<{ name: string | null }>("select to_regclass($1)::text as name", [MIGRATION_TABLE]);
  if (there?.name == null) return [];
  return (await sql.query<{ name: string }>(`select name from ${MIGRATION_TABLE} order by id`)).map(({ name }) => name);
}

/** Whoever is referred to comes first; among equals by name. */
function inOrder(tables: ReadonlyMap<string, Column[]>, references: readonly { from: string; to: string }[]): Table[] {
  const done = new Set<string>();
  const ordered: Table[] = [];
  const add = (name: string, within: ReadonlySet<string>): void => {
    const columns = tables.get(name);
    if (columns === undefined || done.has(name) || within.has(name)) return;
    for (const { to } of references.filter(({ from }) => from === name)) add(to, new Set([...within, name]));
    done.add(name);
    if (!NOT_COPIED.has(name)) ordered.push({ name, columns });
  };
  for (const name of [...tables.keys()].sort()) add(name, new Set());
  return ordered;
}

export async function sequencesOf(sql: Sql): Promise<Sequence[]> {
  const names = await sql.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'S' and relnamespace = current_schema()::regnamespace and relname <> $1 order by 1", [`${MIGRATION_TABLE}_id_seq`],
  );
  const sequences: Sequence[] = [];
  for (const { name } of names) {
    const [row] = await sql.query<{ last: string; called: boolean }>(`select last_value::text as last, is_called as called from ${quoted(name)}`);
    if (row !== undefined) sequences.push({ name, ...row });
  }
  return sequences;
}

export async function setSequence(sql: Sql, { name, last, called }: Sequence): Promise<void> {
  await sql.query("select setval($1::regclass, $2::bigint, $3)", [quoted(name), last, called]);
}

/** Anything at all in the schema that is in use: relations or functions. */
export async function isEmpty(sql: Sql): Promise<boolean> {
  const [row] = await sql.query<{ n: number }>(
    `select (select count(*) from pg_class where relnamespace = current_schema()::regnamespace)::int
       + (select count(*) from pg_proc where pronamespace = current_schema()::regnamespace)::int as n`,
  );
  return row?.n === 0;
}

/** A process whose lease holds, in words for whoever must stop it; undefined when nobody serves the world. */
export async function servedBy(sql: Sql): Promise<string | undefined> {
  const [there] = await sql.query<{ name: string | null }>("select to_regclass('process')::text as name");
  if (there?.name == null) return undefined;
  const [row] = await sql.query<{ address: string }>("select address from process where not fenced and expires_at > clock_timestamp() order by id limit 1");
  return row?.address;
}

/** As PostgreSQL quotes a name. */
export const quoted = (name: string): string => `"${name.replaceAll("\"", "\"\"")}"`;

