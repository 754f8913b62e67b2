/** Opens the database: MikroORM on PostgreSQL or on embedded PGlite, brought to the newest schema. */
import { Migrator } from "@mikro-orm/migrations";
import type { MikroORM, Options } from "@mikro-orm/sql";
import { DB_CONNECT_TIMEOUT_MS, MAX_COMMITS_IN_FLIGHT, MAX_DB_CONNECTIONS, MAX_DB_CONNECTIONS_GENERAL, MAX_DB_CONNECTIONS_ORM } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Clock } from "../runtime/ports.ts";
import type { Database, StorageLog } from "./database.ts";
import { postgresDurability } from "./durability.ts";
import { ENTITIES } from "./entities/index.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { PgliteClient, pgliteSql } from "./pglite-client.ts";
import { pgliteDialect } from "./pglite-dialect.ts";
import type { PgliteEngine } from "./pglite-engine.ts";
import { openEngine, startEmbedded, type StartedEngine } from "./start-embedded.ts";
import { semaphore } from "./sql.ts";
import { postgresSql, type PgClient, type PgPool } from "./sql-postgres.ts";
import { StorageError } from "./storage-error.ts";

export interface OpenOptions {
  /** A PostgreSQL server; undefined: the embedded database in `dataDir`. */
  readonly databaseUrl?: string | undefined;
  readonly dataDir: string;
  readonly log: StorageLog;
  readonly clock: Clock;
  /** Takes a PostgreSQL whose settings let it lose what it acknowledged. */
  readonly allowUnsafe?: boolean;
  /** An embedded database that is being opened already. */
  readonly early?: Promise<StartedEngine> | undefined;
  /** Where the embedded database runs; `scripts/bench-pglite.ts` measures the difference. */
  readonly embeddedIn?: "thread" | "process";
}

/** Rejects with an `AppError` `E_STORAGE` whose message says in one sentence what to do. */
export function openDatabase(options: OpenOptions): Promise<Database> {
  return options.databaseUrl === undefined ? openEmbedded(options) : openPostgres(options.databaseUrl, options.allowUnsafe === true);
}

const common = {
  entities: [...ENTITIES],
  discovery: { checkDuplicateFieldNames: true },
  extensions: [Migrator],
  migrations: { migrationsList: [...MIGRATIONS], tableName: "migration", snapshot: false, disableForeignKeys: false },
  // The partitions of the journal are made as time goes on.
  schemaGenerator: { skipTables: [/^journal_(default|\d{4}_\d{2})$/] },
  // Every request forks its own unit of work.
  allowGlobalContext: false,
  logger: () => undefined,
} satisfies Partial<Options>;

async function openEmbedded({ dataDir, clock, log, early, embeddedIn = "thread" }: OpenOptions): Promise<Database> {
  const { folder, unlock, engine } = await (early ?? startEmbedded(dataDir, clock, log, embeddedIn));
  let first: Promise<PgliteEngine> | undefined = engine;
  const client = new PgliteClient(() => {
    const opened = first ?? openEngine(folder, embeddedIn);
    first = undefined;
    return opened;
  });
  const sql = pgliteSql(client);
  let orm: MikroORM | undefined;
  const close = async (): Promise<void> => {
    await orm?.close(true);
    await client.close();
    await unlock();
  };
  try {
    // Each driver only where it is needed: a start waits for what it imports.
    const { MikroORM: PgliteOrm } = await import("@mikro-orm/pglite");
    orm = await PgliteOrm.init({ ...common, dbName: "postgres", driverOptions: pgliteDialect(client) });
    await orm.migrator.up();
    // Written back, so that the next start after a crash has little to replay.
    await sql.query("checkpoint");
  } catch (error) {
    await close();
    throw error instanceof AppError ? describe(error, `The database in ${folder} cannot be opened`) : error;
  }
  const em = orm.em;
  return {
    kind: "embedded",
    durability: "embedded PGlite: survives a crash of the process",
    sql,
    commitsInFlight: 1,
    orm: (work) => work(em.fork()),
    ping: async () => void (await sql.query("select 1")),
    maintain: () => maintainEmbedded(sql),
    close,
  };
}

/**
 * PGlite has no background processes: nobody clears dead rows away, counts what the planner must know, or writes
 * changed pages back so that a restart after a crash has little to replay. Some tenths of a second.
 */
async function maintainEmbedded(sql: Database["sql"]): Promise<void> {
  // Only our tables: the catalogue's hardly change and take the longest.
  const [tables] = await sql.query<{ names: string }>("select string_agg(quote_ident(tablename), ', ') as names from pg_tables where schemaname = current_schema()");
  if (tables?.names) await sql.query(`vacuum (analyze) ${tables.names}`);
  await sql.query("checkpoint");
}

async function openPostgres(databaseUrl: string, allowUnsafe: boolean): Promise<Database> {
  const { promise: made, resolve: onPoolCreated } = Promise.withResolvers<PgPool>();
  const { MikroORM: PostgresOrm } = await import("@mikro-orm/postgresql");
  const orm: MikroORM = await PostgresOrm.init({
    ...common,
    dbName: decodeURIComponent(new URL(databaseUrl).pathname.slice(1)) || "postgres",
    pool: { min: 0, max: MAX_DB_CONNECTIONS },
    driverOptions: {
      connectionString: databaseUrl, connectionTimeoutMillis: DB_CONNECT_TIMEOUT_MS, application_name: "waystone", keepAlive: true,
      onConnect: prepareSession,
      onPoolCreated,
    },
  });
  try {
    const connection = orm.em.getDriver().getConnection();
    connection.getClient();
    const pool = await made;
    const sql = postgresSql(pool, MAX_DB_CONNECTIONS_GENERAL);
    const durability = await postgresDurability(sql, allowUnsafe);
    await migrateAlone(pool, orm);
    const unitsOfWork = semaphore(MAX_DB_CONNECTIONS_ORM);
    return {
      kind: "postgres",
      durability,
      sql,
      commitsInFlight: MAX_COMMITS_IN_FLIGHT,
      orm: (work) => unitsOfWork(() => work(orm.em.fork())),
      ping: async (timeoutMs) => void (await sql.query("select 1", [], { timeoutMs, urgent: true })),
      maintain: () => Promise.resolve(),
      close: () => orm.close(true),
    };
  } catch (error) {
    await orm.close(true);
    throw error instanceof StorageError ? describe(error, "The database at DATABASE_URL cannot be used") : error;
  }
}

const describe = (error: AppError, what: string): AppError =>
  error instanceof StorageError ? new AppError("E_STORAGE", `${what}: ${error.detail}.`, { cause: error }) : error;

/**
 * A connection cut in the middle of a statement must not hold its locks for the two hours that TCP takes to notice; and
 * what is acknowledged is on disk, whatever the server's default.
 */
async function prepareSession(client: PgClient): Promise<void> {
  const settings = `set idle_in_transaction_session_timeout = '30s'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 3; select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;
  await client.query({ text: settings, values: [] });
}

/** One process of the cluster migrates, the others wait and find nothing left to do. */
async function migrateAlone(pool: PgPool, orm: MikroORM): Promise<void> {
  const lock = postgresSql(pool, 1);
  await lock.transaction(async (sql) => {
    await sql.query("select pg_advisory_xact_lock(hashtext('waystone migrations'))");
    // It waits here longer than a session may idle in a transaction, when there is much to do.
    await sql.query("set local idle_in_transaction_session_timeout = 0");
    await orm.migrator.up();
  });
}
