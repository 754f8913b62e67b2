/** Lets a few pieces of work run at once, keeps a few waiting, and turns the rest away. */
import { AppError } from "../protocol/codes.ts";

export class Turnstile {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #retryAfterMs: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  /** `retryAfterMs` is what those who are turned away are told. */
  constructor(options: { atOnce: number; maxWaiting: number; retryAfterMs: number }) {
    this.#atOnce = options.atOnce;
    this.#maxWaiting = options.maxWaiting;
    this.#retryAfterMs = options.retryAfterMs;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs the work when its turn comes, first come, first served. Rejects with `E_BUSY` when too many wait. */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#atOnce) {
      if (this.#waiting.length >= this.#maxWaiting) throw new AppError("E_BUSY", undefined, { retryAfterMs: this.#retryAfterMs });
      // Whoever leaves hands the place over, so `running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
