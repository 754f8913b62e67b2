/** Every bound of the server, in one place: name with unit, and why it is what it is. */

// What a client may send
/** Longest command line. A paragraph of roleplay fits; a paste of a book does not. */
export const MAX_COMMAND_CHARS = 1024;
/** Commands in one message (`n;n;e` and pasted lines). Beyond a player's typeahead, below a flood. */
export const MAX_COMMANDS_PER_MESSAGE = 16;
/** Steps that one line may expand to by `;` and aliases. */
export const MAX_STEPS_PER_LINE = 16;
export const MAX_REQUEST_ID_CHARS = 64;
/** Largest WebSocket message taken, in bytes: the longest allowed message (16 commands, four-byte characters) fits. */
export const MAX_WS_PAYLOAD_BYTES = 96 * 1024;
/** Largest HTTP body taken, in bytes; no route needs more. */
export const MAX_HTTP_BODY_BYTES = 16 * 1024;

// Rate of commands per player: a token bucket, so a burst of typeahead passes and a flood does not.
export const COMMAND_BURST = 30;
export const COMMANDS_PER_SECOND = 10;
/** Bad payloads a connection may send before it is closed; they refill at one a minute. */
export const MAX_BAD_MESSAGES = 20;

// Area and pump
/** Commands waiting in one area; above it the sender gets E_BUSY. At 0.1 ms each this is a wait of 0.2 s. */
export const MAX_MAILBOX = 2048;
/** Commands of one character waiting; a human types ahead a few lines, a paste fills it. */
export const MAX_WAITING_PER_CHARACTER = 32;
/** Replies kept per character for requests sent again after a cut (DESIGN §5). */
export const REPLIES_KEPT = 16;
/** Lines kept per room for clients that come back. */
export const ROOM_LINES_KEPT = 256;
/** How often lines are sent, in ms: below what a reader notices, long enough to bundle. */
export const EVENTS_TICK_MS = 50;
/** Bytes that may wait in one client's socket before it is cut (it resumes later). */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
/** An area with nobody in it sleeps after this long, in ms. */
export const AREA_SLEEPS_AFTER_MS = 30_000;
/** A character whose connection is gone stays in the world this long, in ms, before it is put away. */
export const LINK_DEAD_MS = 60_000;

// Storage
/** Commands written in one batch: at 50 the cost per command has flattened out. */
export const MAX_BATCH = 64;
/** Commands waiting to be written, per process (DESIGN §9). */
export const MAX_COMMIT_QUEUE = 10_000;
/** How long a commit may take before its outcome counts as unknown, in ms. */
export const COMMIT_TIMEOUT_MS = 10_000;
/** Soft state is on disk at most this long after it changed, in ms (DESIGN §5). */
export const SOFT_FLUSH_MS = 4_000;

// The world
/** Things (stacks) on the floor of one room. */
export const MAX_ITEMS_PER_ROOM = 200;
/** Things (stacks) one character carries, worn ones included. */
export const MAX_ITEMS_CARRIED = 60;
/** Grams one character can carry. */
export const MAX_WEIGHT_CARRIED_G = 60_000;
export const MAX_STACK = 10_000;
/** Coins one purse holds: far below 2^53, so that numbers stay exact. */
export const MAX_COINS = 1_000_000_000;
export const MAX_ALIASES = 50;
export const MAX_ALIAS_CHARS = 200;
/** Characters in one room (DESIGN: a crowd of hundreds stays smooth; a thousand is the goal). */
export const MAX_CHARACTERS_PER_ROOM = 2_000;
/** NPCs one tick of an area moves at most; the rest follow in the next. */
export const MAX_NPCS_PER_TICK = 50;

// Accounts
export const MIN_NAME_CHARS = 3;
export const MAX_NAME_CHARS = 20;
export const MIN_PASSWORD_CHARS = 8;
/** argon2 hashes any length; this keeps a body of megabytes from being hashed. */
export const MAX_PASSWORD_CHARS = 256;
/** Life of an access token, in seconds; `POST /auth/refresh` makes a new one. */
export const TOKEN_LIFE_S = 24 * 3600;
