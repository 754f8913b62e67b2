/** Bounds of what is remembered of who was where, and of what was said to somebody alone, for whoever comes back after a cut. */

/** Stays in rooms of one area remembered of one character: more than one line of steps and what was typed behind it make. */
export const STAYS_KEPT = 32;
/** Where somebody was who has left the area is remembered this long, in ms: as long as Redis keeps the newest lines. */
export const STAYS_REMEMBERED_MS = 900_000;
/** Of what was said to somebody alone, what is not older than this, in ms, is told again to whoever comes back: a cut unnoticed, and a long way back. */
export const PERSONAL_RECORD_MS = 300_000;
/** How often those are looked for who can be forgotten, in ms: not with each step that somebody takes. */
export const STAYS_FORGOTTEN_EVERY_MS = 60_000;
/** Characters of whom an area remembers it; whoever left longest ago is forgotten first. */
export const MAX_STAYS_REMEMBERED = 10_000;
/** Who is in a room is recorded anew with every so-manieth line: at least once among the lines that are kept. */
export const PRESENCE_EVERY_LINES = 128;
/** How long whoever comes back waits for what they missed in an area of another process, in ms; after it, for the recorded lines. */
export const LEFT_LINES_MS = 1_000;
/** Of it, how long what they had asked for in that area may take to be done. */
export const SETTLES_WITHIN_MS = 500;
/** Shapes of objects (which fields they have) whose names are left out where replies and lines are kept; there are some twenty, those beyond it carry theirs. */
export const MAX_PACKED_SHAPES = 64;
/** In a room where so many lines fall in a second nobody reads each as it comes: they are kept back for company, in a third of the frames, and what has changed in its area goes with them; … */
export const LIVELY_LINES_PER_S = 10;
/** … for so many ms, … */
export const LIVELY_LINES_MS = 300;
/** … or until about so many have come together, since a larger frame costs as much more as it holds, … */
export const LIVELY_FRAME_LINES = 32;
/** … but not for less than this, in ms. */
export const LIVELY_LINES_LEAST_MS = 200;
/** What has been said and nobody has been told yet, where a room is lively, is recorded with the first tick after so many ms: what a crash may take of what its speaker was answered. With each of the process's ticks it was a fifth of what talk cost. */
export const RECORD_EVERY_MS = 40;
/** How often the record of a room that somebody has left is read, until their departure is in it, and how long after each other, in ms. */
export const DEPARTURE_READS = 3;
export const DEPARTURE_READ_AGAIN_MS = 200;
/** Clients that are written to in one go; a write takes some 20 µs. Of more, the others' turn comes when what has arrived meanwhile has been read: whoever waits for an answer does not wait for a thousand others' lines. */
export const MAX_WRITES_AT_ONCE = 64;
/**
 * … or the so-manieth part of all who wait, if that is more: where turns of the event loop are long more come to wait in each than 64, and would wait for
 * longer and longer, without an end.
 */
export const WRITES_PUT_OFF_FOR_TURNS = 4;

// Connections that are kept for the way back (rooms/kept-connections.ts)
/** How long one leads nowhere, in ms: who looks around behind a border and goes back has it, who has gone for good takes up none. */
export const KEPT_CONNECTION_MS = 120_000;
/** Of a process: a tenth of the connections that it may have at all (MAX_CONNECTIONS). The one that has been kept longest goes first. */
export const MAX_KEPT_CONNECTIONS = 2_000;
/** Of the message by which one is taken up again: two names of at most 64 characters, and what they are called. */
export const MAX_TAKE_BYTES = 256;
