/** What somebody missed in a room whose area nobody serves who could tell: by the recorded lines. */
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import type { LeftBehind, MissedLines } from "../src/runtime/outlet.ts";
import { readRecorded } from "./frames.ts";
import { heardIn } from "./heard-in.ts";

/** Never rejects; not complete when nobody can tell. */
export async function recordedFor(recorder: LineRecorder | null, { character, room, line }: LeftBehind): Promise<MissedLines> {
  const recorded = await recorder?.read(room, Number.MAX_SAFE_INTEGER);
  if (recorded === undefined) return { lines: [], complete: false };
  const { lines, complete } = heardIn(readRecorded(recorded), character, line);
  return { lines: lines.map(({ value }) => value), complete };
}
