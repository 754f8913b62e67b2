/** pg-boss's way to our database: the same connections, and the same door of the embedded one. */
import type { Db } from "pg-boss";
import type { Database } from "../persistence/database.ts";
import type { SqlValue } from "../persistence/sql.ts";
import { StorageError } from "../persistence/storage-error.ts";

/**
 * Not by the connections that jobs work on: while one of those takes long, its process must still be able to say that it lives.
 * `isDown`: while the database is known to be away nothing is sent, so that nobody waits for a connection.
 */
export function bossDatabase(db: Pick<Database, "sql" | "script">, isDown: () => boolean): Db {
  return {
    async executeSql(text, values = []) {
      if (isDown()) throw new StorageError("not-sent", new Error("the database is away"));
      // Without values it may be several statements, in a transaction of its own.
      try {
        const rows = values.length === 0 ? await db.script(text) : await db.sql.query(text, values as readonly SqlValue[]);
        return { rows };
      } catch (error) {
        // pg-boss knows by the database's own words when another process was faster (12: "already exists", "division by zero").
        throw error instanceof StorageError && error.outcome === "refused" && error.cause instanceof Error ? error.cause : error;
      }
    },
  };
}
