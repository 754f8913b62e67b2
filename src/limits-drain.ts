/** Bounds of people who come into areas, and of a process that gives its areas away; part of `limits.ts`, where everybody finds them. */

// Coming in
/** Sockets that listen on the port: so many connections are taken in one round of the event loop. */
export const DOORS = 8;
/** Statements that load characters, under way at a time: whoever comes meanwhile is read with the next. */
export const LOADS_AT_ONCE = 2;
/** Characters that one of them loads at most: the rows of one take some ten thousand bytes. */
export const MAX_CHARACTERS_PER_LOAD = 64;

// Giving areas away
/**
 * An area that is given away waits so long, in ms, for those who have a seat in it already: whoever comes later finds it closed, and asks again. They take
 * it within some hundredths of a second; whoever never comes (their walk was broken off) holds up all who want to come in.
 */
export const DRAIN_ARRIVALS_MS = 200;
/** Whoever wants to come into an area that is being given away waits so long, in ms, to be told where it is then. */
export const DRAIN_ASK_MS = 2_000;
/** How long another process may take to open an area with all its people, in ms. */
export const PEER_ADOPT_TIMEOUT_MS = 8_000;
/** A command that the next owner of an area is asked for, in ms: the player is told to ask there when it takes longer. */
export const PEER_COMMAND_TIMEOUT_MS = 4_000;
/** So many people of a process that closes walk over at a time at least, … */
export const DRAIN_PEOPLE_AT_ONCE = 12;
/** … and whoever takes longer than this, in ms, holds up nobody any more: a client far away needs four of its round trips. On a busy machine more would come at a time than it can let in. */
export const DRAIN_PASSING_MS = 300;
/** All of them have been told within this, in ms, however far away they are: of many, more walk at a time. Well below DRAIN_DEADLINE_MS. */
export const DRAIN_WALK_MS = 9_000;
/** How often a process looks, in ms, whether another should have one of its areas: the counts of players are as old as a beat. */
export const BALANCE_EVERY_MS = 10_000;
/**
 * A process that is busy for less than this share of the time keeps its areas, however many they are: a step into another process costs twice what one
 * within costs. 500 players on two cores took 2.8 ms of processor time a command spread over three processes, 2.0 in one that was busy for 44 %. Where processes share few cores, waiting
 * for one counts as busy: from three fifths on, they spread out there and walks into other processes took twice as long.
 */
export const BALANCE_FROM_BUSY = 0.8;
/** So many players more than the one with the least, lag counted as in LAG_MS_PER_PLAYER: below, their wait would be for nothing. */
export const BALANCE_FROM_PLAYERS = 100;
/**
 * To a process whose event loop is late by more than this on average, in ms, no area is given: it has too much to do itself. Where two share full cores,
 * each was late by some hundred, by chance the one or the other more, and areas went to and fro: each time all people of one had to connect anew.
 */
export const BALANCE_TO_LAG_MS = 20;
/** An area stays where it has come to for at least so long, in ms. */
export const BALANCE_AREA_RESTS_MS = 30_000;
/** Whoever has been told where their seat is has left by then, in ms; a client takes it within some hundredths of a second. */
export const DRAIN_LEAVE_MS = 3_000;
/** Whoever walks into an area that changes hands before they have arrived is told so many times where it is now: once or twice in a rolling reload. */
export const MAX_SENT_ON = 3;
/** A process that closes gives up giving areas away after this long, in ms, and closes the rest: below STOP_DEADLINE_MS. */
export const DRAIN_DEADLINE_MS = 14_000;
