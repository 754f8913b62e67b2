/** What a PostgreSQL's settings make of a promise: whether what it acknowledged is on disk, come what may. */
import { AppError } from "../protocol/codes.ts";
import type { Sql } from "./sql.ts";

const UNSAFE = {
  fsync: "a machine that loses power may lose the whole database",
  full_page_writes: "a machine that loses power may leave pages half written",
  synchronous_commit: "a crash may take back what players were told is done",
} as const;

/**
 * Answers the durability in words. Rejects with `E_STORAGE`, one sentence for each setting that breaks the promise,
 * unless `allowUnsafe`.
 */
export async function postgresDurability(sql: Sql, allowUnsafe: boolean): Promise<string> {
  // Not what this session has now (it sets its own): what the server, the database or the role give to every session.
  const off = await sql.query<{ name: keyof typeof UNSAFE }>(
    "select name from pg_settings where name = any($1::text[]) and reset_val = 'off' order by name", [Object.keys(UNSAFE)],
  );
  if (off.length === 0) return "PostgreSQL: survives power loss";
  if (allowUnsafe) return `PostgreSQL with ${off.map(({ name }) => `${name}=off`).join(", ")}, as WAYSTONE_ALLOW_UNSAFE_STORAGE allows: may lose what was acknowledged`;
  const sentences = off.map(({ name }) => `The database at DATABASE_URL has ${name}=off: ${UNSAFE[name]}.`);
  throw new AppError("E_STORAGE", `${sentences.join(" ")} Turn it on, or set WAYSTONE_ALLOW_UNSAFE_STORAGE=1 to play without the promise.`);
}
