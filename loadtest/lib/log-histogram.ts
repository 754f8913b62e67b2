/**
 * Durations in milliseconds, counted in buckets that grow by 2 %: a quantile is at most 2 % off, whatever the number of
 * values, and histograms of several processes add up to one.
 */
const FLOOR_MS = 0.01;
const GROWTH = Math.log(1.02);
/** Up to 100 s; what takes longer is in the last one. */
const BUCKETS = Math.ceil(Math.log(100_000 / FLOOR_MS) / GROWTH) + 1;

/** As it travels between processes: pairs of bucket and count, and what buckets do not know. */
export interface PackedHistogram {
  readonly pairs: readonly number[];
  readonly sumMs: number;
  readonly maxMs: number;
}

export class LogHistogram {
  readonly #counts = new Uint32Array(BUCKETS);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  static of(...parts: readonly PackedHistogram[]): LogHistogram {
    const whole = new LogHistogram();
    for (const part of parts) whole.merge(part);
    return whole;
  }

  add(valueMs: number): void {
    const bucket = valueMs <= FLOOR_MS ? 0 : Math.min(BUCKETS - 1, Math.ceil(Math.log(valueMs / FLOOR_MS) / GROWTH));
    this.#counts[bucket]! += 1;
    this.#count += 1;
    this.#sumMs += valueMs;
    if (valueMs > this.#maxMs) this.#maxMs = valueMs;
  }

  merge({ pairs, sumMs, maxMs }: PackedHistogram): void {
    for (let index = 0; index < pairs.length; index += 2) {
      this.#counts[pairs[index]!]! += pairs[index + 1]!;
      this.#count += pairs[index + 1]!;
    }
    this.#sumMs += sumMs;
    this.#maxMs = Math.max(this.#maxMs, maxMs);
  }

  get count(): number {
    return this.#count;
  }

  /** NaN without values. */
  get maxMs(): number {
    return this.#count === 0 ? Number.NaN : this.#maxMs;
  }

  /** NaN without values. */
  get meanMs(): number {
    return this.#sumMs / this.#count;
  }

  /** The value that a share of all (0 to 1) does not exceed; NaN without values. */
  quantile(share: number): number {
    if (this.#count === 0) return Number.NaN;
    let left = Math.max(1, Math.ceil(share * this.#count));
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      left -= this.#counts[bucket]!;
      if (left <= 0) return Math.min(this.#maxMs, FLOOR_MS * Math.exp(bucket * GROWTH));
    }
    return this.#maxMs;
  }

  pack(): PackedHistogram {
    const pairs: number[] = [];
    for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
      const count = this.#counts[bucket]!;
      if (count > 0) pairs.push(bucket, count);
    }
    return { pairs, sumMs: this.#sumMs, maxMs: this.#maxMs };
  }

  clear(): void {
    this.#counts.fill(0);
    this.#count = 0;
    this.#sumMs = 0;
    this.#maxMs = 0;
  }
}
