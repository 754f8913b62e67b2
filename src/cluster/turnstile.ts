/** Lets people pass a few at a time: everybody at once would wait for everybody else. */
import type { Clock } from "../runtime/ports.ts";

export interface TurnstileOptions {
  readonly clock: Pick<Clock, "after">;
  readonly atOnce: number;
  /** Whoever takes longer holds up nobody any more, in ms. */
  readonly countsMs: number;
}

export class Turnstile {
  readonly #options: TurnstileOptions;
  readonly #waiting: (() => void)[] = [];
  #passing = 0;

  constructor(options: TurnstileOptions) {
    this.#options = options;
  }

  /** Resolves when it is one's turn, with what to call when one has passed. */
  async enter(): Promise<() => void> {
    if (this.#passing >= this.#options.atOnce) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#passing += 1;
    let counts = true;
    const passed = (): void => {
      if (!counts) return;
      counts = false;
      cancel();
      const next = this.#waiting.shift();
      if (next === undefined) this.#passing -= 1;
      else next();
    };
    const cancel = this.#options.clock.after(this.#options.countsMs, passed);
    return passed;
  }
}
