/** Every bound of the server, in one place: name with unit, and why it is what it is. */

// What a client may send
/** Longest command line. A paragraph of roleplay fits; a paste of a book does not. */
export const MAX_COMMAND_CHARS = 1024;
/** Commands in one message (`n;n;e` and pasted lines). Beyond a player's typeahead, below a flood. */
export const MAX_COMMANDS_PER_MESSAGE = 16;
/** Steps that one line may expand to by `;` and aliases. */
export const MAX_STEPS_PER_LINE = 16;
export const MAX_REQUEST_ID_CHARS = 64;
/** Largest WebSocket message that is looked at, in bytes: the longest allowed one (16 commands, four-byte characters) fits. */
export const MAX_WS_PAYLOAD_BYTES = 96 * 1024;
/** Above this many bytes the connection is closed (1009) while receiving; between the two the sender gets E_TOO_LARGE. */
export const MAX_WS_FRAME_BYTES = 1280 * 1024;
/** Largest HTTP body taken, in bytes; no route needs more. */
export const MAX_HTTP_BODY_BYTES = 16 * 1024;

// Rate of commands per player: a token bucket, so a burst of typeahead passes and a flood does not.
export const COMMAND_BURST = 30;
export const COMMANDS_PER_SECOND = 10;
/** Bad payloads a connection may send before it is closed. */
export const MAX_BAD_MESSAGES = 20;
/** How fast that allowance comes back: one in five seconds, so that a broken client learns and a flood ends. */
export const BAD_MESSAGES_PER_SECOND = 0.2;

/** Synced state, and the lines of rooms where something is said all the time, are sent at most this often, in ms; the first after a pause, and replies, do not wait for it. Where a room is lively it is LIVELY_LINES_MS or somewhat less. */
export const PATCH_MS = 100;
/** Schema bytes of one full state: a client's room with hundreds of people, and its own things. Grows when needed. */
export const SCHEMA_BUFFER_BYTES = 32 * 1024;

// Area and pump
/** Commands waiting in one area; above it the sender gets E_BUSY. At 0.1 ms each this is a wait of 0.2 s. */
export const MAX_MAILBOX = 2048;
/** A command that wants what others are just changing waits its turn for so long, in ms; then its sender gets E_BUSY. Where commits take a third of a second those who want one pile of coins are more than it can serve. */
export const MAX_BLOCKED_MS = 5_000;
/** Commands of one character waiting; a human types ahead a few lines, a paste fills it. */
export const MAX_WAITING_PER_CHARACTER = 32;
/** Replies kept per character for requests sent again after a cut (DESIGN §5), unless its client has said that it has them. */
export const REPLIES_KEPT = 16;
/** Older ones are deleted with every so-manieth batch: deleting with each would cost as much as all the rest of it. */
export const REPLIES_PRUNED_EVERY = 16;
/** Lines kept per room for clients that come back. */
export const ROOM_LINES_KEPT = 256;
/** The same while somebody in the area has no connection: where fifty lines fall in a second, whoever comes back, or over from a process that closes, after half a minute misses none. 0.6 MB in a room that is told so much. */
export const ROOM_LINES_KEPT_FOR_THE_ABSENT = 2_048;
/** Personal lines kept per character for a connection that takes over: what a cut can swallow before it is noticed. */
export const PERSONAL_LINES_KEPT = 64;
/** How often lines are sent, in ms: below what a reader notices, long enough to bundle. */
export const EVENTS_TICK_MS = 50;
/** Areas take turns within it in so many groups: each turn wakes the process up, and has a pipeline to Redis of its own; where all were one, a tick would be long. Five cost 7 % of what talk does more. */
export const EVENTS_TICK_GROUPS = 2;
/** Bytes that may wait in one client's socket before it is cut (it resumes later). */
export const MAX_BUFFERED_BYTES = 1024 * 1024;
/** An area with nobody in it sleeps after this long, in ms. */
export const AREA_SLEEPS_AFTER_MS = 30_000;
/** Channel lines kept, of all channels together, for whoever was on their way, or cut off, when they were said. */
export const CHANNEL_LINES_KEPT = 256;
/** A seat is taken within so many ms, or not at all (Colyseus gives it up after 15 s). */
export const SEAT_TAKEN_WITHIN_MS = 15_000;
/** How often an area looks for lines that wait for somebody who had a seat and never came: with each new seat it took as long as all the rest of it when a hundred come at once. */
export const SEATS_SWEPT_EVERY_MS = 1_000;
/** Lines held for somebody on the way; more were not said to anybody in so short a time. */
export const LINES_HELD = 64;
/** Whoever walks in from another area missed what was said on the channels since they have their seat, and so many ms before: what was still on its way over the bus. */
export const WALK_MISSES_BEFORE_MS = 1_000;
/** Whoever comes back after a cut missed what was said within so many ms at most: a cut unnoticed, and a restart. */
export const CUT_MISSES_MS = 30_000;
/** The way somebody took is known to their followers this long, in ms: a hand-over to another process at its slowest. */
export const TRAIL_MS = 10_000;
/** Such ways remembered in one area. */
export const MAX_TRAILS = 1_000;
/** A line for one player goes along into the next area when it is younger than this, in ms: a cut is noticed within six seconds. */
export const PERSONAL_LINE_FRESH_MS = 6_000;
/** A character whose connection is gone stays in the world this long, in ms, before it is put away. */
export const LINK_DEAD_MS = 60_000;
/** Personal lines are kept no longer than this, in ms: a cut is noticed, and then its player is put away. */
export const PERSONAL_LINES_KEPT_MS = CUT_MISSES_MS + LINK_DEAD_MS;

