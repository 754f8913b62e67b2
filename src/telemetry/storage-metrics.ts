/** The database: commits, statements, connections, and what waits for it. */
import type { Registry } from "prom-client";
import type { Count, Distribution } from "./instruments.ts";
import { counter, countedElsewhere, gauge, gauges, histogram, LATENCY_BUCKETS_S } from "./instruments.ts";

/** What a statement is for, or how it was sent. */
const QUERY_KINDS = ["commit", "urgent", "general", "read", "background", "transaction", "orm"] as const;
export type QueryKind = (typeof QUERY_KINDS)[number];
const COMMIT_OUTCOMES = ["committed", "duplicate", "fenced", "mismatch", "unavailable"] as const;
export type CommitOutcomeKind = (typeof COMMIT_OUTCOMES)[number];

export interface StorageReadings {
  readonly commits: () => { readonly waiting: number; readonly inFlight: number; readonly inDoubt: number };
  /** Commands set aside until the database is back. */
  readonly parked: () => number;
  readonly softWaiting: () => number;
  /** Milliseconds since an outage was noticed; 0: the database is there. */
  readonly downForMs: () => number;
  readonly isDown: () => boolean;
  /** Commands that would change something are refused rather than set aside. */
  readonly isReadOnly: () => boolean;
  /** Undefined: the database is embedded, there is one connection. */
  readonly pool: () => { readonly total: number; readonly idle: number; readonly waiting: number } | undefined;
  /** Streaming replicas, by their number in the configuration; `lagS` null: it cannot be reached, or is none. */
  readonly replicas: () => readonly { readonly replica: number; readonly lagS: number | null; readonly used: boolean; readonly reads: number; readonly failures: number }[];
  readonly passwordsWaiting: () => number;
}

export interface StorageMetrics {
  readonly batch: (commands: number, ms: number) => void;
  /** A unit has its outcome; `ms` since it was handed over. */
  readonly committed: (outcome: CommitOutcomeKind, ms: number) => void;
  /** A statement begins; what it answers is called with its result. */
  readonly query: (kind: QueryKind) => (result: "ok" | "refused" | "failed") => void;
  readonly outage: () => void;
  /** What a round has found in the outbox. */
  readonly outbox: (rows: number, oldestMs: number) => void;
  /** What a round has found to be carried out. */
  readonly intents: (kind: IntentKind, waiting: number) => void;
  readonly carriedOut: (kind: IntentKind, outcome: string) => void;
  /** The state of a character was loaded. */
  readonly loaded: (bytes: number) => void;
}

export type IntentKind = "undo" | "staff";

const STATE_BUCKETS_BYTES = [512, 1024, 2048, 4096, 8192, 16_384, 32_768, 65_536, 262_144];

