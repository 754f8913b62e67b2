/**
 * What is in each table as two numbers that say the same in every database: how many rows, and the sum of their
 * checksums. The order of the rows does not matter, so it is the same after a restore.
 */
import type { Sql } from "../sql.ts";
import { quoted, type Table } from "./tables.ts";

export interface Sum {
  /** As text: a bigint. */
  readonly rows: string;
  /** Sum of the two halves of each row's MD5, modulo 2^64 each, in hexadecimal. */
  readonly sum: string;
}
export type Sums = Readonly<Record<string, Sum>>;

/** How values are written as text must not depend on whose session it is. For the rest of the transaction. */
export async function plainText(sql: Sql): Promise<void> {
  await sql.query("select set_config('timezone', 'UTC', true), set_config('datestyle', 'ISO', true), set_config('intervalstyle', 'postgres', true), set_config('extra_float_digits', '1', true), set_config('bytea_output', 'hex', true)");
}

/** In one transaction that began with `plainText`. */
export async function sumsOf(sql: Sql, tables: readonly Table[]): Promise<Sums> {
  const sums: Record<string, Sum> = {};
  for (const { name, columns } of tables) {
    // Halves of 60 bits: what a cast from bits to a bigint takes without a sign.
    const [row] = await sql.query<{ rows: string; high: string; low: string }>(
      `select count(*)::text as rows,
         coalesce(sum(('x' || substr(md5, 1, 15))::bit(60)::bigint), 0)::text as high, coalesce(sum(('x' || substr(md5, 18, 15))::bit(60)::bigint), 0)::text as low
       from (select md5(row(${columns.map((column) => quoted(column.name)).join(", ")})::text) as md5 from ${quoted(name)}) as summed`,
    );
    if (row !== undefined) sums[name] = { rows: row.rows, sum: hex(row.high) + hex(row.low) };
  }
  return sums;
}

const hex = (decimal: string): string => BigInt.asUintN(64, BigInt(decimal)).toString(16).padStart(16, "0");

/** How two databases differ, in sentences; none when they are the same. */
export function differences(should: Sums, has: Sums): string[] {
  return [...new Set([...Object.keys(should), ...Object.keys(has)])].sort().flatMap((table) => {
    const [a, b] = [should[table], has[table]];
    if (a === undefined || b === undefined) return [`the table ${table} is ${a === undefined ? "too much" : "missing"}`];
    if (a.rows !== b.rows) return [`${table} has ${b.rows} rows instead of ${a.rows}`];
    return a.sum === b.sum ? [] : [`${table} has ${b.rows} rows whose checksums do not add up`];
  });
}

export const rowsIn = (sums: Sums): number => Object.values(sums).reduce((all, { rows }) => all + Number(rows), 0);
