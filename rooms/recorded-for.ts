/** What somebody missed in a room whose area nobody serves who could tell: by the recorded lines. */
import { DEPARTURE_READ_AGAIN_MS, DEPARTURE_READS } from "../src/limits.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import type { LeftBehind, MissedLines } from "../src/runtime/outlet.ts";
import type { Clock } from "../src/runtime/ports.ts";
import { pause } from "../src/timers.ts";
import { readRecorded } from "./frames.ts";
import { heardIn } from "./heard-in.ts";

/**
 * Never rejects; not complete when nobody can tell. They have left that room: a record in which they are still there has not got so far (its
 * process is too busy to say what they missed, and to record it), and is read again after a while.
 */
export async function recordedFor(recorder: LineRecorder | null, { character, room, line }: LeftBehind, clock: Pick<Clock, "after">): Promise<MissedLines> {
  for (let reads = 1; ; reads += 1) {
    const recorded = await recorder?.read(room, Number.MAX_SAFE_INTEGER);
    if (recorded === undefined) return { lines: [], complete: false };
    const { lines, complete, isHere } = heardIn(readRecorded(recorded), character, line);
    if (!isHere || reads >= DEPARTURE_READS) return { lines: lines.map(({ value }) => value), complete: complete && !isHere };
    await pause(clock, DEPARTURE_READ_AGAIN_MS);
  }
}
