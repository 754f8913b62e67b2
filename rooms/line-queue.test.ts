import { expect, test } from "vitest";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import { EVENTS_TICK_MS, LIVELY_LINES_LEAST_MS, LIVELY_LINES_MS, PATCH_MS } from "../src/limits.ts";
import { decodeLine, encodeLine, eventsFrame } from "./frames.ts";
import { LineQueue } from "./line-queue.ts";

const square = "square" as RoomId;
const gate = "gate" as RoomId;
const [ada, ben, cid] = ["ada", "ben", "cid"] as CharacterId[];

/** A queue over rooms and people of plain data, and a recorder whose answers the test gives. */
class Bench {
  readonly rooms = new Map<RoomId, Set<CharacterId>>([[square, new Set([ada!, ben!, cid!])], [gate, new Set()]]);
  readonly sent = new Map<CharacterId, string[]>();
  readonly frames = new Map<CharacterId, number>();
  /** What each answer of the recorder waits for, oldest first. */
  readonly answers: (() => void)[] = [];
  recording = true;
  written = 0;
  /** How often the recorder was told that nobody is told of what it has. */
  writtenOld = 0;
  nowMs = 0;
  readonly queue: LineQueue<CharacterId>;

  constructor() {
    this.queue = new LineQueue<CharacterId>({
      listeners: (room, each) => {
        for (const id of this.rooms.get(room) ?? []) each(id, id);
      },
      recordFirst: () => void (this.written += 1),
      send: (id, frame) => {
        this.frames.set(id, (this.frames.get(id) ?? 0) + 1);
        this.sent.set(id, [...(this.sent.get(id) ?? []), ...linesIn(frame)]);
      },
      recorder: {
        write: () => {
          this.written += 1;
          return this.recording ? new Promise<void>((resolve) => this.answers.push(resolve)) : undefined;
        },
        writeOld: () => void (this.writtenOld += 1),
      },
    });
  }

  /** A tick, long after the last. */
  flush(patches = true, afterMs = 1_000): boolean {
    this.nowMs += afterMs;
    return this.queue.flush(this.nowMs, patches);
  }

  says(text: string, room = square, except: CharacterId[] = []): void {
    this.queue.add(room, except, encodeLine({ text }));
  }

  whispers(to: CharacterId, text: string, room = square): void {
    this.queue.addPersonal(room, to, to, [encodeLine({ text })]);
  }

  heard(id: CharacterId): string[] {
    return this.sent.get(id) ?? [];
  }

  async answer(): Promise<void> {
    this.answers.shift()!();
    await Promise.resolve();
  }
}

/** The lines of a frame: behind its header, an array of them. */
function linesIn(frame: Buffer): string[] {
  const header = eventsFrame([]).length;
  return (decodeLine(Buffer.from(frame.subarray(header - 1))) as { text: string }[]).map(({ text }) => text);
}

test("a tick's lines are sent when they are recorded, as one frame, to everybody but those they are not for", async () => {
  const bench = new Bench();
  bench.says("one");
  bench.says("two", square, [ben!]);
  bench.flush();
  expect(bench.heard(ada!)).toEqual([]);
  await bench.answer();
  expect(bench.heard(ada!)).toEqual(["one", "two"]);
  expect(bench.frames.get(ada!)).toBe(1);
  expect(bench.heard(ben!)).toEqual(["one"]);
});

test("later lines do not overtake earlier ones, whichever is recorded first", async () => {
  const bench = new Bench();
  bench.says("one");
  bench.flush();
  bench.says("two");
  bench.flush();
  // The second answer comes first.
  bench.answers.pop()!();
  await Promise.resolve();
  expect(bench.heard(ada!)).toEqual([]);
  await bench.answer();
  expect(bench.heard(ada!)).toEqual(["one", "two"]);
  // And when the recorder is gone meanwhile.
  bench.says("three");
  bench.flush();
  bench.recording = false;
  bench.says("four");
  bench.flush();
  expect(bench.heard(ada!)).toEqual(["one", "two"]);
  await bench.answer();
  expect(bench.heard(ada!)).toEqual(["one", "two", "three", "four"]);
});