/** A process that is told to stop ends after this long at the latest, in ms. The process manager must wait longer. */
export const STOP_DEADLINE_MS = 20_000;

// Storage
/** Commands written in one batch: at 50 the cost per command has flattened out. */
export const MAX_BATCH = 64;
/** When many commands come, a batch is sent at most so often, in ms: a batch costs a millisecond of CPU however few ride in it, and a reader does not notice this wait. */
export const COMMIT_GATHER_MS = 5;
/** And so often when very many come: 15 % fewer batches at a thousand commands a second (8.2 in each instead of 6.9), each of which costs PostgreSQL the same. */
export const COMMIT_GATHER_CROWD_MS = 7;
/** "Very many": so many commands within the last COMMIT_RATE_WINDOW_MS. */
export const COMMIT_GATHER_CROWD_FROM = 75;
/** "Many": so many commands within the last COMMIT_RATE_WINDOW_MS. Somebody walking alone is answered at once. */
export const COMMIT_GATHER_FROM = 15;
export const COMMIT_RATE_WINDOW_MS = 100;
/** With so many waiting, a batch is sent without waiting for more: what each of them costs hardly falls any further. */
export const COMMIT_GATHER_ENOUGH = 32;
/** What operators want done is looked for so often, in ms, and so much of it at a time. */
export const INTENTS_EVERY_MS = 2_000;
export const MAX_INTENTS_AT_ONCE = 16;
/** Months of the journal that stay in the database beside the running one; older ones go to files. */
export const JOURNAL_KEEP_MONTHS = 12;
/** Partitions made ahead: a server that cannot make any goes on for so many months before the default one fills. */
export const JOURNAL_MONTHS_AHEAD = 3;
/** Rows that archiving reads at a time: some megabytes. */
export const JOURNAL_ARCHIVE_ROWS = 5_000;
/** Commands without a number are known for a repeat this long, in hours: their repeats come within seconds, or never. */
export const KEYS_OF_UNNAMED_KEPT_H = 48;
/** Rooms named in what a start says about a changed world: a line or two. */
export const MAX_NAMES_TOLD = 20;
/** How long `npm run journal -- undo` waits for the owner, in ms: several looks, and a takeover in between. */
export const UNDO_WAIT_MS = 20_000;
/** Whom one character may ignore: kept in its row, and looked at for each line. */
export const MAX_IGNORED = 50;
/** Entries that `npm run journal -- character` prints, when not told how many; and at most, also of one thing. */
export const JOURNAL_LINES = 50;
export const MAX_JOURNAL_LINES = 10_000;
/** Commands waiting to be written, per process (DESIGN §9). */
export const MAX_COMMIT_QUEUE = 10_000;
/** Batches under way at a time on PostgreSQL: while one is flushed, the next is sent. */
export const MAX_COMMITS_IN_FLIGHT = 2;
/** How long a commit may take before its outcome counts as unknown, in ms. */
export const COMMIT_TIMEOUT_MS = 10_000;
/** How often the database is asked whether it is there, in ms, and how long it may take to say so. */
export const STORAGE_PING_MS = 1_000;
export const STORAGE_PING_TIMEOUT_MS = 2_000;
/** Commands that wait for the database, per character and in all (DESIGN §9): typeahead, not a plan for the evening. */
export const MAX_PARKED_PER_CHARACTER = 8;
export const MAX_PARKED_PER_PROCESS = 10_000;
/** How long they wait, in ms; then they are given up, and new ones are refused at once. */
export const PARKED_MS = 30_000;
/** When what failed for want of the database may be tried again, in ms: it is asked once a second whether it is back. */
export const STORAGE_AGAIN_AFTER_MS = 2_000;
/** Soft state is on disk at most this long after it changed, in ms (DESIGN §5). */
export const SOFT_FLUSH_MS = 4_000;
/** Soft rows written by one statement: some milliseconds of the database's time. */
export const MAX_SOFT_ROWS = 500;
/** Connections of one process to PostgreSQL that units of work of the ORM may hold at a time. */
export const MAX_DB_CONNECTIONS_ORM = 2;
/** And background jobs: these for what they do, and one more for what looks after them. */
export const MAX_DB_CONNECTIONS_JOBS = 2;
/** One each for the commits under way, one in doubt, the lease and the ping: nothing else ever makes these wait. */
export const DB_CONNECTIONS_URGENT = MAX_COMMITS_IN_FLIGHT + 3;
/** Of all of them (`WAYSTONE_DB_POOL`) the rest is for loads, soft state, looking people up: three where nothing else is said. */
export const DB_POOL_DEFAULT = DB_CONNECTIONS_URGENT + MAX_DB_CONNECTIONS_ORM + MAX_DB_CONNECTIONS_JOBS + 1 + 3;
export const DB_POOL_MIN = DB_POOL_DEFAULT - 2;
/** A core of PostgreSQL answers thousands of our statements a second: more connections than this only make it switch. */
export const DB_POOL_MAX = 100;
/** How long a connection may take to come about, in ms: a command that waits for it is answered soon after. */
export const DB_CONNECT_TIMEOUT_MS = 3_000;
/** So often a start asks for one that does not come about in time: reading modules on a busy machine looks just like it from here. */
export const DB_START_TRIES = 4;
/** First and longest wait before an unknown outcome is looked up again, in ms. */
export const RESOLVE_WAIT_MS = 50;
export const RESOLVE_WAIT_MAX_MS = 2_000;
/** Items nested deeper than this are not loaded; the rules allow far less. */
export const MAX_ITEM_DEPTH = 16;
/** How often the lock file of the embedded database is touched, and after how long untouched it counts as left, in ms. */
export const LOCK_TOUCH_MS = 5_000;
export const LOCK_UNTOUCHED_MS = 15_000;

