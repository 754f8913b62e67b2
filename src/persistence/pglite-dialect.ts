/**
 * MikroORM's (Kysely's) way to `PgliteClient`. Kysely's own PGlite dialect has one connection without a door: a query
 * beside a transaction would run inside it, and two transactions would end each other.
 */
import { PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler, type CompiledQuery, type DatabaseConnection, type Dialect, type Driver } from "kysely";
import type { PgliteClient } from "./pglite-client.ts";
import type { PgliteAnswer } from "./pglite-engine.ts";
import type { SqlValue } from "./sql.ts";
import { StorageError } from "./storage-error.ts";

export function pgliteDialect(client: PgliteClient): Dialect {
  return {
    createDriver: () => pgliteDriver(client),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
  };
}

type Query = (text: string, values?: readonly SqlValue[]) => Promise<PgliteAnswer>;

/** The door is held from acquire to release. */
class HeldConnection implements DatabaseConnection {
  readonly query: Query;
  readonly leave: () => void;

  constructor(query: Query, leave: () => void) {
    this.query = query;
    this.leave = leave;
  }

  async executeQuery<Row>(compiled: CompiledQuery): Promise<{ rows: Row[]; numAffectedRows: bigint }> {
    try {
      const { rows, affectedRows } = await this.query(compiled.sql, compiled.parameters as readonly SqlValue[]);
      return { rows: rows as Row[], numAffectedRows: BigInt(affectedRows) };
    } catch (error) {
      // The ORM tells a unique violation from other failures by the database's own error.
      throw error instanceof StorageError ? error.cause : error;
    }
  }

  // eslint-disable-next-line require-yield -- the interface wants a generator
  async *streamQuery(): AsyncIterableIterator<never> {
    throw new Error("the embedded database does not stream");
  }
}

function pgliteDriver(client: PgliteClient): Driver {
  const held = (connection: DatabaseConnection): HeldConnection => {
    if (connection instanceof HeldConnection) return connection;
    throw new Error("not a connection of this driver");
  };
  const run = async (connection: DatabaseConnection, text: string): Promise<void> => {
    await held(connection).query(text);
  };
  return {
    init: () => Promise.resolve(),
    acquireConnection: () =>
      new Promise((resolve, reject) => {
        const turn = client.exclusive((query) => new Promise<void>((leave) => resolve(new HeldConnection(query, leave))));
        turn.catch(reject);
      }),
    beginTransaction: (connection) => run(connection, "begin"),
    commitTransaction: (connection) => run(connection, "commit"),
    rollbackTransaction: (connection) => run(connection, "rollback"),
    savepoint: (connection, name) => run(connection, `savepoint "${name}"`),
    rollbackToSavepoint: (connection, name) => run(connection, `rollback to savepoint "${name}"`),
    releaseSavepoint: (connection, name) => run(connection, `release savepoint "${name}"`),
    releaseConnection: (connection) => {
      held(connection).leave();
      return Promise.resolve();
    },
    // Whoever opened the client closes it.
    destroy: () => Promise.resolve(),
  };
}
