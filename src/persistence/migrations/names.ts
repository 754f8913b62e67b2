/**
 * The migrations by name, in their order, apart from what they do: whether a database is at the newest schema is asked
 * at every start, and the answer is nearly always yes.
 */
import type { Sql } from "../sql.ts";
import { StorageError } from "../storage-error.ts";

export const MIGRATION_NAMES = [
  "m0001-tables",
  "m0002-commit-function",
  "m0003-journal-by-month",
  "m0004-commit-function-v2",
  "m0005-post",
  "m0006-intents",
  "m0007-cluster",
  "m0008-staff",
  "m0009-commit-function-v3",
  "m0010-jobs",
  "m0011-load-function",
] as const;
export type MigrationName = (typeof MIGRATION_NAMES)[number];

/** Where MikroORM keeps what was done. */
export const MIGRATION_TABLE = "migration";
const UNDEFINED_TABLE = "42P01";

/** Whether nothing is left to do. Rejects with `StorageError` when the database cannot be asked. */
export async function isMigrated(sql: Pick<Sql, "query">): Promise<boolean> {
  try {
    const done = new Set((await sql.query<{ name: string }>(`select name from ${MIGRATION_TABLE}`)).map(({ name }) => name));
    return MIGRATION_NAMES.every((name) => done.has(name));
  } catch (error) {
    if (error instanceof StorageError && error.sqlState === UNDEFINED_TABLE) return false;
    throw error;
  }
}
