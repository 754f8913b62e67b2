/** Bounds of background jobs and of reading from replicas; part of `limits.ts`, where everybody finds them. */

// Replicas
/** Connections of one process to each replica (`WAYSTONE_DB_REPLICA_POOL`): lists that somebody looks at, no play. */
export const DB_REPLICA_POOL_DEFAULT = 2;
export const DB_REPLICA_POOL_MAX = 20;
/** A replica that is further behind than this, in s, is not read from (`WAYSTONE_DB_REPLICA_LAG_S`). */
export const DB_REPLICA_LAG_DEFAULT_S = 10;
export const DB_REPLICA_LAG_MAX_S = 3_600;
/** How often it is found out how far replicas are, in ms: well below the shortest lag that is allowed. */
export const REPLICA_LOOK_MS = 1_000;
/** How long a replica may take to say so, in ms, and to answer a read, before the primary is asked instead. */
export const REPLICA_LOOK_TIMEOUT_MS = 800;
export const REPLICA_READ_TIMEOUT_MS = 5_000;
