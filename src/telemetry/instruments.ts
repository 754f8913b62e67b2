/**
 * Metrics that cost a hot path an addition: a series is bound once (`with`) and is then a plain number, or an array of
 * them, which prom-client's registry reads when somebody asks. (prom-client's own counters look their labels up each time.)
 */
import type { Metric, Registry } from "prom-client";
import { MAX_SERIES_PER_METRIC } from "../limits.ts";

/** Latency within a machine and a database beside it, in seconds. */
export const LATENCY_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

export interface InstrumentOptions {
  /** Prometheus conventions: `waystone_…`, the unit, `_total` for counters. */
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
}

type Labels = Readonly<Record<string, string | number>>;

interface Sample {
  readonly labels: Labels;
  readonly value: number;
  readonly metricName?: string;
}

/** Readings that could not be made, by registry: one that fails must not take all others along. */
const FAILED_NAME = "waystone_metrics_failed_total";
const failed = new WeakMap<Registry, Count>();

/** What prom-client's registry asks of a metric. */
class Instrument {
  readonly name: string;
  readonly help: string;
  readonly type: "counter" | "gauge" | "histogram";
  readonly aggregator = "sum";
  readonly #read: () => readonly Sample[] | Promise<readonly Sample[]>;
  readonly #registry: Registry;

  constructor(registry: Registry, { name, help }: InstrumentOptions, type: Instrument["type"], read: () => readonly Sample[] | Promise<readonly Sample[]>) {
    this.name = name;
    this.help = help;
    this.type = type;
    this.#read = read;
    this.#registry = registry;
    // Its type knows the classes of prom-client only; what it calls is `get`.
    registry.registerMetric(this as unknown as Metric);
  }

  async get(): Promise<object> {
    return { name: this.name, help: this.help, type: this.type, aggregator: this.aggregator, values: await this.#readSafely() };
  }

  async #readSafely(): Promise<readonly Sample[]> {
    try {
      return await this.#read();
    } catch {
      // A folder that is gone, a part that is not there yet; what it is shows by what is missing.
      failed.get(this.#registry)?.inc();
      return [];
    }
  }
}

/** The series of one metric, by the values of its labels; bounded, whatever is made of them. */
class SeriesTable<Series> {
  readonly #labels: readonly string[];
  readonly #make: () => Series;
  readonly #series = new Map<string, { readonly labels: Labels; readonly series: Series }>();

  constructor(labels: readonly string[], make: () => Series) {
    this.#labels = labels;
    this.#make = make;
  }

  get(values: readonly string[]): Series {
    const key = values.join("\n");
    const known = this.#series.get(key);
    if (known !== undefined) return known.series;
    // A label whose values have no bound is a mistake of ours, and must not eat the memory of whoever collects them.
    if (this.#series.size >= MAX_SERIES_PER_METRIC) return this.#of(this.#labels.map(() => "other"));
    return this.#of(values);
  }

  #of(values: readonly string[]): Series {
    const key = values.join("\n");
    let found = this.#series.get(key);
    if (found === undefined) {
      found = { labels: Object.fromEntries(this.#labels.map((label, index) => [label, values[index] ?? ""])), series: this.#make() };
      this.#series.set(key, found);
    }
    return found.series;
  }

  *[Symbol.iterator](): Iterator<{ readonly labels: Labels; readonly series: Series }> {
    yield* this.#series.values();
  }
}

/** One series of a counter. */
export class Count {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

/** One series of a histogram. */
export class Distribution {
  readonly #bounds: readonly number[];
  /** How many were at most each bound and above the one before; the last: above all of them. */
  readonly counts: number[];
  sum = 0;

  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.counts = new Array<number>(bounds.length + 1).fill(0);
  }

  observe(value: number): void {
    let index = 0;
    while (index < this.#bounds.length && value > this.#bounds[index]!) index += 1;
    this.counts[index]! += 1;
    this.sum += value;
  }
}

/** Counts, as a metric, the readings of a registry that fail; asked for once, and after the others it shows what failed before. */
export function countFailedReadings(registry: Registry): void {
  failed.set(registry, counter(registry, { name: FAILED_NAME, help: "Metrics that could not be read when somebody asked, and were left out." }).with());
}

/** The series of a metric by the values of its labels, in their order. */
export interface Family<Series> {
  /** For hot paths: bind it once. */
  with(...values: string[]): Series;
}

/** Without labels there is one series, and it is there from the beginning. */
export function counter(registry: Registry, options: InstrumentOptions): Family<Count> {
  const table = new SeriesTable(options.labels ?? [], () => new Count());
  if (options.labels === undefined) table.get([]);
  new Instrument(registry, options, "counter", () => [...table].map(({ labels, series }) => ({ labels, value: series.value })));
  return { with: (...values) => table.get(values) };
}

export function histogram(registry: Registry, options: InstrumentOptions & { readonly buckets: readonly number[] }): Family<Distribution> {
  const { buckets, name } = options;
  const table = new SeriesTable(options.labels ?? [], () => new Distribution(buckets));
  if (options.labels === undefined) table.get([]);
  new Instrument(registry, options, "histogram", () => [...table].flatMap(({ labels, series }) => {
    const samples: Sample[] = [];
    let count = 0;
    for (const [index, own] of series.counts.entries()) {
      count += own;
      samples.push({ metricName: `${name}_bucket`, labels: { le: buckets[index] ?? "+Inf", ...labels }, value: count });
    }
    return [...samples, { metricName: `${name}_sum`, labels, value: series.sum }, { metricName: `${name}_count`, labels, value: count }];
  }));
  return { with: (...values) => table.get(values) };
}

/** What a gauge says of one series: the values of its labels, and the value. */
export type Reading = readonly [...labels: string[], value: number];

/** Read when somebody asks. */
export function gauges(registry: Registry, options: InstrumentOptions, read: () => Iterable<Reading> | Promise<Iterable<Reading>>): void {
  sampled(registry, options, "gauge", read);
}

export function gauge(registry: Registry, name: string, help: string, read: () => number): void {
  gauges(registry, { name, help }, () => [[read()]]);
}

/** A counter whose count is kept elsewhere, as a plain number. */
export function countedElsewhere(registry: Registry, options: InstrumentOptions, read: () => Iterable<Reading>): void {
  sampled(registry, options, "counter", read);
}

function sampled(registry: Registry, options: InstrumentOptions, type: "gauge" | "counter", read: () => Iterable<Reading> | Promise<Iterable<Reading>>): void {
  const names = options.labels ?? [];
  new Instrument(registry, options, type, async () => [...await read()].map((reading) => ({
    labels: Object.fromEntries(names.map((label, index) => [label, reading[index] as string])), value: reading.at(-1) as number,
  })));
}
