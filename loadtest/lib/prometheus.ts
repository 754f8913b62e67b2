/** What servers tell of themselves in `/metrics`: counts, and histograms between two moments. */

export type Samples = ReadonlyMap<string, number>;

/** All samples of a text in Prometheus' format, by name and labels as they stand there. */
export function readSamples(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  for (const line of text.split("\n")) {
    if (line === "" || line.startsWith("#")) continue;
    const at = line.lastIndexOf(" ");
    samples.set(line.slice(0, at), Number(line.slice(at + 1)));
  }
  return samples;
}

/** Of several servers together. Rejects when one does not answer. */
export async function scrape(endpoints: readonly string[]): Promise<Map<string, number>> {
  const sum = new Map<string, number>();
  for (const endpoint of endpoints) {
    const answer = await fetch(`${endpoint}/metrics`);
    if (!answer.ok) throw new Error(`${endpoint}/metrics answers ${answer.status}`);
    for (const [name, value] of readSamples(await answer.text())) sum.set(name, (sum.get(name) ?? 0) + value);
  }
  return sum;
}

export interface HistogramSummary {
  readonly count: number;
  readonly mean: number;
  /** Upper bounds of the buckets that hold them; Infinity beyond the last. */
  readonly p50: number;
  readonly p99: number;
}

/** What came into a histogram between two scrapes, over all its labels; undefined when nothing did. */
export function histogramBetween(name: string, before: Samples, after: Samples): HistogramSummary | undefined {
  const buckets = new Map<number, number>();
  let [count, sum] = [0, 0];
  for (const [sample, value] of after) {
    if (!sample.startsWith(name)) continue;
    const grown = value - (before.get(sample) ?? 0);
    const kind = sample.slice(name.length);
    if (/^_count(\{|$)/.test(kind)) count += grown;
    else if (/^_sum(\{|$)/.test(kind)) sum += grown;
    else if (kind.startsWith("_bucket")) {
      const bound = /le="([^"]+)"/.exec(kind)?.[1];
      const upTo = bound === "+Inf" ? Infinity : Number(bound);
      buckets.set(upTo, (buckets.get(upTo) ?? 0) + grown);
    }
  }
  if (count === 0) return undefined;
  const sorted = [...buckets].sort(([a], [b]) => a - b);
  const at = (share: number): number => sorted.find(([, below]) => below >= share * count)?.[0] ?? Infinity;
  return { count, mean: sum / count, p50: at(0.5), p99: at(0.99) };
}
