/** Decides how long the next batch should wait for company: not at all, unless many commands come. */
import { COMMIT_GATHER_CROWD_FROM, COMMIT_GATHER_CROWD_MS, COMMIT_GATHER_FROM, COMMIT_GATHER_MS, COMMIT_RATE_WINDOW_MS } from "../limits.ts";

/** Times are milliseconds of one clock. */
export class Gather {
  #sentMs = -Infinity;
  #windowMs = -Infinity;
  #inWindow = 0;
  #inLastWindow = 0;

  /** A command has come. */
  arrived(nowMs: number): void {
    this.#roll(nowMs);
    this.#inWindow += 1;
  }

  /** A batch is sent. */
  sent(nowMs: number): void {
    this.#sentMs = nowMs;
  }

  waitMs(nowMs: number): number {
    this.#roll(nowMs);
    const lately = Math.max(this.#inWindow, this.#inLastWindow);
    if (lately < COMMIT_GATHER_FROM) return 0;
    const everyMs = lately < COMMIT_GATHER_CROWD_FROM ? COMMIT_GATHER_MS : COMMIT_GATHER_CROWD_MS;
    // A clock that was set back must not make anybody wait longer.
    return Math.min(everyMs, this.#sentMs + everyMs - nowMs);
  }

  /** Counts in two windows, the running one and the one before it. */
  #roll(nowMs: number): void {
    const passed = nowMs - this.#windowMs;
    if (passed >= 0 && passed < COMMIT_RATE_WINDOW_MS) return;
    this.#inLastWindow = passed < 2 * COMMIT_RATE_WINDOW_MS && passed >= 0 ? this.#inWindow : 0;
    this.#inWindow = 0;
    this.#windowMs = nowMs;
  }
}
