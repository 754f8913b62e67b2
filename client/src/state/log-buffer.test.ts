import { expect, test } from "vitest";
import { LogBuffer, SCROLLBACK } from "./log-buffer.ts";

const note = (text: string) => ({ kind: "note", atMs: 0, text }) as const;

test("keys grow and stay, and a slice is taken by key", () => {
  const log = new LogBuffer();
  expect([log.add(note("a")), log.add(note("b")), log.add(note("c"))]).toEqual([0, 1, 2]);
  expect(log.extent).toEqual({ first: 0, end: 3 });
  expect(log.slice(1, 3)).toMatchObject([{ kind: "note", key: 1, text: "b" }, { kind: "note", key: 2, text: "c" }]);
});

test("the scrollback is bounded: the oldest go, the keys of the others stay", () => {
  const log = new LogBuffer();
  for (let nth = 0; nth < 3 * SCROLLBACK; nth++) log.add(note(String(nth)));
  const { first, end } = log.extent;
  expect(end).toBe(3 * SCROLLBACK);
  expect(end - first).toBeLessThanOrEqual(SCROLLBACK);
  expect(log.slice(end - 1, end)).toMatchObject([{ kind: "note", key: end - 1, text: String(end - 1) }]);
  expect(log.slice(0, first)).toEqual([]);
});

test("a mark makes a new entry, and one for what is gone does nothing", () => {
  const log = new LogBuffer();
  const key = log.add({ kind: "echo", atMs: 0, command: "look", mark: "sent" });
  const before = log.slice(key, key + 1)[0];
  log.mark(key, "refused");
  expect(log.slice(key, key + 1)).toMatchObject([{ kind: "echo", key, command: "look", mark: "refused" }]);
  expect(before).toMatchObject({ mark: "sent" });
  log.mark(99, "done");
  expect(log.extent.end).toBe(1);
});
