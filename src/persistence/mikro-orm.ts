/**
 * MikroORM over connections that are open already. Imported when the first unit of work or a migration wants it: it is a
 * third of all modules, and a start after a crash does without (docs/proof-start.md).
 */
import { Migrator } from "@mikro-orm/migrations";
import type { MikroORM, Options } from "@mikro-orm/sql";
import { PostgresDialect, type Dialect, type PostgresPool } from "kysely";
import type { Pool } from "pg";
import { ENTITIES } from "./entities/index.ts";
import { MIGRATIONS } from "./migrations/index.ts";
import { MIGRATION_TABLE } from "./migrations/names.ts";
import type { PgliteClient } from "./pglite-client.ts";
import { pgliteDialect } from "./pglite-dialect.ts";

const common = {
  entities: [...ENTITIES],
  discovery: { checkDuplicateFieldNames: true },
  extensions: [Migrator],
  migrations: { migrationsList: [...MIGRATIONS], tableName: MIGRATION_TABLE, snapshot: false, disableForeignKeys: false },
  // The partitions of the journal are made as time goes on.
  schemaGenerator: { skipTables: [/^journal_(default|\d{4}_\d{2})$/] },
  // Every request forks its own unit of work.
  allowGlobalContext: false,
  logger: () => undefined,
} satisfies Partial<Options>;

export async function postgresOrm(pool: Pool, databaseUrl: string): Promise<MikroORM> {
  const { MikroORM: PostgresOrm } = await import("@mikro-orm/postgresql");
  const driverOptions: Dialect = new PostgresDialect({ pool: lent(pool) });
  return await PostgresOrm.init({ ...common, dbName: decodeURIComponent(new URL(databaseUrl).pathname.slice(1)) || "postgres", driverOptions });
}

export async function embeddedOrm(client: PgliteClient): Promise<MikroORM> {
  const { MikroORM: PgliteOrm } = await import("@mikro-orm/pglite");
  return await PgliteOrm.init({ ...common, dbName: "postgres", driverOptions: pgliteDialect(client) });
}

/** The ORM ends the pool it works with; this one is not its own. */
const lent = (pool: Pool): PostgresPool => ({ connect: () => pool.connect() as never, end: () => Promise.resolve(), options: pool.options });
