/** One clock for all processes of a machine, and how a line carries the moment it was sent. */

/** Milliseconds of the machine's monotonic clock (CLOCK_MONOTONIC on Linux): the same in every process. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;

const MARK = "~";
/** Parts of a millisecond that the mark keeps. */
const PARTS = 100;

/** Words that say when they were sent. */
export const marked = (words: string): string => `${MARK}${Math.round(machineMs() * PARTS).toString(36)} ${words}`;

/** When a line with such words was sent; undefined for any other line. */
export function sentAtMs(line: string): number | undefined {
  const start = line.indexOf(MARK);
  if (start === -1) return undefined;
  const end = line.indexOf(" ", start);
  const parts = Number.parseInt(line.slice(start + 1, end === -1 ? undefined : end), 36);
  return Number.isNaN(parts) ? undefined : parts / PARTS;
}
