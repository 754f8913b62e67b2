/** What whoever comes back is told of the rooms of an area: all that was said while they were there, and nothing else. */
import { beforeEach, describe, expect, test, vi } from "vitest";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import { LINK_DEAD_MS, PRESENCE_EVERY_LINES, ROOM_LINES_KEPT, ROOM_LINES_KEPT_FOR_THE_ABSENT } from "../src/limits.ts";
import type { LineRecorder, RecordedLine } from "../src/runtime/line-recorder.ts";
import { AreaLines, type Since } from "./area-lines.ts";
import { encodeLine } from "./frames.ts";
import { collectGarbage } from "../test/support/collect-garbage.ts";

const EPOCH = 2 ** 20;
const [square, lane, inn] = ["square", "lane", "inn"] as RoomId[] as [RoomId, RoomId, RoomId];
const [ann, ben, eve] = ["ann", "ben", "eve"] as CharacterId[] as [CharacterId, CharacterId, CharacterId];

/** What Redis keeps of rooms, over their owners. */
let recorded: Map<RoomId, RecordedLine[]>;
let isAway: boolean;
let reads: number;
let nowMs: number;
let here: Map<RoomId, CharacterId[]>;
let awaited: boolean;

beforeEach(() => {
  recorded = new Map();
  isAway = false;
  reads = 0;
  nowMs = 1_000_000;
  here = new Map();
  awaited = false;
});

const recorder: LineRecorder = {
  add: (room, line) => void recorded.set(room, [...recorded.get(room) ?? [], line]),
  write: () => undefined,
  writeOld: () => undefined,
  read: (room, before) => {
    reads += 1;
    return Promise.resolve(isAway ? undefined : recorded.get(room)?.filter(({ line }) => line < before) ?? []);
  },
};

const owner = (epoch: number, with_: LineRecorder | null = recorder): AreaLines =>
  new AreaLines({ epoch, clock: { nowMs: () => nowMs }, recorder: with_, hasRoom: (room) => room !== "elsewhere", peopleIn: (room) => here.get(room) ?? [], awaitsSomebody: () => awaited });

function say(lines: AreaLines, room: RoomId, text: string, except: readonly CharacterId[] = []): number {
  return lines.push(room, except, (line) => {
    const message = { type: "room_message" as const, id: `${room}:${line}`, line, room_id: room, message: text, message_type: "say" as const };
    return encodeLine(message);
  }).line;
}

const texts = ({ left, here: now }: Since): string[][] => [left, now].map((lines) => lines.map(({ message }) => message));

describe("under one owner", () => {
  test("whoever was cut off hears the rooms they have walked through since, each from the coming to the going", () => {
    const lines = owner(1);
    lines.came(ann, square, true);
    say(lines, lane, "before she came");
    const heard = say(lines, square, "heard");
    say(lines, square, "missed");
    say(lines, square, "her own gift, as others saw it", [ann]);
    lines.went(ann);
    lines.came(ann, lane, false);
    say(lines, square, "after she went");
    say(lines, lane, "in the lane");
    lines.went(ann);
    lines.came(ann, inn, false);
    say(lines, lane, "after she went from there");
    const arrived = lines.of(inn).last;
    say(lines, inn, "in the inn");
    const since = lines.since(ann, { room: square, line: heard });
    expect(texts(since)).toEqual([["missed", "in the lane"], ["in the inn"]]);
    expect(since).toMatchObject({ from: arrived, complete: true });
  });

  test("there and back again: what was said here meanwhile was not heard, and what was said there was", () => {
    const lines = owner(1);
    lines.came(ann, square, true);
    const heard = say(lines, square, "heard");
    lines.went(ann);
    lines.came(ann, lane, false);
    say(lines, square, "behind her back");
    say(lines, lane, "in the lane");
    lines.went(ann);
    lines.came(ann, square, false);
    say(lines, square, "back again");
    expect(texts(lines.since(ann, { room: square, line: heard }))).toEqual([["in the lane"], ["back again"]]);
  });

  test("whoever came in from another area hears what was said since, and is told from where", () => {
    const lines = owner(1);
    lines.came(ann, square, true);
    lines.went(ann);
    const before = say(lines, square, "while she was elsewhere");
    lines.came(ann, square, true);
    say(lines, square, "welcome back");
    const since = lines.since(ann, { room: "elsewhere" as RoomId, line: 7 });
    expect(texts(since)).toEqual([[], ["welcome back"]]);
    expect(since.from).toBe(before);
  });

  test("a made-up number gives whoever makes it up nothing that was said before they came, or where they never were", () => {
    const lines = owner(1);
    lines.came(ann, square, true);
    say(lines, square, "the treasure is under the oak");
    say(lines, inn, "a secret of the inn");
    lines.came(eve, square, true);
    say(lines, square, "good evening");
    for (const line of [0, 1, EPOCH - 1, EPOCH, EPOCH + 1]) expect(texts(lines.since(eve, { room: square, line })).flat(), String(line)).toEqual(["good evening"]);
    expect(texts(lines.since(eve, { room: inn, line: EPOCH })).flat()).toEqual(["good evening"]);
    expect(texts(lines.since(ben, { room: square, line: 0 })).flat()).toEqual([]);
  });
});