// Leases (DESIGN §4)
/** How often a process renews its lease, in ms: three beats may be lost. */
export const LEASE_BEAT_MS = 2_000;
/** How long a lease lasts without being renewed, in ms by the database's clock. */
export const LEASE_TTL_MS = 6_000;
/** How long one beat may take, in ms: below the TTL, so that the next one still comes in time. */
export const LEASE_TIMEOUT_MS = 3_000;

// Calls between processes
/** Clocks of two machines may differ by so much, in ms, before their calls are refused: NTP keeps them within one second. */
export const PEER_CLOCK_SKEW_MS = 60_000;
/** Body of a call or its answer: an area of two thousand people handed over, with their last lines. */
export const MAX_PEER_BODY_BYTES = 16 * 1024 * 1024;
/** Connections to one other process. */
export const MAX_PEER_SOCKETS = 32;
/** A connection idle for so long, in ms, is closed: before the other side closes it (Node's server does after 5 s). */
export const PEER_IDLE_MS = 4_000;
/** A seat in an area on another process: it may have to be loaded there first. A walker waits no longer than this, in ms. */
export const PEER_SEAT_TIMEOUT_MS = 4_000;
/** Processes tried for one area before giving up: owners change while one asks. */
export const MAX_PLACE_TRIES = 4;
/** Between two of them, in ms. */
export const PLACE_RETRY_MS = 150;
/** An area's owner is remembered so long, in ms; a process that has it no longer says so when asked. */
export const OWNER_KNOWN_MS = 10_000;
/** Areas whose owner is remembered. */
export const MAX_OWNERS_KNOWN = 20_000;
/** A process whose port refuses connections is asked again after so long, in ms, before it counts as dead. */
export const REFUSED_AGAIN_MS = 100;
/** Load: so many ms of event-loop lag weigh as much as one player. */
export const LAG_MS_PER_PLAYER = 0.5;
/** A process that serves a neighbouring area gets a new one as if it had so many players less: walking there stays cheap. */
export const NEIGHBOUR_BONUS_PLAYERS = 20;
/** Rows of dead processes are kept this long, in hours, for whoever looks into what happened. */
export const DEAD_PROCESS_KEPT_H = 24;

