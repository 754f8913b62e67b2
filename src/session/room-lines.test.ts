import { expect, test } from "vitest";
import { ROOM_LINES_KEPT } from "../limits.ts";
import { linesAfter, RoomLines, type KeptLine } from "./room-lines.ts";

const EPOCH = 2 ** 20;
const said = (line: number): KeptLine<string | null> => ({ line, except: [], value: `line ${line}` });
/** What says that an owner's count begins. */
const begins = (epoch: number): KeptLine<string | null> => ({ line: epoch * EPOCH, except: [], value: null });
const numbers = ({ lines, complete }: { lines: readonly { line: number }[]; complete: boolean }): [number[], boolean] => [lines.map(({ line }) => line), complete];

test("within one owner's time the newest are kept, and it is told when some are gone", () => {
  const lines = new RoomLines<string>(3);
  expect(lines.whole).toBe(true);
  for (let count = 0; count < ROOM_LINES_KEPT; count += 1) lines.push([], (line) => `line ${line}`);
  expect(lines.whole).toBe(true);
  expect(numbers(lines.since(lines.last - 2))).toEqual([[lines.last - 1, lines.last], true]);
  expect(lines.since(lines.first).complete).toBe(true);
  lines.push([], () => "one more");
  expect(lines.whole).toBe(false);
  expect(lines.since(lines.first).complete).toBe(false);
  expect(lines.since(lines.first + 1).complete).toBe(true);
});

test("of an earlier owner's lines those after the last one heard are found, over as many owners as there were", () => {
  const recorded = [begins(3), said(3 * EPOCH + 1), said(3 * EPOCH + 2), begins(4), begins(5), said(5 * EPOCH + 1)];
  expect(numbers(linesAfter(recorded, 3 * EPOCH))).toEqual([[3 * EPOCH + 1, 3 * EPOCH + 2, 5 * EPOCH + 1], true]);
  expect(numbers(linesAfter(recorded, 3 * EPOCH + 2))).toEqual([[5 * EPOCH + 1], true]);
  expect(numbers(linesAfter(recorded, 5 * EPOCH + 1))).toEqual([[], true]);
});

test("a gap shows: a line that was not recorded, one cut off at the end, or everything lost", () => {
  const gap = [begins(3), said(3 * EPOCH + 1), said(3 * EPOCH + 3)];
  expect(numbers(linesAfter(gap, 3 * EPOCH))).toEqual([[3 * EPOCH + 1, 3 * EPOCH + 3], false]);
  // The one that is missing had been heard.
  expect(numbers(linesAfter(gap, 3 * EPOCH + 2))).toEqual([[3 * EPOCH + 3], true]);
  const trimmed = [said(3 * EPOCH + 7), said(3 * EPOCH + 8)];
  expect(linesAfter(trimmed, 3 * EPOCH + 6).complete).toBe(true);
  expect(linesAfter(trimmed, 3 * EPOCH + 5).complete).toBe(false);
  expect(linesAfter([], 3 * EPOCH).complete).toBe(false);
  // Heard the last of one owner, whose recorded lines are gone; the next one's are there.
  expect(numbers(linesAfter([begins(4), said(4 * EPOCH + 1)], 3 * EPOCH + 9))).toEqual([[4 * EPOCH + 1], false]);
  // A new owner's first line, without the word that its count begins.
  expect(linesAfter([said(3 * EPOCH + 1), said(4 * EPOCH + 1)], 3 * EPOCH + 1).complete).toBe(false);
});