export function createStorageMetrics(registry: Registry, read: StorageReadings, nowMs: () => number): StorageMetrics {
  const batchSize = histogram(registry, { name: "waystone_commit_batch_commands", help: "Commands per written batch.", buckets: [1, 2, 4, 8, 16, 32, 64] }).with();
  const commitSeconds = histogram(registry, { name: "waystone_commit_seconds", help: "From sending a batch to its answer.", buckets: LATENCY_BUCKETS_S }).with();
  const unitSeconds = histogram(registry, { name: "waystone_commit_total_seconds", help: "From handing a decision to the committer to its outcome: waiting for its turn, and the database.", buckets: LATENCY_BUCKETS_S }).with();
  const outcomes = counter(registry, { name: "waystone_commits_total", help: "Decisions handed to the committer, by outcome.", labels: ["outcome"] });
  const byOutcome = Object.fromEntries(COMMIT_OUTCOMES.map((outcome) => [outcome, outcomes.with(outcome)])) as Record<CommitOutcomeKind, Count>;
  gauge(registry, "waystone_commit_queue", "Commands waiting to be written.", () => read.commits().waiting);
  gauge(registry, "waystone_commits_in_flight", "Batches on their way to the database.", () => read.commits().inFlight);
  gauge(registry, "waystone_commits_in_doubt", "Commands whose answer from the database got lost and is being found out.", () => read.commits().inDoubt);
  gauge(registry, "waystone_parked_commands", "Commands set aside until the database is back.", read.parked);
  gauge(registry, "waystone_soft_rows_waiting", "Characters and NPCs whose soft state (vitals, positions) waits to be written.", read.softWaiting);
  gauge(registry, "waystone_password_hashes_waiting", "Logins that wait for their password to be computed.", read.passwordsWaiting);

  const querySeconds = histogram(registry, { name: "waystone_db_query_seconds", help: "Statements of the database that were answered, with their wait for a connection; a transaction or a unit of work of the ORM is one.", labels: ["kind"], buckets: LATENCY_BUCKETS_S });
  const queries = counter(registry, { name: "waystone_db_queries_total", help: "Statements of the database, by result.", labels: ["kind", "result"] });
  let inFlight = 0;
  const kinds = Object.fromEntries(QUERY_KINDS.map((kind) => [kind, {
    seconds: querySeconds.with(kind), ok: queries.with(kind, "ok"), refused: queries.with(kind, "refused"), failed: queries.with(kind, "failed"),
  }])) as unknown as Record<QueryKind, { seconds: Distribution; ok: Count; refused: Count; failed: Count }>;
  gauge(registry, "waystone_db_queries_in_flight", "Statements that wait for a connection or an answer.", () => inFlight);
  gauges(registry, { name: "waystone_db_pool_connections", help: "Connections to PostgreSQL, by state.", labels: ["state"] }, () => {
    const pool = read.pool();
    return pool === undefined ? [] : [["idle", pool.idle], ["busy", pool.total - pool.idle]];
  });
  gauges(registry, { name: "waystone_db_pool_waiting", help: "Statements that wait for a connection to PostgreSQL." }, () => {
    const pool = read.pool();
    return pool === undefined ? [] : [[pool.waiting]];
  });
  const ofReplicas = <Value>(of: (state: ReturnType<StorageReadings["replicas"]>[number]) => Value) => read.replicas().map((state) => [String(state.replica), of(state)] as const);
  gauges(registry, { name: "waystone_db_replica_lag_seconds", help: "How far a replica is behind, at most; no value while it cannot be reached.", labels: ["replica"] }, () =>
    ofReplicas(({ lagS }) => lagS).flatMap(([replica, lagS]) => (lagS === null ? [] : [[replica, lagS] as const])));
  gauges(registry, { name: "waystone_db_replica_used", help: "1 while a replica is read from.", labels: ["replica"] }, () => ofReplicas(({ used }) => (used ? 1 : 0)));
  countedElsewhere(registry, { name: "waystone_db_replica_reads_total", help: "Reads meant for a replica: answered by it, or by the primary in its place.", labels: ["replica", "by"] }, () =>
    ofReplicas((state) => state).flatMap(([replica, { reads, failures }]) => [[replica, "replica", reads], [replica, "primary", failures]] as const));
  gauge(registry, "waystone_database_up", "1 while the database answers, 0 during an outage (the breaker is open: nothing is sent).", () => (read.isDown() ? 0 : 1));
  gauge(registry, "waystone_database_down_seconds", "How long the outage has lasted that goes on now; 0 without one.", () => read.downForMs() / 1000);
  gauge(registry, "waystone_read_only", "1 while commands that would change something are refused: the database has been away too long, or too much is set aside.", () => (read.isReadOnly() ? 1 : 0));
  const outages = counter(registry, { name: "waystone_database_outages_total", help: "Times the database went away." }).with();

  let outbox = { rows: 0, oldestAtMs: 0 };
  gauge(registry, "waystone_outbox_rows", "Rows of the outbox, as the newest round found them; one stays up to a minute where its character is not in the world.", () => outbox.rows);
  gauge(registry, "waystone_outbox_oldest_seconds", "Age of the oldest row of the outbox.", () => (outbox.rows === 0 ? 0 : (nowMs() - outbox.oldestAtMs) / 1000));
  const waiting: Record<IntentKind, number> = { undo: 0, staff: 0 };
  gauges(registry, { name: "waystone_intents_waiting", help: "Orders of operators that wait for an owner of an area, as the newest round found them.", labels: ["kind"] }, () => [["undo", waiting.undo], ["staff", waiting.staff]]);
  const carried = counter(registry, { name: "waystone_staff_orders_total", help: "Orders of operators and moderators that this process has carried out, by outcome.", labels: ["kind", "outcome"] });
  for (const kind of ["undo", "staff"]) for (const outcome of ["done", "refused"]) carried.with(kind, outcome);
  const stateBytes = histogram(registry, { name: "waystone_player_state_bytes", help: "Size, as JSON, of a character and all it carries, when it is loaded.", buckets: STATE_BUCKETS_BYTES }).with();
  return {
    batch: (commands, ms) => {
      batchSize.observe(commands);
      commitSeconds.observe(ms / 1000);
    },
    committed: (outcome, ms) => {
      byOutcome[outcome].inc();
      unitSeconds.observe(ms / 1000);
    },
    query: (kind) => {
      const startedMs = performance.now();
      const counts = kinds[kind];
      inFlight += 1;
      return (result) => {
        inFlight -= 1;
        counts[result].inc();
        if (result !== "failed") counts.seconds.observe((performance.now() - startedMs) / 1000);
      };
    },
    outage: () => outages.inc(),
    outbox: (rows, oldestMs) => void (outbox = { rows, oldestAtMs: nowMs() - oldestMs }),
    intents: (kind, count) => void (waiting[kind] = count),
    carriedOut: (kind, outcome) => carried.with(kind, outcome).inc(),
    loaded: (bytes) => stateBytes.observe(bytes),
  };
}
