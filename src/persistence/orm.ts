/** Opens the database: PostgreSQL or embedded PGlite, brought to the newest schema; the ORM over it when it is wanted. */
import type { MikroORM } from "@mikro-orm/sql";
import type { Pool } from "pg";
import {
  DB_CONNECTIONS_URGENT, DB_POOL_DEFAULT, DB_REPLICA_LAG_DEFAULT_S, DB_REPLICA_POOL_DEFAULT, DB_START_TRIES, MAX_COMMITS_IN_FLIGHT, MAX_DB_CONNECTIONS_JOBS, MAX_DB_CONNECTIONS_ORM,
} from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Clock } from "../runtime/ports.ts";
import type { Database, StorageLog } from "./database.ts";
import { postgresDurability } from "./durability.ts";
import { isMigrated } from "./migrations/names.ts";
import { PgliteClient, pgliteSql } from "./pglite-client.ts";
import type { PgliteEngine } from "./pglite-engine.ts";
import { snapshotEmbedded } from "./pglite-snapshot.ts";
import { openEngine, startEmbedded } from "./start-embedded.ts";
import { semaphore, type Sql } from "./sql.ts";
import type { Replicas } from "./replicas.ts";
import { postgresScript, postgresSql } from "./sql-postgres.ts";
import { isConnectTimeout, StorageError } from "./storage-error.ts";

export interface OpenOptions {
  /** A PostgreSQL server; undefined: the embedded database in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  /** Connections to it, all in all. */
  readonly poolSize?: number;
  /** What may be some seconds old is read from these. */
  readonly replicas?: { readonly urls: readonly string[]; readonly poolSize?: number; readonly maxLagS?: number };
  readonly dataDir: string;
  readonly log: StorageLog;
  readonly clock: Clock;
  /** Takes a PostgreSQL whose settings let it lose what it acknowledged. */
  readonly allowUnsafe?: boolean;
  /** Where the embedded database runs; `scripts/bench-pglite.ts` measures the difference. */
  readonly embeddedIn?: "thread" | "process";
}

/** Rejects with an `AppError` `E_STORAGE` whose message says in one sentence what to do. */
export function openDatabase(options: OpenOptions): Promise<Database> {
  return options.databaseUrl === undefined ? openEmbedded(options) : openPostgres(options.databaseUrl, options);
}

/** Opened by whoever first needs it; one that failed to open is tried again by the next. */
class LateOrm {
  readonly #open: () => Promise<MikroORM>;
  #opening: Promise<MikroORM> | undefined;

  constructor(open: () => Promise<MikroORM>) {
    this.#open = open;
  }

  get(): Promise<MikroORM> {
    return (this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = undefined;
      throw error;
    }));
  }

  async close(): Promise<void> {
    await (await this.#opening)?.close(true);
  }
}

async function openEmbedded({ dataDir, clock, log, embeddedIn = "thread" }: OpenOptions): Promise<Database> {
  const { folder, unlock, engine } = await startEmbedded(dataDir, clock, log, embeddedIn);
  let first: Promise<PgliteEngine> | undefined = engine;
  const client = new PgliteClient(() => {
    const opened = first ?? openEngine(folder, embeddedIn);
    first = undefined;
    return opened;
  });
  const sql = pgliteSql(client);
  const orm = new LateOrm(async () => (await import("./mikro-orm.ts")).embeddedOrm(client));
  let isClosing = false;
  const close = async (): Promise<void> => {
    isClosing = true;
    await orm.close();
    await client.close();
    await unlock();
  };
  try {
    if (!(await isMigrated(sql))) await (await orm.get()).migrator.up();
    // Written back, so that the next start after a crash has little to replay.
    await sql.query("checkpoint");
  } catch (error) {
    await close();
    throw error instanceof AppError ? describe(error, `The database in ${folder} cannot be opened`) : error;
  }
  return {
    kind: "embedded",
    durability: "embedded PGlite: survives a crash of the process",
    sql,
    background: sql,
    reads: sql,
    script: (text) => client.script(text),
    pool: () => null,
    replicas: () => [],
    commitsInFlight: 1,
    orm: async (work) => work((await orm.get()).em.fork()),
    warmUp: async () => void (await orm.get()),
    ping: async () => void (await sql.query("select 1")),
    maintain: () => maintainEmbedded(sql, () => isClosing),
    snapshot: (to) => snapshotEmbedded(client, folder, to),
    close,
  };
}

