import { expect, test } from "vitest";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import { DEPARTURE_READS } from "../src/limits.ts";
import type { LineRecorder, RecordedLine } from "../src/runtime/line-recorder.ts";
import type { MissedLines } from "../src/runtime/outlet.ts";
import { encodeLine } from "./frames.ts";
import { recordedFor } from "./recorded-for.ts";

const room = "gate" as RoomId;
const ada = "ada" as CharacterId;
const said = (line: number, more: Partial<RecordedLine> = {}): RecordedLine => ({ line, except: [], bytes: encodeLine({ type: "room_message", id: `gate:${line}`, room_id: room, message: `line ${line}`, message_type: "say" }), ...more });

/** A record that is read again and again, each time as it stands then. */
const missed = (...records: (readonly RecordedLine[] | undefined)[]): ReturnType<typeof missedOf> => missedOf(undefined, records);

async function missedOf(told: MissedLines | undefined, records: readonly (readonly RecordedLine[] | undefined)[]): Promise<{ lines: string[]; complete: boolean; reads: number }> {
  let reads = 0;
  const recorder = { read: () => Promise.resolve(records[Math.min(reads++, records.length - 1)]) } as unknown as LineRecorder;
  const { lines, complete } = await recordedFor(recorder, { character: ada, room, line: 1 }, { after: (_, run) => { queueMicrotask(run); return () => undefined; } }, told);
  return { lines: lines.map(({ message }) => message), complete, reads };
}

const untilThen = [said(1, { here: [ada] }), said(2)];
const left = [...untilThen, said(3), said(4, { went: [ada] }), said(5)];

test("whoever has left a room is told what was said until then", async () => {
  expect(await missed(left)).toEqual({ lines: ["line 2", "line 3"], complete: true, reads: 1 });
});

test("a record in which they are still there is behind: it is read again, and is not taken for all of it", async () => {
  expect(await missed(untilThen, untilThen, left)).toEqual({ lines: ["line 2", "line 3"], complete: true, reads: 3 });
  expect(await missed(untilThen)).toEqual({ lines: ["line 2"], complete: false, reads: DEPARTURE_READS });
});

test("without a record nobody can tell", async () => {
  expect(await missed(undefined)).toEqual({ lines: [], complete: false, reads: 1 });
});

test("where whoever serves the area does not know all of it, more of it is what they are told", async () => {
  const told: MissedLines = { lines: [{ type: "room_message", id: "gate:2", line: 2, room_id: room, message: "as told", message_type: "say" }], complete: false };
  expect(await missedOf(told, [left])).toEqual({ lines: ["line 2", "line 3"], complete: true, reads: 1 });
  expect(await missedOf(told, [[said(1), said(2)]])).toEqual({ lines: ["as told"], complete: false, reads: 1 });
  expect(await missedOf(told, [undefined])).toEqual({ lines: ["as told"], complete: false, reads: 1 });
});
