import { describe, expect, it } from "vitest";
import { COMMIT_GATHER_CROWD_MS, COMMIT_GATHER_FROM, COMMIT_GATHER_MS, COMMIT_RATE_WINDOW_MS } from "../limits.ts";
import { Gather } from "./gather.ts";

/** One command after another, each `everyMs`, its batch sent at once; answers what the last one would have to wait. */
function walk(gather: Gather, commands: number, everyMs: number, fromMs = 1_000): { waitMs: number; nowMs: number } {
  let nowMs = fromMs;
  let waitMs = 0;
  for (let n = 0; n < commands; n += 1, nowMs += everyMs) {
    gather.arrived(nowMs);
    waitMs = gather.waitMs(nowMs);
    gather.sent(nowMs);
  }
  return { waitMs, nowMs };
}

describe("gathering commands into a batch", () => {
  it("keeps nobody waiting who walks alone, however fast they type", () => {
    expect(walk(new Gather(), COMMIT_GATHER_FROM - 1, 1).waitMs).toBe(0);
    expect(walk(new Gather(), 100, 20).waitMs).toBe(0);
  });

  it("waits for company in a crowd, a batch's time at most", () => {
    expect(walk(new Gather(), 100, 2).waitMs).toBe(COMMIT_GATHER_MS - 2);
    expect(walk(new Gather(), 50, 0).waitMs).toBe(COMMIT_GATHER_MS);
  });

  it("waits a little longer where very many come, since each batch costs the same", () => {
    expect(walk(new Gather(), 100, 1).waitMs).toBe(COMMIT_GATHER_CROWD_MS - 1);
    expect(walk(new Gather(), 100, 0).waitMs).toBe(COMMIT_GATHER_CROWD_MS);
  });

  it("stops waiting when the crowd has gone", () => {
    const gather = new Gather();
    const { nowMs } = walk(gather, 100, 2);
    gather.arrived(nowMs + 3 * COMMIT_RATE_WINDOW_MS);
    gather.sent(nowMs + 3 * COMMIT_RATE_WINDOW_MS);
    expect(gather.waitMs(nowMs + 3 * COMMIT_RATE_WINDOW_MS)).toBe(0);
  });

  it("does not wait longer because the clock was set back", () => {
    const gather = new Gather();
    const { nowMs } = walk(gather, 100, 1);
    walk(gather, 50, 0, nowMs - 60_000);
    expect(gather.waitMs(nowMs - 60_000)).toBeLessThanOrEqual(COMMIT_GATHER_CROWD_MS);
  });
});
