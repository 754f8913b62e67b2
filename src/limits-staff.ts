/** Bounds of who is listed, of looking after the world and of people's accounts; part of `limits.ts`, where everybody finds them. */

// Who is in the world, as anybody may ask
/** Names that `who` gives in all; beyond it each part of the world names some, and these at least. Nobody reads a thousand. */
export const [MAX_NAMES_OF_WHO, LEAST_NAMES_OF_AREA] = [200, 3];
/** Parts of the world that it lists, a line each: a few screens. */
export const MAX_AREAS_OF_WHO = 60;
/** Names that /api/who lists; the number of players is given in full. */
export const MAX_WHO_LISTED = 1_000;
/** Its answer is worked out anew after so long, in ms: each open page asks every 15 s, which of thousands is hundreds a second. */
export const WHO_KEPT_MS = 1_000;

// Looking after the world
/** An announcement: a short paragraph, as everybody reads it. */
export const MAX_ANNOUNCEMENT_CHARS = 500;
/** Why somebody was muted, kicked or banned; they read it. */
export const MAX_REASON_CHARS = 300;
/** What a player tells the moderators at a time. */
export const MAX_REPORT_CHARS = 500;
/** Lines that go with it: what was said in the last minute or two of a lively place. */
export const REPORT_LINES = 30;
/** Reports of one player that nobody has looked at yet; more would be a way to flood the moderators. */
export const MAX_OPEN_REPORTS = 10;
/** Orders looked at in one round; a long list of them is a script's. */
export const MAX_ORDERS_AT_ONCE = 200;
/** Somebody who is to be taken out of the world may be between two areas, with a seat in the next for so long, in ms. */
export const KICK_WAITS_MS = 20_000;
/** An order that cannot be carried out for so long, in ms, is given up; whoever gave it can see that. */
export const ORDER_GIVEN_UP_MS = 3600_000;
/** What is ordered for everywhere is carried out by every process within this time, in ms. */
export const EVERYWHERE_MS = 60_000;
/** Rows that a list for staff shows at most; who needs more asks the database. */
export const MAX_STAFF_ROWS = 1_000;
/** How long whoever came in by `ADMIN_PASSWORD` stays in, in seconds; and the cookie of the monitor. */
export const ADMIN_TOKEN_LIFE_S = 3600;
/** Calls of the administration per address and minute: the page asks every few seconds. */
export const ADMIN_CALLS_PER_MINUTE = 600;
/** How long an order over HTTP waits for the owner of the area, in ms; then the answer says that it is ordered. */
export const ORDER_WAIT_MS = 10_000;
/** The same for what the owner hardly ever has to do anything for. */
export const ORDER_SHORT_WAIT_MS = 2_500;
/** How often it is looked whether it is done, in ms. */
export const ORDER_LOOK_MS = 100;
/** The longest mute or ban that is not for ever, in minutes: ten years. */
export const MAX_BAN_MINUTES = 5_256_000;

// Accounts of people
/** How long a link in a mail is good for, in seconds: to choose a new password, and to prove an address. */
export const RESET_TOKEN_LIFE_S = 3600;
export const EMAIL_TOKEN_LIFE_S = 24 * 3600;
/** Mails that wait to be handed on; above it the caller hears E_BUSY. */
export const MAX_MAILS_WAITING = 200;
/** How long the mail program may take for one, in ms. */
export const MAIL_TIMEOUT_MS = 20_000;
/** Requests for a new password from one address: each is a mail that somebody gets. */
export const RESETS_PER_ADDRESS_PER_HOUR = 10;
/** All calls about one's account from one address. */
export const ACCOUNT_CALLS_PER_ADDRESS_PER_MINUTE = 60;
/** Entries of the journal in an export of one's data, the newest: some megabytes. */
export const MAX_EXPORTED_ENTRIES = 10_000;