/**
 * PGlite has no background processes: nobody clears dead rows away, counts what the planner must know, or writes
 * changed pages back so that a restart after a crash has little to replay. A table at a time: it is some tenths of a
 * second in all, in which nobody would be answered.
 */
async function maintainEmbedded(sql: Sql, isClosing: () => boolean): Promise<void> {
  // Only our tables, since the catalogue's hardly change and take the longest; and no table of parts, which goes through all its parts once more.
  const tables = await sql.query<{ name: string }>(
    "select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'r' and n.nspname in (current_schema(), 'pgboss') order by 1",
  );
  for (const statement of [...tables.flatMap(({ name }) => [`vacuum ${name}`, `analyze ${name}`]), "checkpoint"]) {
    if (isClosing()) return;
    await sql.query(statement);
  }
}

async function openPostgres(databaseUrl: string, options: OpenOptions): Promise<Database> {
  const { allowUnsafe = false, log, poolSize = DB_POOL_DEFAULT } = options;
  const { openPool } = await import("./pg-pool.ts");
  const pool = openPool(databaseUrl, log, poolSize);
  const sql = postgresSql(pool, poolSize - DB_CONNECTIONS_URGENT - MAX_DB_CONNECTIONS_ORM - MAX_DB_CONNECTIONS_JOBS - 1);
  let replicas: Replicas | undefined;
  const orm = new LateOrm(async () => (await import("./mikro-orm.ts")).postgresOrm(pool, databaseUrl));
  const close = async (): Promise<void> => {
    await replicas?.close();
    await orm.close();
    await pool.end();
  };
  try {
    const durability = await patiently(log, () => postgresDurability(sql, allowUnsafe));
    if (!(await patiently(log, () => isMigrated(sql)))) await patiently(log, async () => migrateAlone(pool, await orm.get()));
    const unitsOfWork = semaphore(MAX_DB_CONNECTIONS_ORM);
    const scripts = semaphore(1);
    replicas = await openReplicas(sql, options);
    const reads = replicas ?? sql;
    return {
      kind: "postgres",
      durability,
      sql,
      background: postgresSql(pool, MAX_DB_CONNECTIONS_JOBS),
      reads,
      script: (text) => scripts(() => postgresScript(pool, text)),
      pool: () => ({ max: poolSize, open: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
      replicas: () => replicas?.states ?? [],
      commitsInFlight: MAX_COMMITS_IN_FLIGHT,
      orm: (work) => unitsOfWork(async () => work((await orm.get()).em.fork())),
      warmUp: async () => void (await orm.get()),
      ping: async (timeoutMs) => void (await sql.query("select 1", [], { timeoutMs, urgent: true })),
      maintain: () => Promise.resolve(),
      snapshot: () => Promise.reject(new AppError("E_STORAGE", "Only the embedded database is copied by its files.")),
      close,
    };
  } catch (error) {
    await close();
    throw error instanceof StorageError ? describe(error, "The database at DATABASE_URL cannot be used") : error;
  }
}

/**
 * Tries again what got no connection in time. While modules are read here nothing else runs, and on a busy machine that takes longer than
 * a connection may: the database had answered, and nobody had looked.
 */
async function patiently<T>(log: StorageLog, work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries >= DB_START_TRIES || !isConnectTimeout(error)) throw error;
      log.warn({ error, tries }, "the database was not reached in time; trying again");
    }
  }
}

async function openReplicas(primary: Sql, { replicas, clock, log }: OpenOptions): Promise<Replicas | undefined> {
  if (replicas === undefined || replicas.urls.length === 0) return undefined;
  const [{ Replicas: Opened }, { openPool }] = await Promise.all([import("./replicas.ts"), import("./pg-pool.ts")]);
  const { urls, poolSize = DB_REPLICA_POOL_DEFAULT, maxLagS = DB_REPLICA_LAG_DEFAULT_S } = replicas;
  return new Opened({ primary, urls, poolSize, maxLagS, clock, log, openPool: (url, size) => openPool(url, log, size) });
}

const describe = (error: AppError, what: string): AppError =>
  error instanceof StorageError ? new AppError("E_STORAGE", `${what}: ${error.detail}.`, { cause: error }) : error;

/** One process of the cluster migrates, the others wait and find nothing left to do. */
async function migrateAlone(pool: Pool, orm: MikroORM): Promise<void> {
  const lock = postgresSql(pool, 1);
  await lock.transaction(async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtext('waystone migrations'))");
    // It waits here longer than a session may idle in a transaction, when there is much to do.
    await sql.query("set local idle_in_transaction_session_timeout = 0");
    await orm.migrator.up();
  });
}
