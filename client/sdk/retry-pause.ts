import type { Timers } from "./timers.ts";

/** The pause between two attempts; it can be cut short. */
export class RetryPause {
  readonly #timers: Timers;
  #go: (() => void) | undefined;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** Ends the pause of the moment; false when there is none. */
  cutShort(): boolean {
    const go = this.#go;
    go?.();
    return go !== undefined;
  }

  /** Waits; also an abort ends it. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    await new Promise<void>((resolve) => {
      const go = (): void => {
        stop();
        signal.removeEventListener("abort", go);
        this.#go = undefined;
        resolve();
      };
      const stop = this.#timers.after(ms, go);
      signal.addEventListener("abort", go);
      this.#go = go;
    });
  }
}