// Redis: bus and hot cache (DESIGN §8, §9)
/** How long a connection to Redis may take to come about, and one command to be answered, in ms; nobody's reply waits for either. */
export const REDIS_CONNECT_TIMEOUT_MS = 2_000;
export const REDIS_COMMAND_TIMEOUT_MS = 1_000;
/** First and longest pause before connecting again, in ms; each is drawn between half of it and all of it. */
export const REDIS_RETRY_MS = 100;
export const REDIS_RETRY_MAX_MS = 2_000;
/** A connection that is given up is dropped after so long, in ms, if the other side does not close it. */
export const REDIS_HANG_UP_MS = 100;
/** How often Redis is asked whether it is there, in ms: a hung one is noticed within this and the time of a command. */
export const REDIS_PING_MS = 1_000;
/** Commands in a row that fail before no more are sent, and how long, in ms, until one is tried again. */
export const REDIS_FAILURES_IN_A_ROW = 3;
export const REDIS_BREAK_MS = 1_000;
/** How long a start waits for Redis, in ms; without it, it goes on. */
export const REDIS_FIRST_WAIT_MS = 1_000;
/** Changes of the listing of rooms are gathered so long, in ms: each join and leave is one. */
export const LISTING_WRITE_MS = 100;
/** How soon they are written again when that failed, in ms. */
export const LISTING_RETRY_MS = 1_000;
/** Rows of the listing read at a time: below a millisecond of parsing. */
export const LISTING_SCAN_ROWS = 200;
/** How often the listing is cleared of dead processes, in ms, give or take a quarter; one is cleared after two such rounds. */
export const REAP_EVERY_MS = 10_000;
/** Commands under way on one connection; above it they are refused: what waits longer than a second is late anyway. */
export const MAX_REDIS_COMMANDS_IN_FLIGHT = 4_096;
/** Channels named in one SUBSCRIBE. */
export const MAX_CHANNELS_PER_SUBSCRIBE = 500;
/** Largest message on the bus, in bytes; a page of text and its names fit. Larger ones are counted and ignored. */
export const MAX_BUS_MESSAGE_BYTES = 32 * 1024;
/** Longest text of an event, in characters: a command line and who said it, and a paragraph from outside. */
export const MAX_BUS_TEXT_CHARS = 4_096;
/** Names that one event lists (who does not hear it, what can be clicked). */
export const MAX_BUS_NAMES = 256;
/** Areas that hear one shout. */
export const MAX_BUS_AREAS = 256;
/** Players in one part of a list; a part with the longest names and away messages stays below the largest message. */
export const ONLINE_LIST_PART = 50;
/** Parts of a list: 100,000 players of one process. */
export const MAX_ONLINE_LIST_PARTS = 2_000;
/** How often a process says how many changes its list of players has had, in ms: whoever missed one asks for all. */
export const ONLINE_BEAT_MS = 5_000;
/** Whoever has left an area is said to be gone after so long, in ms: most walk, and are in another one by then. */
export const ONLINE_LEFT_MS = 100;
/** A process asks another for its list, and answers with its own, at most once in this time, in ms. */
export const ONLINE_ASK_MS = 1_000;
/** Players of one other process that are remembered. */
export const MAX_ONLINE_PER_PROCESS = 100_000;
/** Events of other processes count as late, for the metric, up to this long, in ms; beyond it a clock is wrong. */
export const MAX_BUS_LATENCY_MS = 60_000;
/** How often the hot cache is written, in ms. */
export const HOT_FLUSH_MS = 1_000;
/** Keys that wait to be written to the hot cache; above it new ones are left out: they come with their next change. */
export const MAX_HOT_PENDING = 20_000;
/** Keys written by one pipeline: some milliseconds of Redis' time. */
export const MAX_HOT_BATCH = 1_000;
/** Players that a process which starts takes from the hot cache; it hears of the others from their processes. */
export const MAX_HOT_REMEMBERED = 5_000;
/** Values above this many bytes are compressed: below, it costs more than it saves. */
export const HOT_COMPRESS_BYTES = 1_024;
/** How long what is in the hot cache stays after it was written or read, in s (DESIGN §8: 5 to 15 minutes). */
export const HOT_TTL_S = { state: 600, location: 900, session: 900, room: 600, events: 900, world: 300 } as const;
/** The time to live of lines is set again at most so often, in ms: a fifteenth of it. */
export const HOT_RENEW_MS = 60_000;
/** Keys whose last setting is remembered; beyond it all are set again. */
export const MAX_RENEWED_KEYS = 20_000;
/** A value that has not changed is written again after so long, in ms: well before it expires. */
export const HOT_REWRITE_MS = 240_000;
/** How long lines wait for Redis to have them before they are sent, in ms: less than a reader notices (DESIGN §8). */
export const RECORD_WAIT_MS = 25;
/** Lines that wait to be recorded; above it they are sent unrecorded. */
export const MAX_LINES_TO_RECORD = 10_000;
/** How long whoever comes back waits for the lines of an earlier owner, in ms. */
export const RECENT_READ_MS = 500;
/** How often feature flags are read without being told of a change, in ms: a bad one is off again within this time. */
export const FLAGS_EVERY_MS = 5_000;
/** Flags there may be; each is meant to be removed again. */
export const MAX_FLAGS = 1_000;
export const MAX_FLAG_NAME_CHARS = 64;
/** Flags that one client is told of. */
export const MAX_CLIENT_FLAGS = 32;
/** How often what operators set for the whole world is read without being told of a change, in ms. */
export const WORLD_SETTINGS_EVERY_MS = 30_000;
/** Rows of such settings. */
export const MAX_WORLD_SETTINGS = 1_000;

