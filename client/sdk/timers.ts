/** Timers that can all be stopped at once, so that nothing is left behind when a session closes. */
export class Timers {
  readonly #running = new Set<ReturnType<typeof setTimeout>>();

  /** Calls `run` once after `ms`; returns the way to stop it. */
  after(ms: number, run: () => void): () => void {
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      run();
    }, ms);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  clear(): void {
    for (const timer of this.#running) clearTimeout(timer);
    this.#running.clear();
  }
}
