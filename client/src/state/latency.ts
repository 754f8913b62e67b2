import { Store } from "./store.ts";

/** How often the line is measured, in ms: often enough for a number to look at, far below what costs anything. */
const MEASURE_EVERY_MS = 10_000;

/** How long a round trip to the server takes, in ms; undefined while there is no line. */
export class Latency {
  readonly ms = new Store<number | undefined>(undefined);
  readonly #ping: (answered: (ms: number) => void) => void;
  readonly #timer: ReturnType<typeof setInterval>;

  constructor(ping: (answered: (ms: number) => void) => void) {
    this.#ping = ping;
    this.#timer = setInterval(() => this.measure(), MEASURE_EVERY_MS);
    this.measure();
  }

  measure(): void {
    this.#ping((ms) => this.ms.set(Math.max(1, Math.round(ms))));
  }

  forget(): void {
    this.ms.set(undefined);
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
