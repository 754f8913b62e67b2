import { expect, test } from "vitest";
import type { RoomId } from "../src/engine/ids.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { LineRecorder, RecordedLine } from "../src/runtime/line-recorder.ts";
import type { Projection } from "../schema/project.ts";
import { AreaOutlet } from "./area-outlet.ts";
import { encodeLine } from "./frames.ts";

const EPOCH = 2 ** 20;
const square = "square" as RoomId;

const recordedLine = (line: number, except: string[] = []): RecordedLine => ({
  line, except, bytes: encodeLine({ type: "room_message", id: `square:${line}`, line, room_id: "square", message: `line ${line}`, message_type: "say" }),
});

/** An area under its second owner, and what the first one recorded. */
function anOutlet(recorded: readonly RecordedLine[] | undefined): { outlet: AreaOutlet; reads: number[]; tells: (lines: readonly RecordedLine[] | undefined) => void } {
  const reads: number[] = [];
  let answer = recorded;
  const recorder: LineRecorder = {
    add: () => undefined, write: () => undefined,
    read: (_, before) => {
      reads.push(before);
      return Promise.resolve(answer);
    },
  };
  const active = { id: "here", epoch: 2, area: { rooms: new Map([[square, { characters: new Set() }]]), characters: new Map() } } as unknown as ActiveArea;
  const outlet = new AreaOutlet(active, {} as Projection, () => "", () => undefined, { nowMs: () => 0, after: () => () => undefined }, recorder);
  return { outlet, reads, tells: (lines) => (answer = lines) };
}

test("when everybody comes back in the same moment, what an earlier owner recorded is read once", async () => {
  const { outlet, reads } = anOutlet([{ line: EPOCH, except: [], bytes: null }, recordedLine(EPOCH + 1), recordedLine(EPOCH + 2, ["ada"])]);
  await Promise.all(Array.from({ length: 50 }, () => outlet.lookBack(square, EPOCH)));
  await outlet.lookBack(square, EPOCH + 1);
  expect(reads).toEqual([2 * EPOCH]);
  const { lines, complete } = outlet.missed(square, EPOCH);
  expect(complete).toBe(true);
  expect(lines.map(({ line, except, value }) => [line, except, value.message])).toEqual([[EPOCH + 1, [], `line ${EPOCH + 1}`], [EPOCH + 2, ["ada"], `line ${EPOCH + 2}`]]);
});

test("what nobody could tell is asked again by the next", async () => {
  const { outlet, reads, tells } = anOutlet(undefined);
  await outlet.lookBack(square, EPOCH);
  expect(outlet.missed(square, EPOCH).complete).toBe(false);
  tells([{ line: EPOCH, except: [], bytes: null }]);
  await outlet.lookBack(square, EPOCH);
  expect(reads).toHaveLength(2);
  expect(outlet.missed(square, EPOCH)).toEqual({ lines: [], complete: true });
});

test("who left off under this owner, or in another area's room, costs no look; a line that cannot be read shows as a gap", async () => {
  const { outlet, reads } = anOutlet([{ line: EPOCH, except: [], bytes: null }, recordedLine(EPOCH + 1), { line: EPOCH + 2, except: [], bytes: Buffer.from("nonsense") }, recordedLine(EPOCH + 3)]);
  await outlet.lookBack(square, 2 * EPOCH);
  await outlet.lookBack("elsewhere" as RoomId, EPOCH);
  expect(reads).toEqual([]);
  await outlet.lookBack(square, EPOCH);
  expect(outlet.missed(square, EPOCH).complete).toBe(false);
  expect(outlet.missed(square, EPOCH).lines.map(({ line }) => line)).toEqual([EPOCH + 1, EPOCH + 3]);
});
