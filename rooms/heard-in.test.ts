/** Who was where when what was said, by what is recorded with the lines. */
import { describe, expect, test } from "vitest";
import type { Presence } from "../src/runtime/line-recorder.ts";
import type { KeptLine } from "../src/session/room-lines.ts";
import { heardIn } from "./heard-in.ts";

const EPOCH = 2 ** 20;
type Recorded = KeptLine<string | null> & Presence;

/** A line of the inn; `says` null: a count begins. */
const line = (number: number, presence: Presence & { except?: string[] } = {}): Recorded => ({ line: number, except: presence.except ?? [], value: number % EPOCH === 0 ? null : `line ${number}`, ...presence });
const numbers = ({ lines }: { lines: readonly KeptLine<unknown>[] }): number[] => lines.map(({ line: number }) => number);

describe("a stay", () => {
  const inn = [line(EPOCH), line(EPOCH + 1), line(EPOCH + 2, { came: ["ann"], except: ["ann"] }), line(EPOCH + 3), line(EPOCH + 4, { except: ["ann"] }), line(EPOCH + 5, { went: ["ann"], except: ["ann"] }), line(EPOCH + 6)];

  test("is heard from the coming to the going, but for what was not for the ears of whoever stayed", () => {
    expect(numbers(heardIn(inn, "ann", EPOCH))).toEqual([EPOCH + 3]);
    expect(heardIn(inn, "ann", EPOCH)).toMatchObject({ complete: true, isHere: false });
    expect(numbers(heardIn(inn, "ann", EPOCH + 3))).toEqual([]);
  });

  test("of somebody else gives nothing, however small the number that they name, and nobody says that this is all", () => {
    expect(heardIn(inn, "eve", 0)).toMatchObject({ lines: [], complete: false, isHere: false });
  });

  test("that began before anything that is still kept is known by its end, or by who is said to be there", () => {
    expect(numbers(heardIn(inn.slice(3), "ann", 0))).toEqual([EPOCH + 3]);
    const crowd = [line(EPOCH + 7), line(EPOCH + 8, { here: ["ann", "ben"] }), line(EPOCH + 9)];
    expect(heardIn(crowd, "ben", EPOCH + 7)).toMatchObject({ complete: true, isHere: true });
    expect(numbers(heardIn(crowd, "ben", 0))).toEqual([EPOCH + 7, EPOCH + 8, EPOCH + 9]);
  });

  test("goes on where it is said that they are there, whatever was said of their going", () => {
    expect(numbers(heardIn([...inn, line(EPOCH + 7, { here: ["ann"] })], "ann", EPOCH + 5))).toEqual([EPOCH + 7]);
  });

  test("is one of several", () => {
    const twice = [...inn, line(EPOCH + 7, { came: ["ann"] }), line(EPOCH + 8)];
    expect(numbers(heardIn(twice, "ann", EPOCH))).toEqual([EPOCH + 3, EPOCH + 7, EPOCH + 8]);
    expect(heardIn(twice, "ann", EPOCH)).toMatchObject({ isHere: true, since: EPOCH + 6 });
  });
});

describe("when the owner of the area dies", () => {
  const before = [line(EPOCH), line(EPOCH + 1, { came: ["ann"], except: ["ann"] }), line(EPOCH + 2)];

  test("whoever was there stays there, until something else is known", () => {
    expect(numbers(heardIn([...before, line(2 * EPOCH), line(2 * EPOCH + 1)], "ann", EPOCH))).toEqual([EPOCH + 2, 2 * EPOCH + 1]);
    expect(numbers(heardIn([...before, line(2 * EPOCH), line(2 * EPOCH + 1), line(2 * EPOCH + 2, { here: ["ann"] })], "ann", EPOCH))).toEqual([EPOCH + 2, 2 * EPOCH + 1, 2 * EPOCH + 2]);
  });

  test("whoever comes back too late, or from elsewhere, was not there meanwhile", () => {
    expect(numbers(heardIn([...before, line(2 * EPOCH), line(2 * EPOCH + 1), line(2 * EPOCH + 2, { came: ["ann"] })], "ann", EPOCH))).toEqual([EPOCH + 2, 2 * EPOCH + 2]);
  });
});

test("behind a gap, who is said to go, or to be there, was there at the end of the gap and not before it", () => {
  const gap = [line(EPOCH), line(EPOCH + 1), line(EPOCH + 4), line(EPOCH + 5, { went: ["eve"] })];
  expect(numbers(heardIn(gap, "eve", 0))).toEqual([EPOCH + 4]);
  expect(heardIn(gap, "eve", EPOCH)).toMatchObject({ complete: false });
});

test("behind a gap nobody can tell whether somebody who had gone has come again", () => {
  const gone = [line(EPOCH), line(EPOCH + 1, { came: ["eve"] }), line(EPOCH + 2, { went: ["eve"] })];
  // Without a gap it is known, also over a change of owners.
  expect(heardIn([...gone, line(EPOCH + 3), line(2 * EPOCH), line(2 * EPOCH + 1)], "eve", EPOCH + 2)).toMatchObject({ complete: true, isHere: false });
  expect(heardIn([...gone, line(EPOCH + 7), line(EPOCH + 8)], "eve", EPOCH + 7)).toMatchObject({ complete: false, isHere: false });
});
