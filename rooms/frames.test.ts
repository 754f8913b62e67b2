import { getMessageBytes, Protocol } from "@colyseus/core";
import { expect, test } from "vitest";
import { decodeLine, encodeLine, eventsFrame, linesIn, SharedFrame } from "./frames.ts";

const encoded = (count: number, bytes = 5): Buffer[] => Array.from({ length: count }, (_, index) => encodeLine({ text: `${index} ${"x".repeat(bytes * index)}` }));
/** The message as Colyseus itself makes it. */
const asColyseus = (lines: readonly Buffer[]): Buffer => getMessageBytes.raw(Protocol.ROOM_DATA, "events", lines.map((line) => decodeLine(line)));

test("a frame is the message that Colyseus would make of the same lines, few or many", () => {
  for (const count of [0, 1, 2, 15, 16, 17, 300]) {
    const lines = encoded(count);
    expect(eventsFrame(lines).equals(asColyseus(lines)), `${count} lines`).toBe(true);
    expect(linesIn(eventsFrame(lines))).toBe(count);
  }
});

test("a frame that goes to many is cut for whoever is not told some of its lines", () => {
  for (const count of [1, 2, 5, 15, 16, 17, 40]) {
    const lines = encoded(count);
    const shared = new SharedFrame(lines);
    expect(shared.all.equals(eventsFrame(lines))).toBe(true);
    for (const places of [[], [0], [count - 1], [0, count - 1], [...lines.keys()].filter((place) => place % 3 === 1), [...lines.keys()].slice(1), [...lines.keys()]]) {
      const unique = [...new Set(places)];
      const left = lines.filter((_, place) => !unique.includes(place));
      const cut = shared.without(unique);
      expect(left.length === 0 ? cut === null : cut?.equals(eventsFrame(left)), `${count} lines without ${unique.join()}`).toBe(true);
    }
  }
});