// The world
/** Things (stacks) on the floor of one room. */
export const MAX_ITEMS_PER_ROOM = 200;
/** Things (stacks) one character carries, worn ones included. */
export const MAX_ITEMS_CARRIED = 60;
/** Grams one character can carry. */
export const MAX_WEIGHT_CARRIED_G = 60_000;
export const MAX_STACK = 10_000;
/** Containers within containers, the outermost counted: a pouch in a bag in a chest, and one to spare. */
export const MAX_CONTAINER_DEPTH = 4;
/** Things (stacks) one side of a trade offers: what a list read aloud still tells. */
export const MAX_TRADE_THINGS = 12;
/** After one side of a trade changed, the other accepts it at the earliest so much later, in ms: they must have seen it. */
export const TRADE_SETTLE_MS = 1_000;
/** Things (stacks) in one letter: a parcel, not a removal. */
export const MAX_LETTER_THINGS = 10;
export const MAX_NOTE_CHARS = 200;
/** Letters that wait for one character; above it nobody can send them more (some few more while several send at once). */
export const MAX_LETTERS_WAITING = 50;
/** What a letter costs, in coins; they are burned. */
export const POSTAGE_COINS = 1;
/** How often the outbox is looked into, in ms: whoever is in the world is told of a letter within this time. */
export const OUTBOX_POLL_MS = 1_000;
/** Rows of the outbox worked off at a time. */
export const MAX_OUTBOX_ROWS = 200;
/** A row whose character was nowhere for so long, in ms, has done its work: whoever comes in looks for letters anyway. */
export const OUTBOX_KEPT_MS = 60_000;
/** Second-hand goods (stacks) one shopkeeper keeps; the oldest makes way, so that a list stays readable. */
export const MAX_SECOND_HAND = 30;
/** Coins one purse holds: far below 2^53, so that numbers stay exact. */
export const MAX_COINS = 1_000_000_000;
export const MAX_ALIASES = 50;
export const MAX_ALIAS_CHARS = 200;
/** An away message: one sentence, as everybody who writes reads it. */
export const MAX_AFK_CHARS = 200;
/** People in a room told of in a line each; a larger crowd is told of in one line, as nobody reads forty. */
export const MAX_PEOPLE_LISTED_SINGLY = 12;
/** Names in one line; the rest are a number. It bounds what a look into a crowd of a thousand costs. */
export const MAX_NAMES_IN_LINE = 40;
/** Characters in one room (DESIGN: a crowd of hundreds stays smooth; a thousand is the goal). */
export const MAX_CHARACTERS_PER_ROOM = 2_000;
/** NPCs one tick of an area moves at most; the rest follow in the next. */
export const MAX_NPCS_PER_TICK = 50;
/** NPCs that answer to one line of speech; more would drown it. */
export const MAX_NPCS_ANSWERING = 3;
/** What was due longer ago than this, in ms, is planned anew: after a pause nobody says ten things at once. */
export const OVERDUE_MS = 10_000;
/** Two lines of ambience in one room are at least so far apart, in ms, however often the files ask for them. */
export const MIN_AMBIENCE_GAP_MS = 20_000;
/** How long after somebody came into a room, in ms, an NPC there may still greet them. */
export const GREETING_WINDOW_MS = 10_000;

