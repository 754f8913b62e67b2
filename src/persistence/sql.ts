/** Plain SQL on the ORM's connection, for what a unit of work is too slow or too weak for. */

/** What a parameter `$1` may be. JSON goes as text; arrays become PostgreSQL arrays. */
export type SqlValue = string | number | bigint | boolean | null | readonly string[] | readonly number[];

export interface QueryOptions {
  /** After this long, in ms, the connection is dropped and the outcome counts as unknown. */
  readonly timeoutMs?: number;
  /** Prepared under this name on each connection: for what runs all the time. Always the same text for a name. */
  readonly name?: string;
  /** Does not wait behind loads and accounts: for commits and leases. */
  readonly urgent?: boolean;
}

/**
 * Everything rejects with `StorageError`. Rows come as the driver parses them, and drivers differ over bigint and
 * timestamps: statements cast those (`::text`, `::float8`).
 */
export interface Sql {
  /** One statement, a transaction of its own. */
  query<Row extends object>(text: string, values?: readonly SqlValue[], options?: QueryOptions): Promise<Row[]>;
  /** All statements of `work` or, when it rejects, none. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>;
}

/** Lets `limit` run at a time; the others wait in their order. */
export function semaphore(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  let running = 0;
  const waiting: (() => void)[] = [];
  return async (run) => {
    if (running >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await run();
    } finally {
      const next = waiting.shift();
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
