/** How many of something one address has open. */
import { addressKey } from "./address-key.ts";

export class ConnectionCount {
  readonly #most: number;
  readonly #isExempt: (address: string) => boolean;
  readonly #open = new Map<string, number>();

  constructor(most: number, isExempt: (address: string) => boolean) {
    this.#most = most;
    this.#isExempt = isExempt;
  }

  /** Counts one more and answers how to give it back, which may be called again; undefined: there are too many. */
  take(address: string): (() => void) | undefined {
    if (this.#isExempt(address)) return () => undefined;
    const key = addressKey(address);
    const open = this.#open.get(key) ?? 0;
    if (open >= this.#most) return undefined;
    this.#open.set(key, open + 1);
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const left = (this.#open.get(key) ?? 1) - 1;
      if (left === 0) this.#open.delete(key);
      else this.#open.set(key, left);
    };
  }
}
