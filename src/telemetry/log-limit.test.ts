import { expect, test } from "vitest";
import { LOG_INFO_LINES_PER_KIND, LOG_LINES_PER_KIND, LOG_WINDOW_MS, MAX_LOG_KINDS } from "../limits.ts";
import { LogLimit } from "./log-limit.ts";

const [INFO, WARN, ERROR] = [30, 40, 50];

test("so many of a kind are written in a window; the others are counted, and told once when it is over", () => {
  let nowMs = 1_000;
  const limit = new LogLimit(() => nowMs);
  const written = Array.from({ length: 1_000 }, () => limit.admit(ERROR, "the same")).filter(Boolean).length;
  expect(written).toBe(LOG_LINES_PER_KIND);
  expect(limit.admit(ERROR, "another")).toBe(true);
  expect(limit.heldBack).toBe(1_000 - LOG_LINES_PER_KIND);
  expect(limit.close()).toEqual([]);
  nowMs += LOG_WINDOW_MS;
  expect(limit.close()).toEqual([{ level: ERROR, kind: "the same", times: 1_000 - LOG_LINES_PER_KIND }]);
  expect(limit.admit(ERROR, "the same")).toBe(true);
});

test("levels are counted apart, and the ordinary course of things may say more", () => {
  const limit = new LogLimit(() => 0);
  const written = (level: number): number => Array.from({ length: 10_000 }, () => limit.admit(level, "x")).filter(Boolean).length;
  expect([written(INFO), written(WARN)]).toEqual([LOG_INFO_LINES_PER_KIND, LOG_LINES_PER_KIND]);
});

test("kinds that somebody makes up share one allowance once there are too many", () => {
  const limit = new LogLimit(() => 0);
  const written = Array.from({ length: 100_000 }, (_, i) => limit.admit(WARN, `made up ${i}`)).filter(Boolean).length;
  expect(written).toBe(MAX_LOG_KINDS + LOG_LINES_PER_KIND);
  expect(limit.close(true)).toEqual([{ level: WARN, kind: "(others)", times: 100_000 - written }]);
});