describe("under the next owner", () => {
  test("whoever was there when the last one died has been there all along, and hears both; whoever comes later does not", async () => {
    const one = owner(1);
    say(one, square, "before he came");
    one.came(ben, square, true);
    const heard = say(one, square, "heard");
    say(one, square, "the last word");
    const two = owner(2);
    two.came(ann, square, true);
    say(two, square, "What was that?");
    two.came(ben, square, true);
    await two.findAgain(ben);
    say(two, square, "welcome back");
    await two.lookBack(square, heard);
    expect(texts(two.since(ben, { room: square, line: heard })).flat()).toEqual(["the last word", "What was that?", "welcome back"]);
    expect(two.since(ben, { room: square, line: heard })).toMatchObject({ complete: true });
    two.came(eve, square, true);
    await two.findAgain(eve);
    say(two, square, "and who are you?");
    for (const line of [0, EPOCH, heard, 2 * EPOCH]) expect(texts(two.since(eve, { room: square, line })).flat(), String(line)).toEqual(["and who are you?"]);
  });

  test("whoever had walked in unheard, and whose line was cut, hears the room from the coming on", async () => {
    const one = owner(1);
    say(one, inn, "before she came");
    one.came(ann, inn, true);
    say(one, inn, "Ann arrives.", [ann]);
    say(one, inn, "good evening");
    const two = owner(2);
    two.came(ann, inn, true);
    await two.findAgain(ann);
    const since = two.since(ann, { room: "elsewhere" as RoomId, line: 3 });
    expect(texts(since).flat()).toEqual(["good evening"]);
    expect(since.complete).toBe(true);
  });

  test("whoever was there when it died, came back, went and came again was not there in between", async () => {
    const one = owner(1);
    one.came(ben, square, true);
    say(one, square, "heard");
    const two = owner(2);
    say(two, square, "before he is back");
    two.came(ben, square, true);
    await two.findAgain(ben);
    two.went(ben);
    say(two, square, "behind his back");
    two.came(ben, square, true);
    await two.findAgain(ben);
    say(two, square, "welcome back");
    const elsewhere = { room: "elsewhere" as RoomId, line: 7 };
    expect(texts(two.since(ben, elsewhere)).flat()).toEqual(["welcome back"]);
    // And so it is recorded.
    const three = owner(3);
    three.came(ben, square, true);
    await three.findAgain(ben);
    expect(texts(three.since(ben, elsewhere)).flat()).toEqual(["welcome back"]);
  });

  test("after a minute nobody has been there all along, whatever they say", async () => {
    const one = owner(1);
    one.came(ben, square, true);
    const heard = say(one, square, "heard");
    say(one, square, "the last word");
    const two = owner(2);
    nowMs += LINK_DEAD_MS + 1;
    say(two, square, "while he is away");
    two.came(ben, square, true);
    await two.findAgain(ben);
    await two.lookBack(square, heard);
    expect(texts(two.since(ben, { room: square, line: heard })).flat()).toEqual(["the last word"]);
  });

  test("while somebody has yet to come over, what they miss is kept for them; what is too much is said to be missing", () => {
    const lines = owner(2, null);
    lines.stayed(ben);
    lines.came(ben, square, true);
    awaited = true;
    for (let count = 0; count < ROOM_LINES_KEPT_FOR_THE_ABSENT; count += 1) say(lines, square, `line ${count}`);
    const all = lines.since(ben, null);
    expect([all.here.length, all.here[0]?.message, all.allOfHere]).toEqual([ROOM_LINES_KEPT_FOR_THE_ABSENT, "line 0", true]);
    say(lines, square, "one too many");
    const most = lines.since(ben, null);
    expect([most.here.length, most.here[0]?.message, most.allOfHere]).toEqual([ROOM_LINES_KEPT_FOR_THE_ABSENT, "line 1", false]);
    // Everybody is there: as much is kept as ever.
    awaited = false;
    say(lines, square, "the last");
    expect(lines.newest(square, ROOM_LINES_KEPT_FOR_THE_ABSENT)).toHaveLength(ROOM_LINES_KEPT);
  });

  test("whoever comes along with the area has been there all along, with Redis and without", () => {
    for (const with_ of [recorder, null]) {
      const two = owner(2, with_);
      two.stayed(ben);
      say(two, square, "said first");
      two.came(ben, square, true);
      expect(texts(two.since(ben, null)).flat()).toEqual(["said first"]);
    }
  });

  test("in a crowd the lines that told of a coming are soon dropped: who is there is said again", async () => {
    const one = owner(1);
    one.came(ben, square, true);
    here.set(square, [ben]);
    let heard = 0;
    for (let count = 0; count < 2 * PRESENCE_EVERY_LINES; count += 1) heard = say(one, square, `line ${count}`);
    say(one, square, "the last word");
    recorded.set(square, recorded.get(square)!.slice(-PRESENCE_EVERY_LINES));
    const two = owner(2);
    await two.lookBack(square, heard);
    two.came(ben, square, true);
    await two.findAgain(ben);
    expect(texts(two.since(ben, { room: square, line: heard })).flat()).toEqual(["the last word"]);
  });

  test("whoever was there before Redis lost everything is said to be there with the next line", async () => {
    let lapses = 0;
    const lossy: LineRecorder = { ...recorder, get lapses() { return lapses; } };
    const one = owner(1, lossy);
    one.came(ben, square, true);
    here.set(square, [ben]);
    say(one, square, "lost");
    recorded.clear();
    lapses += 1;
    const heard = say(one, square, "heard");
    say(one, square, "missed");
    expect(recorded.get(square)!.map((line) => line.here ?? [])).toEqual([[ben], []]);
    const two = owner(2);
    await two.lookBack(square, heard);
    two.came(ben, square, true);
    await two.findAgain(ben);
    expect(texts(two.since(ben, { room: square, line: heard })).flat()).toEqual(["missed"]);
  });
});