test("a personal line waits for what was said in the room before it, and for nothing else", async () => {
  const bench = new Bench();
  bench.whispers(ada!, "at once");
  expect(bench.heard(ada!)).toEqual(["at once"]);
  bench.says("one");
  bench.flush();
  bench.whispers(ada!, "after one");
  bench.whispers(ben!, "elsewhere, at once", gate);
  expect(bench.heard(ben!)).toEqual(["elsewhere, at once"]);
  bench.says("two");
  bench.whispers(ada!, "after two");
  await bench.answer();
  expect(bench.heard(ada!)).toEqual(["at once", "one", "after one"]);
  bench.flush();
  await bench.answer();
  expect(bench.heard(ada!)).toEqual(["at once", "one", "after one", "two", "after two"]);
  expect(bench.heard(cid!)).toEqual(["one", "two"]);
});

test("whoever walks on gets what was said until then, written for the recorder first, and nothing said over there before", async () => {
  const bench = new Bench();
  bench.says("being recorded");
  bench.flush();
  bench.says("just said");
  bench.whispers(ada!, "psst");
  bench.says("said over there", gate);
  const before = bench.written;
  bench.queue.takeOut(ada!, square, ada!);
  expect(bench.written).toBe(before + 1);
  bench.queue.takeOut(ada!, gate, null);
  bench.rooms.get(square)!.delete(ada!);
  bench.rooms.get(gate)!.add(ada!);
  expect(bench.heard(ada!)).toEqual(["being recorded", "just said", "psst"]);
  bench.says("after she came", gate);
  bench.flush();
  for (const answer of bench.answers.splice(0)) answer();
  await Promise.resolve();
  expect(bench.heard(ada!)).toEqual(["being recorded", "just said", "psst", "after she came"]);
  expect(bench.heard(ben!)).toEqual(["being recorded", "just said"]);
});

test("without a recorder, and at the end, everything leaves at once", () => {
  const bench = new Bench();
  bench.recording = false;
  bench.says("one");
  bench.flush();
  expect(bench.heard(ada!)).toEqual(["one"]);
  bench.recording = true;
  bench.says("two");
  bench.flush();
  bench.says("three");
  bench.queue.finish(bench.nowMs);
  expect(bench.heard(ada!)).toEqual(["one", "two", "three"]);
});

test("where something is said all the time, lines wait for the tick that brings patches; where it is quiet, for none", async () => {
  const bench = new Bench();
  bench.recording = false;
  bench.says("one");
  expect(bench.flush(true)).toBe(true);
  bench.says("two");
  bench.whispers(ada!, "psst");
  bench.says("over there", gate);
  bench.rooms.get(gate)!.add(ben!);
  bench.flush(false, EVENTS_TICK_MS / 2);
  expect([bench.heard(ada!), bench.heard(ben!)]).toEqual([["one"], ["one", "over there"]]);
  bench.says("over there again", gate);
  bench.says("three");
  expect(bench.flush(false, EVENTS_TICK_MS / 2)).toBe(false);
  expect([bench.heard(ada!), bench.heard(ben!)]).toEqual([["one"], ["one", "over there"]]);
  bench.flush(true);
  expect([bench.heard(ada!), bench.frames.get(ada!)]).toEqual([["one", "two", "psst", "three"], 2]);
  expect(bench.heard(ben!)).toEqual(["one", "over there", "two", "three", "over there again"]);
  // Nothing is said for a while: the next line waits for no patch.
  bench.flush(true);
  bench.says("four");
  bench.flush(false, EVENTS_TICK_MS / 2);
  expect(bench.heard(ada!).at(-1)).toBe("four");
  // What waits is written for the recorder when it has waited for long, and whoever walks on does not wait for it.
  bench.recording = true;
  const before = bench.writtenOld;
  bench.says("five");
  bench.flush(false, EVENTS_TICK_MS / 2);
  expect(bench.writtenOld).toBe(before + 1);
  bench.queue.takeOut(ada!, square, ada!);
  expect(bench.heard(ada!).at(-1)).toBe("five");
});

