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
