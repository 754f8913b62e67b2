/** Every bound and interval of the client library: name with unit, and why it is what it is. */
import { COMMAND_BURST, MAX_STEPS_PER_LINE, REPLIES_KEPT } from "../../src/limits.ts";

/**
 * Commands kept until they are answered. All of them, sent again at once, must pass a new connection's rate limit; and the server
 * must have kept the reply to each, or the first would be too old to be told what became of it.
 */
export const MAX_UNANSWERED = Math.min(COMMAND_BURST - 6, REPLIES_KEPT);
/** Ids of lines remembered to drop repeats: several rooms' worth of what a server sends again. */
export const MAX_LINE_IDS = 4096;
/** The same of lines for one player alone: more than a server keeps of them, with what it says of the rooms that are walked into. */
export const MAX_PERSONAL_IDS = 4096;
/** Of these, ids that a session hands to the one after it: what a server keeps of a room and a person, and some more. */
export const HEARD_KEPT = 512;
/** Lines held for a listener that is not there yet; the oldest go first. */
export const MAX_EARLY_LINES = 1000;

/** A transfer that has brought no welcome after this long is given up for a fresh join. */
export const TRANSFER_DEADLINE_MS = 5_000;
/** The same over a connection that has been kept, which may be dead without anybody knowing; then another is opened. */
export const KEPT_DEADLINE_MS = 2_500;
/** A join, matchmaking and welcome included. An area that has to be loaded first needs a few seconds. */
export const JOIN_DEADLINE_MS = 15_000;
export const HTTP_DEADLINE_MS = 15_000;
/** How long a leave may take before the socket is closed without it. */
export const LEAVE_DEADLINE_MS = 1_000;
/** After a command came back as "you are elsewhere", the transfer or the close must follow within this. */
export const MOVED_DEADLINE_MS = 5_000;

/** First and longest pause between attempts to come back. */
export const RETRY_FIRST_MS = 250;
export const RETRY_LONGEST_MS = 5_000;
/** A server may ask for a longer pause, but not for this one to be exceeded. */
export const RETRY_AFTER_LONGEST_MS = 30_000;
/** A connection shorter than this counts as one more failed attempt: it may be what we send that breaks it. */
export const STABLE_AFTER_MS = 5_000;
/** Connections that a command may be sent on. If none of so many has answered it, it is what breaks them. */
export const MAX_SENDS_PER_COMMAND = 10;
/** Attempts to come back before the session gives up: about ten minutes of pauses. */
export const RECONNECT_ATTEMPTS = 150;
/** Attempts of a first join: a process that restarts is back within them. */
export const JOIN_ATTEMPTS = 5;
/** Times one command may be told that its character is elsewhere before that is the answer: the line typed before it may lead through as many areas as it has steps. */
export const MAX_MOVED_PER_COMMAND = MAX_STEPS_PER_LINE + 4;

/** After this much silence the line is tested; a half-open connection tells nobody that it is dead. */
export const HEARTBEAT_MS = 15_000;
/** The answer to a test of the line. */
export const PONG_DEADLINE_MS = 5_000;
/** The same after waking up, when the line is probably dead. */
export const WAKE_PONG_DEADLINE_MS = 2_500;
/** A token is renewed when half its life is over, but not more often than this. */
export const REFRESH_AT_LEAST_MS = 60_000;
/** The longest a timer of the platform can wait. */
export const LONGEST_TIMER_MS = 2 ** 31 - 1;
