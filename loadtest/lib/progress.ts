/** How far something is: a bar that is drawn anew on a terminal, now and then a plain line elsewhere. */
const WIDTH = 30;
const PLAIN_EVERY_MS = 5_000;

export class Progress {
  readonly #out: NodeJS.WriteStream;
  #plainMs = -Infinity;
  #drawn = false;

  constructor(out: NodeJS.WriteStream = process.stdout) {
    this.#out = out;
  }

  /** `share` from 0 to 1. */
  show(share: number, what: string): void {
    if (this.#out.isTTY) {
      const full = Math.round(WIDTH * Math.min(1, share));
      this.#out.write(`\r[${"#".repeat(full)}${".".repeat(WIDTH - full)}] ${what}\x1b[K`);
      this.#drawn = true;
      return;
    }
    if (performance.now() - this.#plainMs < PLAIN_EVERY_MS && share < 1) return;
    this.#plainMs = performance.now();
    this.#out.write(`${String(Math.round(100 * Math.min(1, share))).padStart(3)} % ${what}\n`);
  }

  /** What comes next begins on a line of its own. */
  end(): void {
    if (this.#drawn) this.#out.write("\n");
    this.#drawn = false;
    this.#plainMs = -Infinity;
  }
}
