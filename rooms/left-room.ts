/** What somebody missed in a room that they have left, by a command they had sent before their connection was cut. */
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import type { MissedLines } from "../src/runtime/outlet.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import { linesAfter } from "../src/session/room-lines.ts";
import { readLine } from "./frames.ts";

export interface Left {
  readonly lines: readonly RoomMessage[];
  readonly complete: boolean;
}

/** The lines until the one that says they leave, which is for everybody but them. */
export function untilLeft(missed: MissedLines, id: CharacterId): Left {
  const left = missed.lines.findIndex(({ except, value }) => value.message_type === "move" && except.includes(id));
  const until = left === -1 ? missed.lines : missed.lines.slice(0, left);
  return { lines: until.filter(({ except }) => !except.includes(id)).map(({ value }) => value), complete: missed.complete };
}

/** The recorded lines of a room whose owner is another process, or dead. */
export async function recordedAfter(recorder: LineRecorder, room: RoomId, line: number): Promise<MissedLines> {
  const recorded = await recorder.read(room, Number.MAX_SAFE_INTEGER);
  if (recorded === undefined) return { lines: [], complete: false };
  return linesAfter(recorded.flatMap(({ line: number, except, bytes }) => {
    const value = bytes === null ? null : readLine(bytes);
    return value === undefined ? [] : [{ line: number, except, value }];
  }), line);
}
