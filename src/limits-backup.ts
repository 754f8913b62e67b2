/** Bounds of backups, restoring and moving a world; part of `limits.ts`, where everybody finds them. */

/** Rows read and written at a time, and characters of them: some megabytes in memory, whatever the size of the world. */
export const COPY_ROWS = 1_000;
export const COPY_CHARS = 4 * 1024 * 1024;
/** Free room that a copy of the embedded database must find, as a multiple of its size: while it is made the database grows. */
export const SNAPSHOT_ROOM = 1.5;
/** How often a server on the embedded database looks whether somebody wants a copy of it, in ms. */
export const SNAPSHOT_LOOK_MS = 1_000;
/** How long whoever asked for one waits for it, in ms: a database of gigabytes on a slow disk. */
export const SNAPSHOT_WAIT_MS = 10 * 60_000;
/** A server that runs takes up a request within this time, in ms; one that does not is of a version that knows none. */
export const SNAPSHOT_TAKEN_UP_MS = 15_000;
/** What somebody who was killed has left lying about is removed after so long, in ms: before the next night's backup needs the room. */
export const LEFTOVERS_KEPT_MS = 12 * 3600_000;
/** A file may be written to again within one tick of the file system's clock, in ms, and not look newer for it. */
export const FILE_CLOCK_TICK_MS = 100;
/** Backups of one world that `--keep` may name at most: ten years of days. */
export const MAX_BACKUPS_KEPT = 3_650;
/** What is kept of what a program said, in characters, to tell why it failed. */
export const PROGRAM_SAID_CHARS = 2_000;
