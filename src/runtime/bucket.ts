/** Token buckets, and a bounded number of them by whom they belong to. */

export class Bucket {
  readonly #size: number;
  readonly #perSecond: number;
  #left: number;
  #atMs: number;

  constructor(size: number, perSecond: number, nowMs: number) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#left = size;
    this.#atMs = nowMs;
  }

  /** 0 when one was taken, else the milliseconds until there is one. */
  take(nowMs: number): number {
    this.#left = Math.min(this.#size, this.#left + (Math.max(0, nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return Math.ceil(((1 - this.#left) / this.#perSecond) * 1000);
    this.#left -= 1;
    return 0;
  }
}

/**
 * Something for each of the keys that were asked for last, at most so many. In two halves, of which the older is dropped whole when the
 * newer is full: to keep one map in order, each that is asked for would have to be taken out of it and put in again.
 */
export class Remembered<Key, Value> {
  readonly #half: number;
  readonly #make: (nowMs: number) => Value;
  #newer = new Map<Key, Value>();
  #older: ReadonlyMap<Key, Value> = new Map();

  constructor(most: number, make: (nowMs: number) => Value) {
    this.#half = Math.ceil(most / 2);
    this.#make = make;
  }

  of(key: Key, nowMs: number): Value {
    const known = this.#newer.get(key);
    if (known !== undefined) return known;
    const value = this.#older.get(key) ?? this.#make(nowMs);
    if (this.#newer.size >= this.#half) {
      this.#older = this.#newer;
      this.#newer = new Map();
    }
    this.#newer.set(key, value);
    return value;
  }
}
