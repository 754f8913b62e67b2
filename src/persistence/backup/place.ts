/** Where a world lies, opened as it is: nothing is migrated, seeded or made. */
import { join } from "node:path";
import { AppError } from "../../protocol/codes.ts";
import type { Clock } from "../../runtime/ports.ts";
import type { StorageLog } from "../database.ts";
import { lockFolder } from "../folder-lock.ts";
import { PgliteClient, pgliteSql } from "../pglite-client.ts";
import type { Sql } from "../sql.ts";
import { openEngine } from "../start-embedded.ts";
import { StorageError } from "../storage-error.ts";
import { exists } from "./durable-files.ts";

export type Place = { readonly kind: "postgres"; readonly url: string } | { readonly kind: "embedded"; readonly dataDir: string };

export interface Opened {
  readonly sql: Sql;
  close(): Promise<void>;
}

export interface OpenDeps {
  readonly clock: Clock;
  readonly log: StorageLog;
}

/** The embedded database's own folder. */
export const pgliteIn = (dataDir: string): string => join(dataDir, "pglite");
export const isDatabase = (dataDir: string): Promise<boolean> => exists(join(pgliteIn(dataDir), "PG_VERSION"));

/** Rejects with a sentence when nothing is there, it cannot be reached, or another server uses the folder. */
export function openPlace(place: Place, deps: OpenDeps): Promise<Opened> {
  return place.kind === "postgres" ? openPostgres(place.url, deps) : openFolder(place.dataDir, deps);
}

async function openPostgres(url: string, { log }: OpenDeps): Promise<Opened> {
  const [{ openPool }, { postgresSql }] = await Promise.all([import("../pg-pool.ts"), import("../sql-postgres.ts")]);
  const pool = openPool(url, log);
  const opened = { sql: postgresSql(pool, CONNECTIONS), close: () => pool.end() };
  try {
    await opened.sql.query("select 1");
  } catch (error) {
    await opened.close();
    if (error instanceof StorageError) throw new AppError("E_STORAGE", `The database at ${bare(url)} cannot be used: ${error.detail}.`, { cause: error });
    throw error;
  }
  return opened;
}

/** Enough for a transaction that stays open and what is done beside it. */
const CONNECTIONS = 4;

async function openFolder(dataDir: string, { clock, log }: OpenDeps): Promise<Opened> {
  if (!await isDatabase(dataDir)) throw new AppError("E_STORAGE", `There is no embedded database in ${dataDir}.`);
  const unlock = await lockFolder(dataDir, clock, log);
  const client = new PgliteClient(() => openEngine(pgliteIn(dataDir), "thread"));
  return {
    sql: pgliteSql(client),
    close: async () => {
      await client.close();
      await unlock();
    },
  };
}

/** A URL as it may be shown. */
export function bare(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

export const nameOf = (place: Place): string => (place.kind === "postgres" ? bare(place.url) : place.dataDir);
