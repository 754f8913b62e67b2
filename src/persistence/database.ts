/** The database as the rest of the server holds it. `orm.ts` opens it. */
import type { EntityManager } from "@mikro-orm/sql";
import type { Sql } from "./sql.ts";

/** What storage code writes to the log; pino's loggers fit. */
export interface StorageLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface Database {
  readonly kind: "postgres" | "embedded";
  /** What an acknowledged command survives, in words, for the start-up lines. */
  readonly durability: string;
  readonly sql: Sql;
  /** Batches of commands that may be under way at a time. */
  readonly commitsInFlight: number;
  /** Runs `work` with a unit of work of its own; the first one waits until the ORM is read. Few at a time, so that commits find a connection. */
  orm<T>(work: (em: EntityManager) => Promise<T>): Promise<T>;
  /** Reads the ORM now, so that nobody waits for it later. */
  warmUp(): Promise<void>;
  /** Rejects with `StorageError` when the database does not answer within `timeoutMs`. */
  ping(timeoutMs: number): Promise<void>;
  /** What an embedded database needs from time to time (hourly); resolves at once on a server that does it itself. */
  maintain(): Promise<void>;
  close(): Promise<void>;
}
