/** What somebody missed in a room whose area nobody serves who could tell, or knows all: by the recorded lines. */
import { DEPARTURE_READ_AGAIN_MS, DEPARTURE_READS } from "../src/limits.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import type { LeftBehind, MissedLines } from "../src/runtime/outlet.ts";
import type { Clock } from "../src/runtime/ports.ts";
import { pause } from "../src/timers.ts";
import { readRecorded } from "./frames.ts";
import { heardIn } from "./heard-in.ts";

const NOTHING: MissedLines = { lines: [], complete: false };

/**
 * Never rejects. They have left that room: a record in which they are still there has not got so far (its process is too busy to say what they
 * missed, and to record it), and is read again after a while. Not complete when nobody can tell; whoever serves the area may have `told` some of it.
 */
export async function recordedFor(recorder: LineRecorder | null, { character, room, line }: LeftBehind, clock: Pick<Clock, "after">, told: MissedLines = NOTHING): Promise<MissedLines> {
  for (let reads = 1; ; reads += 1) {
    const recorded = await recorder?.read(room, Number.MAX_SAFE_INTEGER);
    if (recorded === undefined) return told;
    const { lines, complete, isHere } = heardIn(readRecorded(recorded), character, line);
    if (!isHere || reads >= DEPARTURE_READS) {
      const known = { lines: lines.map(({ value }) => value), complete: complete && !isHere };
      return known.complete || lines.length > told.lines.length ? known : told;
    }
    await pause(clock, DEPARTURE_READ_AGAIN_MS);
  }
}
