/** The database as the rest of the server holds it. `orm.ts` opens it. */
import type { EntityManager } from "@mikro-orm/sql";
import type { SnapshotResult } from "./pglite-snapshot.ts";
import type { Sql } from "./sql.ts";

/** What storage code writes to the log; pino's loggers fit. */
export interface StorageLog {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Connections to the database server at one moment. */
export interface PoolCounts {
  readonly max: number;
  readonly open: number;
  readonly idle: number;
  /** Callers that wait for a connection. */
  readonly waiting: number;
}

/** A replica at one moment, by its number in `DATABASE_REPLICA_URLS`, from 0. */
export interface ReplicaState {
  readonly replica: number;
  /** How far it is behind, in s, at most; null: it cannot be reached, or is no replica. */
  readonly lagS: number | null;
  /** Whether it is read from now. */
  readonly used: boolean;
  /** What was read from it, and what the primary answered in its place, since the start. */
  readonly reads: number;
  readonly failures: number;
}

export interface Database {
  readonly kind: "postgres" | "embedded";
  /** What an acknowledged command survives, in words, for the start-up lines. */
  readonly durability: string;
  readonly sql: Sql;
  /** The same database by connections of their own, so that what may take long holds up nobody; one embedded database has one way in. */
  readonly background: Sql;
  /** For what may be some seconds old (lists, history), never for what decides anything: a replica answers where there is one. */
  readonly reads: Pick<Sql, "query">;
  /** Several statements in one text, without values; answers the rows of all of them. For what a library brings along. */
  script(text: string): Promise<object[]>;
  /** Null: it has one way in, and no pool. */
  pool(): PoolCounts | null;
  replicas(): readonly ReplicaState[];
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
  /**
   * Copies the embedded database, in use, into a folder that is not there yet; rejects with `E_STORAGE` for a server, which has
   * pg_dump for that.
   */
  snapshot(to: string): Promise<SnapshotResult>;
  close(): Promise<void>;
}
