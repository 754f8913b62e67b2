/**
 * Reading from replicas of the database (PostgreSQL's streaming replication), for what may be some seconds old.
 *
 * How far one is behind is measured by positions in the primary's log and by our own clock: where the log of the primary
 * stands is noted once a second, and a replica that has replayed such a note has all that was committed before it was
 * taken. What a replica says of itself would not do: cut off from its primary, it believes that it has everything.
 */
import type { Pool } from "pg";
import { REPLICA_LOOK_MS, REPLICA_LOOK_TIMEOUT_MS, REPLICA_READ_TIMEOUT_MS } from "../limits.ts";
import type { Clock } from "../runtime/ports.ts";
import type { ReplicaState, StorageLog } from "./database.ts";
import { postgresSql } from "./sql-postgres.ts";
import type { QueryOptions, Sql, SqlValue } from "./sql.ts";
import { StorageError } from "./storage-error.ts";

export interface ReplicaOptions {
  readonly primary: Pick<Sql, "query">;
  readonly urls: readonly string[];
  /** Connections to each. */
  readonly poolSize: number;
  /** Further behind than this, in s, one is not read from. */
  readonly maxLagS: number;
  readonly openPool: (url: string, size: number) => Pool;
  readonly clock: Clock;
  readonly log: StorageLog;
}

/** Where the primary's log stood at a moment of our clock. */
interface Mark { readonly atMs: number; readonly position: bigint }

interface Replica {
  readonly number: number;
  readonly pool: Pool;
  readonly sql: Sql;
  lagMs: number | null;
  used: boolean;
  reads: number;
  failures: number;
}

/** A position in the log as a number. */
const IN_BYTES = (position: string): string => `pg_wal_lsn_diff(${position}, '0/0')::text`;

export class Replicas {
  readonly #options: ReplicaOptions;
  readonly #replicas: readonly Replica[];
  #marks: Mark[] = [];
  #next = 0;
  #cancel: (() => void) | null = null;
  #looking: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: ReplicaOptions) {
    this.#options = options;
    this.#replicas = options.urls.map((url, number) => {
      const pool = options.openPool(url, options.poolSize);
      return { number, pool, sql: postgresSql(pool, options.poolSize), lagMs: null, used: false, reads: 0, failures: 0 };
    });
    this.#arm(0);
  }

  get states(): readonly ReplicaState[] {
    return this.#replicas.map(({ number, lagMs, used, reads, failures }) => ({ replica: number, lagS: lagMs === null ? null : lagMs / 1000, used, reads, failures }));
  }

  /** Asks a replica that is near enough, or the primary; also the primary when the replica cannot answer. */
  async query<Row extends object>(text: string, values: readonly SqlValue[] = [], options: QueryOptions = {}): Promise<Row[]> {
    const usable = this.#replicas.filter(({ used }) => used);
    const replica = usable[this.#next++ % Math.max(1, usable.length)];
    if (replica === undefined) return await this.#options.primary.query<Row>(text, values, options);
    try {
      const rows = await replica.sql.query<Row>(text, values, { timeoutMs: REPLICA_READ_TIMEOUT_MS, ...options });
      replica.reads += 1;
      return rows;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      // Away, too slow, or the rows it was reading were removed under it (a conflict of its recovery). A mistake in the
      // statement is answered by the primary just as well.
      replica.failures += 1;
      if (error.outcome !== "refused") this.#lost(replica, error);
      return await this.#options.primary.query<Row>(text, values, options);
    }
  }

  async close(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    await this.#looking;
    await Promise.all(this.#replicas.map(({ pool }) => pool.end()));
  }

  #arm(delayMs: number): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(delayMs, () => {
      this.#looking = this.#look().then(() => this.#arm(REPLICA_LOOK_MS));
    });
  }

  /** Never rejects. */
  async #look(): Promise<void> {
    const { primary, clock, maxLagS } = this.#options;
    // Before it is asked: what is committed while the answer is on its way may be in it or not.
    const atMs = clock.nowMs();
    try {
      const [row] = await primary.query<{ position: string }>(`select ${IN_BYTES("pg_current_wal_lsn()")} as position`, [], { timeoutMs: REPLICA_LOOK_TIMEOUT_MS });
      if (row !== undefined) this.#marks.push({ atMs, position: BigInt(row.position) });
    } catch (error) {
      // While the primary is away nothing is committed either; the marks from before hold.
      this.#options.log.debug({ error }, "where the log of the database stands could not be asked");
    }
    this.#marks = this.#marks.filter((mark) => mark.atMs >= atMs - 2 * maxLagS * 1000);
    await Promise.all(this.#replicas.map((replica) => this.#lookAt(replica)));
  }

  async #lookAt(replica: Replica): Promise<void> {
    const { clock, log, maxLagS } = this.#options;
    try {
      const [row] = await replica.sql.query<{ replica: boolean; position: string | null }>(
        `select pg_is_in_recovery() as replica, ${IN_BYTES("pg_last_wal_replay_lsn()")} as position`, [], { timeoutMs: REPLICA_LOOK_TIMEOUT_MS, urgent: true },
      );
      if (row?.replica !== true || row.position === null) return this.#lost(replica, new Error("it follows no primary"));
      const has = BigInt(row.position);
      const mark = this.#marks.findLast(({ position }) => position <= has);
      replica.lagMs = mark === undefined ? null : clock.nowMs() - mark.atMs;
    } catch (error) {
      return this.#lost(replica, error);
    }
    const near = replica.lagMs !== null && replica.lagMs <= maxLagS * 1000;
    if (near && !replica.used) log.info({ replica: replica.number, lagMs: replica.lagMs }, "a replica of the database is read from");
    if (!near && replica.used) log.warn({ replica: replica.number, lagMs: replica.lagMs }, "a replica of the database is too far behind; the primary is read from instead");
    replica.used = near;
  }

  #lost(replica: Replica, error: unknown): void {
    if (replica.used) this.#options.log.warn({ replica: replica.number, err: error }, "a replica of the database cannot be used; the primary is read from instead");
    replica.used = false;
    replica.lagMs = null;
  }
}
