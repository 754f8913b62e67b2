/** A clock that stands still until a test lets time pass. */
import type { Clock } from "../../src/runtime/ports.ts";

interface Timer {
  readonly atMs: number;
  readonly run: () => void;
}

export class HandClock implements Clock {
  readonly #time: { nowMs: number };
  #timers: readonly Timer[] = [];

  /** `time`: where the hour stands, such as a world of a test. */
  constructor(time: { nowMs: number } = { nowMs: 0 }) {
    this.#time = time;
  }

  readonly nowMs = (): number => this.#time.nowMs;

  readonly after = (delayMs: number, run: () => void): (() => void) => {
    const timer = { atMs: this.#time.nowMs + delayMs, run };
    this.#timers = [...this.#timers, timer];
    return () => this.#drop(timer);
  };

  /** Timers that are set and have not run. */
  get waiting(): number {
    return this.#timers.length;
  }

  /** Lets time pass, and runs what came due, in the order it was set. */
  pass(ms: number): void {
    this.#time.nowMs += ms;
    for (const timer of this.#timers.filter(({ atMs }) => atMs <= this.#time.nowMs)) {
      if (this.#drop(timer)) timer.run();
    }
  }

  /** False when it was dropped before. */
  #drop(timer: Timer): boolean {
    const before = this.#timers.length;
    this.#timers = this.#timers.filter((other) => other !== timer);
    return this.#timers.length < before;
  }
}