describe("what is kept", () => {
  test("a line comes back as it was said, in whatever script", () => {
    const lines = owner(1);
    lines.came(ann, square, true);
    const text = "Grüße, 世界 – 🎲 \u0000\u00ff";
    say(lines, square, text);
    expect(lines.newest(square, 1)).toEqual([expect.objectContaining({ message: text, line: EPOCH + 1 })]);
    expect(texts(lines.since(ann, { room: square, line: EPOCH }))).toEqual([[], [text]]);
  });

  test("takes the memory of the lines, and not of everything that was encoded in the same moment", async () => {
    const lines = owner(1, null);
    collectGarbage();
    const before = process.memoryUsage().arrayBuffers;
    for (let count = 0; count < ROOM_LINES_KEPT; count += 1) {
      say(lines, square, "kept");
      for (let other = 0; other < 64; other += 1) encodeLine({ message: "x".repeat(1_000) });
    }
    expect(lines.newest(square, ROOM_LINES_KEPT)).toHaveLength(ROOM_LINES_KEPT);
    await vi.waitFor(() => {
      collectGarbage();
      expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(ROOM_LINES_KEPT * 4_096);
    }, { timeout: 20_000 });
    expect(lines.newest(square, 1)).toHaveLength(1);
  });
});

describe("looking back", () => {
  test("when everybody comes back in the same moment, what an earlier owner recorded is read once", async () => {
    say(owner(1), square, "hello");
    const two = owner(2);
    await Promise.all(Array.from({ length: 50 }, () => two.lookBack(square, EPOCH)));
    await two.lookBack(square, EPOCH + 1);
    expect(reads).toBe(1);
  });

  test("what nobody could tell is asked again by the next", async () => {
    const one = owner(1);
    one.came(ben, square, true);
    const heard = say(one, square, "hello");
    const two = owner(2);
    isAway = true;
    await two.lookBack(square, heard);
    two.came(ben, square, true);
    expect(two.since(ben, { room: square, line: heard }).complete).toBe(false);
    isAway = false;
    await two.lookBack(square, heard);
    expect(two.since(ben, { room: square, line: heard }).complete).toBe(true);
  });

  test("who left off under this owner, or in another area's room, costs no look; a line that cannot be read shows as a gap", async () => {
    const one = owner(1);
    one.came(ben, square, true);
    say(one, square, "first");
    say(one, square, "second");
    recorded.set(square, recorded.get(square)!.map((line) => (line.line === EPOCH + 1 ? { ...line, bytes: Buffer.from("nonsense") } : line)));
    const two = owner(2);
    await two.lookBack(square, 2 * EPOCH);
    await two.lookBack("elsewhere" as RoomId, EPOCH);
    expect(reads).toBe(0);
    await two.lookBack(square, EPOCH);
    two.came(ben, square, true);
    expect(two.since(ben, { room: square, line: EPOCH }).complete).toBe(false);
  });
});
