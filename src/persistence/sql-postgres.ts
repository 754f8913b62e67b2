/** `Sql` over a pool of `pg`. */
import type { Pool, PoolClient } from "pg";
import { statementError, StorageError } from "./storage-error.ts";
import { semaphore, type QueryOptions, type Sql, type SqlValue } from "./sql.ts";

/** `generalLimit`: connections that what is not urgent may hold at a time. */
export function postgresSql(pool: Pool, generalLimit: number): Sql {
  const general = semaphore(generalLimit);
  return {
    query: <Row extends object>(text: string, values: readonly SqlValue[] = [], options: QueryOptions = {}) => {
      const run = () => withClient(pool, (client) => send<Row>(client, text, values, options));
      return options.urgent === true ? run() : general(run);
    },
    transaction: (work) => general(() => withClient(pool, (client) => inTransaction(client, work))),
  };
}

/** Several statements in one text; answers the rows of all of them. A connection that may have been left within a transaction is closed. */
export async function postgresScript(pool: Pool, text: string): Promise<object[]> {
  const client = await pool.connect().catch((error: unknown) => { throw new StorageError("not-sent", error); });
  try {
    const results = [await client.query(text)].flat();
    client.release();
    return results.flatMap(({ rows }) => rows);
  } catch (error) {
    client.release(error instanceof Error ? error : new Error(String(error)));
    throw statementError(error);
  }
}

async function withClient<T>(pool: Pool, use: (client: PoolClient) => Promise<T>): Promise<T> {
  let client: PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw new StorageError("not-sent", error);
  }
  try {
    const result = await use(client);
    client.release();
    return result;
  } catch (error) {
    // A connection that was cut in the middle of something is not used again.
    const broken = error instanceof StorageError && error.outcome === "unknown";
    client.release(broken ? error : undefined);
    throw error;
  }
}

async function send<Row extends object>(client: PoolClient, text: string, values: readonly SqlValue[], options: QueryOptions): Promise<Row[]> {
  try {
    const { name, timeoutMs } = options;
    const { rows } = await client.query({ text, values, ...(name === undefined ? {} : { name }), ...(timeoutMs === undefined ? {} : { query_timeout: timeoutMs }) });
    return rows as Row[];
  } catch (error) {
    throw statementError(error);
  }
}

async function inTransaction<T>(client: PoolClient, work: (sql: Sql) => Promise<T>): Promise<T> {
  // A transaction within a transaction is part of it.
  const sql: Sql = {
    query: (text, values = [], options = {}) => send(client, text, values, options),
    transaction: (inner) => inner(sql),
  };
  await send(client, "begin", [], {});
  let result: T;
  try {
    result = await work(sql);
  } catch (error) {
    // When the rollback cannot be sent, the connection is gone and the transaction with it; `unknown` closes it here.
    await send(client, "rollback", [], {}).catch((failure: unknown) => {
      throw new StorageError("unknown", new AggregateError([error, failure], "the connection was lost"));
    });
    throw error;
  }
  await send(client, "commit", [], {});
  return result;
}
