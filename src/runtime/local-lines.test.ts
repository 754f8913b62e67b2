import { expect, test } from "vitest";
import { asId } from "../engine/ids.ts";
import { LINES_HELD, SEAT_TAKEN_WITHIN_MS } from "../limits.ts";
import { LocalLines } from "./local-lines.ts";
import type { OutLine } from "./outlet.ts";

const ada = asId<never>("ada");
const tell = (text: string): OutLine => ({ id: text, text, type: "tell", refs: [], sender: "Ben" });
const arrived = { id: ada, settings: { mutedChannels: [], ignored: [] }, lastTellFrom: null } as never;

function nobodyHere() {
  let nowMs = 1_000_000;
  const named: string[] = [];
  const lines = new LocalLines({ areas: () => [], get: () => undefined, areaOfRoom: () => undefined, areaOf: () => undefined, nowMs: () => nowMs, expected: (name) => named.push(name) });
  return { lines, named, pass: (ms: number) => { nowMs += ms; } };
}

test("what is told somebody who has a seat here and is on the way waits for them, in its order, and only once", () => {
  const { lines, named } = nobodyHere();
  expect(lines.toPlayer(ada, tell("too early"))).toBe(false);
  lines.expect(ada, "Ada");
  expect(named).toEqual(["Ada"]);
  expect(lines.expected("ADA")).toEqual({ id: ada });
  expect([lines.toPlayer(ada, tell("one")), lines.toPlayer(ada, tell("two"))]).toEqual([true, true]);
  expect(lines.heldFor(arrived).map(({ text }) => text)).toEqual(["one", "two"]);
  expect((arrived as { lastTellFrom: string }).lastTellFrom).toBe("Ben");
  expect(lines.heldFor(arrived)).toEqual([]);
  expect(lines.toPlayer(ada, tell("late"))).toBe(false);
});

test("whoever never comes is waited for as long as the seat lasts, and held no more than a few lines", () => {
  const { lines, pass } = nobodyHere();
  lines.expect(ada, "Ada");
  for (let line = 0; line < LINES_HELD; line += 1) expect(lines.toPlayer(ada, tell(`${line}`))).toBe(true);
  expect(lines.toPlayer(ada, tell("one too many"))).toBe(false);
  pass(SEAT_TAKEN_WITHIN_MS + 1);
  expect(lines.expected("ada")).toBeUndefined();
  expect(lines.toPlayer(ada, tell("to nobody"))).toBe(false);
});

test("what was said on a channel since somebody had a seat here is theirs, however long they take on the way", () => {
  const { lines, pass } = nobodyHere();
  const chat = (text: string): void => lines.toChannel("chat", { ...tell(text), type: "channel" }, []);
  const missed = (): string[] => lines.channelsOf(arrived, lines.onTheWayMs(ada)!).map(({ text }) => text);
  expect(lines.onTheWayMs(ada)).toBeUndefined();
  chat("before");
  pass(1_000);
  lines.expect(ada, "Ada");
  chat("while it was granted");
  pass(SEAT_TAKEN_WITHIN_MS - 1);
  chat("at last");
  expect(missed()).toEqual(["while it was granted", "at last"]);
  lines.heldFor(arrived);
  expect(lines.onTheWayMs(ada)).toBeUndefined();
});