test("where more is said than anybody reads as it comes, lines wait for every third patch, until it is quieter", () => {
  const bench = new Bench();
  bench.recording = false;
  const ticks = (lines: number, count: number): number[] => Array.from({ length: count }, () => {
    const before = bench.heard(ada!).length;
    for (let n = 0; n < lines; n += 1) bench.says("talk");
    bench.flush(true, 100);
    return bench.heard(ada!).length - before;
  });
  // Twenty lines a second: each third patch brings those of three.
  expect(bench.queue.livelyMs).toBe(null);
  expect(ticks(2, 8)).toEqual([2, 2, 0, 0, 6, 0, 0, 6]);
  expect(bench.queue.livelyMs).toBe(LIVELY_LINES_MS);
  // What waits is recorded when it has waited for long, and before it is sent.
  expect([bench.written, bench.writtenOld]).toEqual([4, 4]);
  // Nobody talks: what waits is not forgotten. Then five a second, each as it comes.
  expect(ticks(2, 1)).toEqual([0]);
  expect(ticks(0, 5)).toEqual([0, 2, 0, 0, 0]);
  expect(bench.queue.livelyMs).toBe(null);
  for (let n = 0; n < 4; n += 1) expect([...ticks(1, 1), ...ticks(0, 1)]).toEqual([1, 0]);
  // Where the area ends, nothing waits.
  expect(ticks(3, 3).slice(-1)).toEqual([0]);
  const before = bench.heard(ada!).length;
  bench.queue.finish(bench.nowMs);
  expect(bench.heard(ada!).length - before).toBe(3);
});

test("where very many talk lines wait for less, since frames grow long enough sooner", () => {
  const bench = new Bench();
  bench.recording = false;
  const frames = Array.from({ length: 12 }, () => {
    const before = bench.heard(ada!).length;
    for (let n = 0; n < 15; n += 1) bench.says("talk");
    bench.flush(true, 100);
    return bench.heard(ada!).length - before;
  });
  expect(frames, "150 a second").toEqual([15, 15, 0, 30, 0, 30, 0, 30, 0, 30, 0, 30]);
  expect(bench.queue.livelyMs).toBeGreaterThanOrEqual(LIVELY_LINES_LEAST_MS);
  expect(bench.queue.livelyMs).toBeLessThan(LIVELY_LINES_MS);
});

test("where one room is lively, patches come less often, and others do not wait for them any longer than else", () => {
  const bench = new Bench();
  bench.recording = false;
  bench.rooms.set(square, new Set([ada!, ben!]));
  bench.rooms.set(gate, new Set([cid!]));
  for (let n = 0; n < 4; n += 1) {
    for (let more = 0; more < 3; more += 1) bench.says("talk");
    bench.flush(true, PATCH_MS);
  }
  expect(bench.queue.livelyMs).toBe(LIVELY_LINES_MS);
  const heard = Array.from({ length: 6 }, (_, n) => {
    const before = bench.heard(cid!).length;
    if (n % 2 === 0) bench.says(`at the gate ${n}`, gate);
    bench.flush(false, 0.75 * EVENTS_TICK_MS);
    return bench.heard(cid!).length - before;
  });
  expect(heard, "as it comes, and then with the second tick").toEqual([1, 0, 1, 0, 1, 0]);
});

test("where a room is lively, whoever is spoken to alone waits for nothing: what was said before it comes with it, once", () => {
  const bench = new Bench();
  bench.recording = false;
  for (let tick = 0; tick < 4; tick += 1) {
    bench.says(`talk ${tick}`);
    bench.says("and more");
    bench.flush(true, 100);
  }
  expect(bench.queue.livelyMs).toBe(LIVELY_LINES_MS);
  const frames = bench.frames.get(ada!)!;
  const written = bench.written;
  bench.whispers(ada!, "a word");
  expect(bench.heard(ada!).slice(-5)).toEqual(["talk 2", "and more", "talk 3", "and more", "a word"]);
  expect([bench.frames.get(ada!)! - frames, bench.written - written], "in one frame, recorded first").toEqual([1, 1]);
  bench.whispers(ada!, "another");
  expect([bench.frames.get(ada!)! - frames, bench.written - written], "nothing waits any more").toEqual([2, 1]);
  bench.says("later");
  bench.flush(true, 100);
  expect(bench.heard(ada!).slice(-2)).toEqual(["another", "later"]);
  expect(bench.heard(ben!).slice(-5)).toEqual(["talk 2", "and more", "talk 3", "and more", "later"]);
});

test("what goes along with a tick's lines is done when they are sent; without any, at once", async () => {
  const bench = new Bench();
  const done: string[] = [];
  bench.queue.along(() => done.push("nothing said"));
  expect(done).toEqual(["nothing said"]);
  bench.says("one");
  bench.flush();
  bench.queue.along(() => done.push(`after ${bench.heard(ada!).join()}`));
  expect(done).toHaveLength(1);
  await bench.answer();
  expect(done).toEqual(["nothing said", "after one"]);
});
