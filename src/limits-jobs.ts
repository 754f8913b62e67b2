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

// Background jobs
/** How often a process looks for a job to do, in s: nobody waits for one. The embedded database is asked less often. */
export const JOB_POLL_S = 10;
export const JOB_POLL_EMBEDDED_S = 30;
/** How often it is looked whether a job is due, in s (pg-boss allows 45). */
export const JOB_SCHEDULE_EVERY_S = 30;
/** A job whose process says nothing for so long, in s, is taken for dead with it, and tried again by another one. */
export const JOB_HEARTBEAT_S = 60;
/** How often it is looked for such jobs, in s. */
export const JOB_SUPERVISE_S = 60;
/** A job that fails is tried again so often, first after so many seconds, then twice as many, up to the longest. */
export const JOB_RETRIES = 3;
export const JOB_RETRY_AFTER_S = 60;
export const JOB_RETRY_AFTER_MAX_S = 900;
/** How long a job may take, in s, when it does not say otherwise: those that take longer are cut off. */
export const JOB_EXPIRES_S = 1_800;
/** How long a process that stops waits for its jobs to notice, in ms; then they are tried again elsewhere. */
export const JOB_STOP_MS = 3_000;
/** Jobs begin so long after the start, in ms, when the rush of a restart is over; and are begun again after so long. */
export const JOBS_START_AFTER_MS = 15_000;
export const JOBS_START_AGAIN_MS = 60_000;
/** How often a process reads when jobs last ran, for its metrics, in ms. */
export const JOB_STATES_EVERY_MS = 60_000;
/** Runs kept for whoever wants to know what was done, in days; and those that one list shows. */
export const JOB_RUNS_KEPT_DAYS = 90;
export const MAX_JOB_RUNS_LISTED = 100;
/** Sentences that one run leaves, and how long each may be, in characters. */
export const MAX_JOB_SENTENCES = 20;
export const MAX_JOB_SENTENCE_CHARS = 500;

// What they work out and clear away
/** Entries of the journal that are counted in one transaction: some tenths of a second. */
export const STATISTICS_ROWS = 5_000;
/** An entry is counted when it is so old, in s: no commit is under way for so long (COMMIT_TIMEOUT_MS). */
export const JOURNAL_SETTLED_S = 60;
/** Who played on a day is kept so long, in days; how many they were, for ever. */
export const DAILY_PLAYERS_KEPT_DAYS = 40;
/** Days that one list of statistics shows: half a year. */
export const MAX_DAYS_LISTED = 183;
/** Places of a leaderboard. */
export const LEADERBOARD_PLACES = 100;
/** How long it may take to work one out, in ms: millions of characters on a slow disk. */
export const LEADERBOARD_TIMEOUT_MS = 120_000;
/** How long a process keeps what it has read of them, in ms: they change once an hour. */
export const LEADERBOARD_KEPT_MS = 30_000;
/** A guest who has not come for so long, in days, is cleared away (`WAYSTONE_GUEST_DAYS`); their token ended after one. */
export const GUEST_DAYS_DEFAULT = 30;
export const GUEST_DAYS_MIN = 2;
export const GUEST_DAYS_MAX = 3_650;
/** Guests that one run clears away: each is an order to the owner of an area, some of which have to be opened. */
export const MAX_GUESTS_PER_RUN = 100;
/** What a deleted character left is removed so long after, in days: whoever looks into what happened still finds its row. */
export const ERASED_KEPT_DAYS = 7;
/** Replies are kept so long after their character was last seen, in days: its client has given up by then. */
export const REPLIES_KEPT_DAYS = 7;
/** Rows that one statement of a sweep removes: some hundredths of a second, during which nobody waits for them. */
export const SWEEP_ROWS = 1_000;
/** Orders are kept so long after they were done, in days; the record keeps them for ever. */
export const ORDERS_KEPT_DAYS = 90;
/** An address that was to be proven and was not is forgotten with the link that would have (EMAIL_TOKEN_LIFE_S), in days. */
export const EMAIL_PENDING_KEPT_DAYS = 2;
/** Backups that stay when a new one is made by itself (`WAYSTONE_BACKUP_KEEP`): two weeks of one each night. */
export const BACKUPS_KEPT_DEFAULT = 14;
