/** When this process itself ran late: what its players saw then is its own wait, and not the servers'. */

const LOOK_EVERY_MS = 5;
const STOOD_STILL_MS = 10;
/** Kept at most; at one each 15 ms that is two and a half minutes of nothing but standing still. */
const MOST_KEPT = 10_000;

/** A time in which nothing was done, by `performance.now()`. */
export interface StandStill { readonly fromMs: number; readonly toMs: number }

export class StandStills {
  readonly #timer: NodeJS.Timeout;
  #longestMs = 0;
  #kept: StandStill[] = [];

  /** Looks until `stop`. It does not keep the process alive. */
  constructor() {
    let lastMs = performance.now();
    this.#timer = setInterval(() => {
      const nowMs = performance.now();
      const lateMs = nowMs - lastMs - LOOK_EVERY_MS;
      this.#longestMs = Math.max(this.#longestMs, lateMs);
      if (lateMs >= STOOD_STILL_MS && this.#kept.length < MOST_KEPT) this.#kept.push({ fromMs: nowMs - lateMs, toMs: nowMs });
      lastMs = nowMs;
    }, LOOK_EVERY_MS).unref();
  }

  /** Since the last call: how late it ran at the most, and all times of 10 ms or more. */
  take(): { readonly longestMs: number; readonly times: readonly StandStill[] } {
    const taken = { longestMs: this.#longestMs, times: this.#kept };
    this.#longestMs = 0;
    this.#kept = [];
    return taken;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

/** Whether any of the times falls into what began at `fromMs` and ended at `toMs`. */
export function stoodStillIn(times: readonly StandStill[], { fromMs, toMs }: StandStill): boolean {
  return times.some((time) => time.fromMs < toMs && time.toMs > fromMs);
}
