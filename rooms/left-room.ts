/** What somebody missed in a room that they have left, and in the one they came to, by a command they had sent before their connection was cut. */
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import type { MissedLines } from "../src/runtime/outlet.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import { linesAfter } from "../src/session/room-lines.ts";
import { readRecorded } from "./frames.ts";

export interface Left {
  readonly lines: readonly RoomMessage[];
  readonly complete: boolean;
  /** Begins the ids of the lines that told of the walk; null when none did. */
  readonly walk: string | null;
}

type Kept = MissedLines["lines"][number];

/** A line of somebody's coming or going, or of their connection; it is for everybody but them. */
const isOwn = ({ except, value }: Kept, id: CharacterId): boolean => value.message_type === "move" && except.includes(id);
/** What somebody asked for is told under ids that begin with theirs; that their connection is lost, and that they come in from another area, is not. */
const isAsked = ({ value }: Kept, id: CharacterId): boolean => value.id.startsWith(`${id}:`);

/** The lines until the one that says they leave: the last that they asked for. One before it may say that they came. */
export function untilLeft({ lines, complete }: MissedLines, id: CharacterId): Left {
  const at = lines.findLastIndex((kept) => isOwn(kept, id) && isAsked(kept, id));
  const until = at === -1 ? lines : lines.slice(0, at);
  const walk = lines[at]?.value.id.replace(/[^.]*$/, "") ?? null;
  return { lines: until.filter(({ except }) => !except.includes(id)).map(({ value }) => value), complete, walk };
}

/**
 * The number of the line that says they come in by that walk, among the lines of the room they came to; undefined when it is not there. Of
 * a stay that began with somebody coming in from another area it is the first line that tells of them; what they asked for before it, such as
 * to go, belongs to an earlier stay.
 */
export function arrivalIn(lines: MissedLines["lines"], id: CharacterId, walk: string | null): number | undefined {
  let first: number | undefined;
  for (const kept of lines.toReversed()) {
    if (!isOwn(kept, id)) continue;
    if (isAsked(kept, id)) return walk !== null && kept.value.id.startsWith(walk) ? kept.line : first;
    first = kept.line;
  }
  return first;
}

/** The recorded lines of a room whose owner is another process, or dead. */
export async function recordedAfter(recorder: LineRecorder, room: RoomId, line: number): Promise<MissedLines> {
  const recorded = await recorder.read(room, Number.MAX_SAFE_INTEGER);
  if (recorded === undefined) return { lines: [], complete: false };
  return linesAfter(readRecorded(recorded), line);
}