// Accounts
export const MIN_NAME_CHARS = 3;
export const MAX_NAME_CHARS = 20;
export const MIN_PASSWORD_CHARS = 8;
/** argon2 hashes any length; this keeps a body of megabytes from being hashed. */
export const MAX_PASSWORD_CHARS = 256;
/** Life of an access token, in seconds; `POST /auth/refresh` makes a new one. */
export const TOKEN_LIFE_S = 24 * 3600;

// Configuration
/** More processes than cores only cost; no host we know has more cores than this worth giving. */
export const MAX_PROCESSES_PER_HOST = 64;
/** Reverse proxies in front; a longer chain is a mistake in the configuration. */
export const MAX_PROXY_HOPS = 8;
/** 256 bits as 32 hex digits would be 64 characters; 32 random ones are past guessing. */
export const MIN_JWT_SECRET_CHARS = 32;

/** Longest token looked at; ours have some 400 characters. */
export const MAX_TOKEN_CHARS = 4_096;
/** Names drawn for one guest before giving up: at a million guests one in four is taken. */
export const GUEST_NAME_TRIES = 8;

// Passwords: one hash costs 19 MiB and 0.1 to 0.3 s of a core (OWASP's parameters for argon2id)
export const PASSWORD_HASH_MEMORY_KIB = 19_456;
export const PASSWORD_HASH_PASSES = 2;
/** At once: half of libuv's four threads, so that files and DNS still get one. */
export const MAX_PASSWORD_HASHES_AT_ONCE = 2;
/** Waiting for their turn: the last one waits 4 to 10 s; above it the caller gets E_BUSY. */
export const MAX_PASSWORD_HASHES_WAITING = 64;

// Rates of the HTTP API. An address is an IPv4 address or an IPv6 /64; a school or a phone network shares one.
export const LOGINS_PER_ADDRESS_PER_MINUTE = 30;
export const LOGINS_PER_NAME_AND_ADDRESS_PER_MINUTE = 10;
/** Wrong passwords in a row, one name from one address, before each further one costs waiting time. */
export const WRONG_PASSWORDS_FREE = 5;
/** The first wait after that, in seconds; it doubles with each wrong password, up to the longest. */
export const WRONG_PASSWORD_WAIT_S = 30;
export const WRONG_PASSWORD_WAIT_MAX_S = 900;
/** Wrong passwords for one name from everywhere, per hour, before addresses that never got it right are refused. */
export const WRONG_PASSWORDS_PER_NAME_PER_HOUR = 50;
export const REGISTRATIONS_PER_ADDRESS_PER_HOUR = 20;
export const GUESTS_PER_ADDRESS_PER_HOUR = 60;
/** All calls under /auth, refreshes and upgrades and refused names among them. */
export const AUTH_CALLS_PER_ADDRESS_PER_MINUTE = 120;
/** Names and addresses that got a password right lately; they are not shut out by others' wrong ones. */
export const MAX_KNOWN_LOGINS = 10_000;
/** Keys one limiter remembers. Addresses are spread over so many slots, so memory has a bound (some 20 MB at worst). */
export const MAX_RATE_LIMIT_KEYS = 65_536;

// The browser client's files
/** Largest file served, in bytes; the client's bundle is far below. */
export const MAX_STATIC_FILE_BYTES = 8 * 1024 * 1024;
/** Bytes of files, with their compressed forms, kept in memory; the least lately asked for go first. */
export const MAX_STATIC_CACHE_BYTES = 64 * 1024 * 1024;
/** Smaller ones gain nothing from compression. */
export const MIN_COMPRESSED_BYTES = 1_024;

export * from "./limits-staff.ts";
export * from "./limits-observe.ts";
export * from "./limits-metrics.ts";
export * from "./limits-jobs.ts";
export * from "./limits-backup.ts";
export * from "./limits-lines.ts";
export * from "./limits-drain.ts";
export * from "./limits-guard.ts";
