/**
 * One embedded database behind one door: statements and transactions take their turns, whether they come from the ORM
 * or from `Sql`. When the engine breaks it is opened again, as a crashed PostgreSQL would be, and recovers from its log.
 */
import type { PgliteAnswer, PgliteEngine } from "./pglite-engine.ts";
import { semaphore, type Sql, type SqlValue } from "./sql.ts";
import { statementError, StorageError } from "./storage-error.ts";

export class PgliteClient {
  readonly #open: () => Promise<PgliteEngine>;
  /** One at a time. */
  readonly #door = semaphore(1);
  #engine: PgliteEngine | undefined;
  #closed = false;

  constructor(open: () => Promise<PgliteEngine>) {
    this.#open = open;
  }

  /** Runs `work` alone: nobody else's statement comes between its own. */
  exclusive<T>(work: (query: (text: string, values?: readonly SqlValue[]) => Promise<PgliteAnswer>) => Promise<T>): Promise<T> {
    return this.#door(async () => {
      const engine = await this.#opened();
      return work((text, values = []) => this.#send(engine, text, values));
    });
  }

  /** Several statements in one text; the rows of all of them. Nothing of them stays open when one fails. */
  script(text: string): Promise<object[]> {
    return this.#door(async () => {
      const engine = await this.#opened();
      try {
        return (await this.#settled(engine, engine.script(text))).rows;
      } catch (error) {
        // Without a transaction that was left open this is a warning.
        await this.#settled(engine, engine.query("rollback", []));
        throw error;
      }
    });
  }

  async close(): Promise<void> {
    await this.#door(async () => {
      this.#closed = true;
      const engine = this.#engine;
      this.#engine = undefined;
      await engine?.close();
    });
  }

  async #opened(): Promise<PgliteEngine> {
    if (this.#closed) throw new StorageError("not-sent", new Error("the database is closed"));
    try {
      return (this.#engine ??= await this.#open());
    } catch (error) {
      throw new StorageError("not-sent", error);
    }
  }

  #send(engine: PgliteEngine, text: string, values: readonly SqlValue[]): Promise<PgliteAnswer> {
    return this.#settled(engine, engine.query(text, values));
  }

  async #settled(engine: PgliteEngine, answer: Promise<PgliteAnswer>): Promise<PgliteAnswer> {
    try {
      return await answer;
    } catch (cause) {
      const error = statementError(cause);
      if (error.outcome === "unknown" && this.#engine === engine) {
        this.#engine = undefined;
        // It is broken: closing may well fail, and that says nothing that `error` does not.
        void engine.close().catch(() => undefined);
      }
      throw error;
    }
  }
}

/** `Sql` over the embedded database. Time limits do not apply: a statement runs to its end. */
export function pgliteSql(client: PgliteClient): Sql {
  return {
    query: async <Row extends object>(text: string, values?: readonly SqlValue[]) =>
      client.exclusive(async (query) => (await query(text, values)).rows as Row[]),
    transaction: (work) =>
      client.exclusive(async (query) => {
        const sql: Sql = {
          query: async <Row extends object>(text: string, values?: readonly SqlValue[]) => (await query(text, values)).rows as Row[],
          transaction: (inner) => inner(sql),
        };
        await query("begin");
        let result;
        try {
          result = await work(sql);
        } catch (error) {
          await query("rollback");
          throw error;
        }
        await query("commit");
        return result;
      }),
  };
}
