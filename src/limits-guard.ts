/** Bounds at the port and for what one player may do in a while; part of `limits.ts`, where everybody finds them. */

// Connections
/** Headers of a request must be there within this time, in ms: a phone on a bad line takes two or three seconds. */
export const HEADERS_TIMEOUT_MS = 10_000;
/** And all of its body, in ms: the largest that is sent by anybody but another process has 16 kB. */
export const REQUEST_TIMEOUT_MS = 30_000;
/** How often connections are looked at for that, in ms. */
export const CONNECTIONS_CHECKED_EVERY_MS = 2_500;
/** A connection that has a seat must say that it is ready within this time, in ms: what is sent to it waits in memory until then. */
export const READY_WITHIN_MS = 15_000;
/** Connections of one process; several thousand players take a core. */
export const MAX_CONNECTIONS = 20_000;
/** Connections of one address, games and pages together: a school or an office behind one address fits. */
export const MAX_CONNECTIONS_PER_ADDRESS = 400;
/** Games that are connected from one address. */
export const MAX_GAMES_PER_ADDRESS = 200;
/** Ways into the world asked for from one address: everybody behind it comes back at once after a restart. */
export const JOINS_PER_ADDRESS_PER_MINUTE = 400;
/** And for one account: a line that breaks every second is no player any more. */
export const JOINS_PER_ACCOUNT_PER_MINUTE = 60;
/** WebSocket frames of one connection, of whatever kind: a bucket far above what commands may be. */
export const FRAME_BURST = 1_000;
export const FRAMES_PER_SECOND = 100;
/** Frames that wait while somebody comes into another area over the connection that they have, which takes milliseconds; what is more, their client asks again. */
export const MAX_FRAMES_ON_THE_WAY = 32;

// What one player may do in a while, over all of their connections; staff are not counted
/** Players whose buckets are remembered; a full bucket is forgotten first. */
export const MAX_PLAYERS_COUNTED = 20_000;
/** Steps over an exit: a walk across the world by one line passes, a script that runs in circles does not. */
export const MOVE_BURST = 60;
export const MOVES_PER_SECOND = 10;
/** What is said to others, of any kind, in ten seconds: as much as commands may be, however many are in a line; operators set it lower. */
export const SPEECH_PER_10_S_DEFAULT = 100;
export const SPEECH_PER_10_S_MAX = 1_000;
/** Of the same words. */
export const MAX_REPEATS = 100;
/** The same words again count as a repeat within so many ms. */
export const REPEATS_WITHIN_MS = 30_000;
/** Different sayings remembered of a player for that. */
export const SAYINGS_REMEMBERED = 8;
/** A line with fewer letters may be all capitals: "OK", "LOL". */
export const CAPITALS_FROM_LETTERS = 12;
/** What somebody typed and a refusal quotes, in characters: nobody and nothing is called by more, and the beginning of a page pasted by mistake is enough. */
export const MAX_QUOTED_CHARS = 60;
/** Words that are not said here: entries of the file, and its size in bytes. */
export const MAX_BLOCKED_WORDS = 10_000;
export const MAX_WORD_FILE_BYTES = 1024 * 1024;
/**
 * How often each connection is looked at, in ms: one whose other end is gone without a word is cut off seven to ten seconds after it was last heard of, one
 * that was held up for less than five goes on.
 */
export const LINE_CHECK_MS = 2_500;
/** In so many parts, so that no more than a few are pinged in one go. */
export const LINE_CHECK_SLICES = 25;
/** Pings that may go unanswered. */
export const PINGS_MISSED = 2;
