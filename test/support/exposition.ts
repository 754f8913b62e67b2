/** Reads what `/metrics` answers, and what docs/metrics.md says of it. */

type Labels = Readonly<Record<string, string>>;

interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

export class Exposition {
  /** By name, as the TYPE lines say. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];

  constructor(types: ReadonlyMap<string, string>, samples: readonly Sample[]) {
    this.types = types;
    this.samples = samples;
  }

  #of(name: string, labels: Labels): Sample[] {
    return this.samples.filter((sample) => sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value));
  }

  /** The one sample of that name with these labels. */
  value(name: string, labels: Labels = {}): number {
    const found = this.#of(name, labels);
    if (found.length !== 1) throw new Error(`${found.length} samples of ${name} with ${JSON.stringify(labels)}`);
    return found[0]!.value;
  }

  /** All samples of that name that have these labels, added up; 0 without any. */
  sum(name: string, labels: Labels = {}): number {
    return this.#of(name, labels).reduce((sum, { value }) => sum + value, 0);
  }

  /** The labels of each series of a metric; of a histogram without the buckets' own. */
  seriesOf(metric: string): Labels[] {
    return this.samples.filter(({ name }) => name === metric || name === `${metric}_count`).map(({ labels }) => labels);
  }
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;

export function readExposition(text: string): Exposition {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split("\n")) {
    const type = /^# TYPE (\S+) (\S+)$/.exec(line);
    if (type !== null) types.set(type[1]!, type[2]!);
    if (line === "" || line.startsWith("#")) continue;
    const sample = SAMPLE.exec(line);
    if (sample === null) throw new Error(`not a line of metrics: ${line}`);
    const labels = Object.fromEntries([...(sample[2] ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name, value]) => [name!, value!]));
    samples.push({ name: sample[1]!, labels, value: Number(sample[3]) });
  }
  return new Exposition(types, samples);
}

export interface DocumentedMetric {
  readonly type: string;
  /** By name; null: values from a table of the program. */
  readonly labels: ReadonlyMap<string, readonly string[] | null>;
}

/** The rows of the tables in docs/metrics.md that have a type. */
export function documentedMetrics(markdown: string): ReadonlyMap<string, DocumentedMetric> {
  const rows = [...markdown.matchAll(/^\| `(waystone_\w+)` \| (counter|gauge|histogram) \| (.*?) ?\| .+ \|$/gm)];
  return new Map(rows.map(([, name, type, labels]) => [name!, {
    type: type!,
    labels: new Map(labels!.split("; ").filter((part) => part !== "").map((part) => {
      const [, label, values] = /^`(\w+)`: (.+)$/.exec(part) ?? [];
      if (label === undefined || values === undefined) throw new Error(`docs/metrics.md: ${name} has labels that cannot be read: ${part}`);
      return [label, values.includes("…") ? null : values.split(", ")];
    })),
  }]));
}
