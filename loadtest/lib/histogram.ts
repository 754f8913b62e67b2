/** Latencies in milliseconds, kept whole: a run has at most some hundred thousand. */
export class Histogram {
  readonly #values: number[] = [];
  #sorted = true;

  add(valueMs: number): void {
    this.#values.push(valueMs);
    this.#sorted = false;
  }

  get count(): number {
    return this.#values.length;
  }

  /** The value that a share of all (0 to 1) does not exceed; NaN without values. */
  quantile(share: number): number {
    if (!this.#sorted) {
      this.#values.sort((a, b) => a - b);
      this.#sorted = true;
    }
    return this.#values[Math.min(this.#values.length - 1, Math.ceil(share * this.#values.length) - 1)] ?? Number.NaN;
  }

  /** p50, p95, p99 and max, in one line. */
  toString(): string {
    const text = (share: number): string => this.quantile(share).toFixed(1).padStart(8);
    return `${String(this.count).padStart(7)} ${text(0.5)} ${text(0.95)} ${text(0.99)} ${text(1)}`;
  }
}
