/** Bounds of logs, traces, errors and profiles; part of `limits.ts`, where everybody finds them. */

// Logs
/** Lines of one kind (level, message, error) that are written in one window; what is more is counted and said once. */
export const LOG_LINES_PER_KIND = 20;
/** The same for what is said in the ordinary course of things: a few hundred areas open at once when every room is one. */
export const LOG_INFO_LINES_PER_KIND = 600;
/** The window, in ms. */
export const LOG_WINDOW_MS = 60_000;
/** Kinds that are told apart in one window; beyond them all others of a level count as one. */
export const MAX_LOG_KINDS = 500;
/** How often it is looked for windows that are over, in ms. */
export const LOG_SWEEP_MS = 10_000;
/** The longest line, in characters: a stack with its causes fits four times over. */
export const MAX_LOG_LINE_CHARS = 32_768;
/** What is left of a string in a line that is longer. */
export const MAX_LOG_STRING_CHARS = 2_048;
/** How long another level holds unless somebody says otherwise, and at the longest, in ms: `debug` fills disks. */
export const LOG_LEVEL_HOLDS_MS = 15 * 60_000;
export const MAX_LOG_LEVEL_HOLDS_MS = 2 * 3600_000;
/** Secrets shorter than this are not looked for in texts: they would be found in half of all words. */
export const MIN_SCRUBBED_SECRET_CHARS = 6;

// The end
/** How long the last spans and errors may take to be sent when a process stops, in ms: players are gone by then. */
export const LAST_WORDS_MS = 3_000;

// Errors
/** Kinds of errors that are remembered; the one not seen for longest makes room. */
export const MAX_ERROR_GROUPS = 200;
/** What of an error's message is kept. */
export const MAX_ERROR_MESSAGE_CHARS = 500;
/** How often an error of one kind is sent to Sentry, in ms: what it is sent for is that somebody looks, and it counts by itself. */
export const SENTRY_EVERY_MS = 60_000;
/** Errors that wait while Sentry's SDK is being read; more than that at once are one outage. */
export const MAX_SENTRY_WAITING = 50;
/** When the SDK is read, if no error came before, in ms: a start after a crash has better things to do. */
export const SENTRY_LOADS_AFTER_MS = 10_000;
/** How long the last reports may take when a process ends, in ms. */
export const SENTRY_FLUSH_MS = 2_000;

// Profiles
/** How long a CPU profile takes unless somebody says otherwise, and at most, in seconds: it costs some per cent of the CPU, and memory as it grows. */
export const PROFILE_S = 10;
export const MAX_PROFILE_S = 120;
/** Profiles and snapshots that are kept, and their bytes in all; the oldest goes first. */
export const MAX_PROFILE_FILES = 10;
export const MAX_PROFILE_BYTES = 2 * 1024 ** 3;
/** What must be left on the disk after a snapshot, in bytes. */
export const PROFILE_SPARE_BYTES = 512 * 1024 ** 2;
/** A snapshot is somewhat larger than the heap that is in use. */
export const SNAPSHOT_BYTES_PER_HEAP_BYTE = 2;
/**
 * A snapshot stops the whole process: 3.8 s for 54 MB of heap on two cores that twenty others wanted. Above this many bytes it might
 * be taken for dead before it is done (LEASE_TTL_MS), so only whoever insists gets one.
 */
export const MAX_SNAPSHOT_HEAP_BYTES = 96 * 1024 ** 2;
/** A file that has not grown for so long, in ms, is nobody's any more: longer than the longest profile. */
export const PART_ABANDONED_MS = 3600_000;
/** Pieces in which a file is carried from process to process, in bytes. */
export const PROFILE_CHUNK_BYTES = 4 * 1024 ** 2;
/** How long another process may take to answer what is asked of it as a process, in ms. */
export const TOOL_TIMEOUT_MS = 5_000;
/** What is kept of the message, and of the stack, of the error that a process ended by. */
export const MAX_LAST_WORDS_CHARS = 16_384;
