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

/** Something for each of the keys that were asked for last; what was not asked for longest is forgotten first. */
export class Remembered<Key, Value> {
  readonly #most: number;
  readonly #make: (nowMs: number) => Value;
  readonly #values = new Map<Key, Value>();

  constructor(most: number, make: (nowMs: number) => Value) {
    this.#most = most;
    this.#make = make;
  }

  of(key: Key, nowMs: number): Value {
    const value = this.#values.get(key) ?? this.#make(nowMs);
    this.#values.delete(key);
    this.#values.set(key, value);
    if (this.#values.size > this.#most) this.#values.delete(this.#values.keys().next().value!);
    return value;
  }
}
