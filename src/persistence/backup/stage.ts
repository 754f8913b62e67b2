/**
 * Where a world is built before it takes its place. Until `commit` the target is what it was; `abandon` leaves it so. What was
 * there before is kept aside and named, never thrown away.
 */
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Pool } from "pg";
import { LEFTOVERS_KEPT_MS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import { lockFolder } from "../folder-lock.ts";
import type { MigrationName } from "../migrations/names.ts";
import { newId } from "../new-id.ts";
import { PgliteClient, pgliteSql } from "../pglite-client.ts";
import type { Sql } from "../sql.ts";
import { openEngine } from "../start-embedded.ts";
import { statementError } from "../storage-error.ts";
import { namesIn, OWNER_ONLY_FOLDER, sweep } from "./durable-files.ts";
import { bare, openPlace, pgliteIn, type OpenDeps, type Place } from "./place.ts";
import { isEmpty, quoted, servedBy } from "./tables.ts";

export interface Stage {
  /** The new database, with the tables of the wanted migration and nothing in them. */
  readonly sql: Sql;
  /** It takes the target's place. Answers where what was there before is now; undefined: there was nothing. */
  commit(): Promise<string | undefined>;
  /** Removes it; after `commit` it does nothing. Closes what was opened, in either case. */
  close(): Promise<void>;
}

export interface StageOptions {
  /** Takes the place of a world that is there. */
  readonly replace: boolean;
  /** The newest migration of what will be written into it. */
  readonly migrateTo: MigrationName;
}

/** Rejects with a sentence when the target is not empty (unless it may be replaced), or somebody serves it. */
export function openStage(place: Place, options: StageOptions, deps: OpenDeps): Promise<Stage> {
  return place.kind === "postgres" ? stagePostgres(place.url, options, deps) : stageEmbedded(place.dataDir, options, deps);
}

/** `20261126T004800Z`, for what is kept aside. */
export const stamp = (nowMs: number): string => new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, "");

/** What is being built in a data folder. */
const NEW = "pglite-new.";

async function stageEmbedded(dataDir: string, { replace, migrateTo }: StageOptions, { clock, log }: OpenDeps): Promise<Stage> {
  const unlock = await lockFolder(dataDir, clock, log);
  const staging = join(dataDir, `${NEW}${newId()}`);
  const target = pgliteIn(dataDir);
  let client: PgliteClient | undefined;
  const close = async (): Promise<void> => {
    await client?.close();
    await rm(staging, { recursive: true, force: true });
    await unlock();
  };
  try {
    const isFree = (await namesIn(target)).length === 0;
    if (!isFree && !replace) throw occupied(dataDir);
    await sweep(dataDir, (name) => name.startsWith(NEW), LEFTOVERS_KEPT_MS, clock.nowMs());
    await mkdir(staging, { mode: OWNER_ONLY_FOLDER });
    client = new PgliteClient(() => openEngine(pgliteIn(staging), "thread"));
    const { embeddedOrm } = await import("../mikro-orm.ts");
    const orm = await embeddedOrm(client);
    await orm.migrator.up({ to: migrateTo });
    await orm.close(true);
    return {
      sql: pgliteSql(client), close,
      commit: async () => {
        await client?.exclusive((query) => query("checkpoint"));
        await client?.close();
        const aside = join(dataDir, `pglite-before.${stamp(clock.nowMs())}`);
        if (!isFree) await rename(target, aside);
        else await rm(target, { recursive: true, force: true });
        try {
          await rename(pgliteIn(staging), target);
        } catch (error) {
          if (!isFree) await rename(aside, target);
          throw error;
        }
        return isFree ? undefined : aside;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function stagePostgres(url: string, { replace, migrateTo }: StageOptions, deps: OpenDeps): Promise<Stage> {
  const target = await openPlace({ kind: "postgres", url }, deps);
  const name = `waystone_new_${newId().replace(/\W/g, "").toLowerCase()}`;
  let pool: Pool | undefined;
  let isCommitted = false;
  const close = async (): Promise<void> => {
    await pool?.end();
    if (!isCommitted) await target.sql.query(`drop schema if exists ${quoted(name)} cascade`);
    await target.close();
  };
  try {
    await refuseIfTaken(target.sql, url, replace);
    await target.sql.query(`create schema ${quoted(name)}`);
    const own = withSearchPath(url, name);
    const [{ openPool }, { postgresSql }, { postgresOrm }] = await Promise.all([import("../pg-pool.ts"), import("../sql-postgres.ts"), import("../mikro-orm.ts")]);
    pool = openPool(own, deps.log);
    const orm = await postgresOrm(pool, own);
    await orm.migrator.up({ to: migrateTo });
    await orm.close(true);
    const opened = pool;
    return {
      sql: postgresSql(opened, STAGE_CONNECTIONS), close,
      commit: async () => {
        await opened.end();
        pool = undefined;
        const before = await target.sql.transaction(async (tx) => {
          await refuseIfTaken(tx, url, replace);
          return await takePlace(tx, name, deps.clock.nowMs());
        });
        isCommitted = true;
        return before;
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const STAGE_CONNECTIONS = 2;

/** A server that wants to make its tables waits until we are through, and finds them. */
export const MIGRATION_LOCK = "select pg_advisory_xact_lock(hashtext('waystone migrations'))";

export async function refuseIfTaken(sql: Sql, url: string, replace: boolean): Promise<void> {
  if (await isEmpty(sql)) return;
  if (!replace) throw occupied(bare(url));
  const address = await servedBy(sql);
  if (address !== undefined) throw new AppError("E_STORAGE", `A server (at ${address}) is running on ${bare(url)}; stop it first.`);
}

const occupied = (where: string): AppError =>
  new AppError("E_STORAGE", `There is something in ${where} already; it is left as it is. With --replace it is kept aside and a new world takes its place.`);

/** Swaps the schema in use for another. Answers where the old one is now; undefined when there was nothing in it. */
async function takePlace(tx: Sql, name: string, nowMs: number): Promise<string | undefined> {
  await tx.query(MIGRATION_LOCK);
  const kept = await setAside(tx, nowMs);
  await tx.query(`alter schema ${quoted(name)} rename to ${quoted(kept.schema)}`);
  if (kept.wasEmpty) await tx.query(`drop schema ${quoted(kept.aside)}`);
  return kept.wasEmpty ? undefined : `the schema ${kept.aside}`;
}

export interface SetAside {
  readonly schema: string;
  readonly aside: string;
  readonly wasEmpty: boolean;
}

/** Gives the schema in use another name. */
export async function setAside(tx: Sql, nowMs: number): Promise<SetAside> {
  const [row] = await tx.query<{ name: string }>("select current_schema() as name");
  const schema = row?.name ?? "public";
  const wasEmpty = await isEmpty(tx);
  const aside = `${schema}_before_${stamp(nowMs).toLowerCase()}`;
  await tx.query(`alter schema ${quoted(schema)} rename to ${quoted(aside)}`);
  return { schema, aside, wasEmpty };
}

/** The same database, seen through one schema. */
function withSearchPath(databaseUrl: string, schema: string): string {
  const url = new URL(databaseUrl);
  const given = url.searchParams.get("options");
  url.searchParams.set("options", `${given === null ? "" : `${given} `}-c search_path=${schema}`);
  return url.href;
}

/** For what went wrong while a stage was written: the database's own words belong into the sentence. */
export const inWords = (error: unknown): string => (error instanceof AppError && error.name !== "StorageError" ? error.message : statementError(error).detail);
