/**
 * Players give way to the servers they play on: where it may (root), the thread that all players run in has a lower priority
 * than the processes it starts, so that on few processors what is measured is the servers' time more than the players'.
 */
import { getPriority, setPriority } from "node:os";

const STEPS_BACK = 5;

export class WayForServers {
  readonly #usual = getPriority();
  readonly #may: boolean;
  #given = false;

  constructor() {
    this.#may = this.#mayComeBack();
  }

  /** How many steps of `nice` players stand behind servers. */
  get steps(): number {
    return this.#given ? STEPS_BACK : 0;
  }

  give(): void {
    if (!this.#may || this.#given) return;
    this.#given = true;
    setPriority(this.#usual + STEPS_BACK);
  }

  /** What is started is started with the priority of whoever starts it. */
  async start<T>(run: () => Promise<T>): Promise<T> {
    if (this.#given) setPriority(this.#usual);
    try {
      return await run();
    } finally {
      if (this.#given) setPriority(this.#usual + STEPS_BACK);
    }
  }

  takeBack(): void {
    if (this.#given) setPriority(this.#usual);
    this.#given = false;
  }

  /** Whoever has stepped back can come forward again only with that right: tried by a step forward. */
  #mayComeBack(): boolean {
    try {
      setPriority(this.#usual - 1);
      setPriority(this.#usual);
      return true;
    } catch {
      // Everybody has the same priority then.
      return false;
    }
  }
}
