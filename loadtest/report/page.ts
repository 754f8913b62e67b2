/** A run as one page that needs nothing else: verdict, figures, plots. */
import { COMMAND_CLASSES } from "../bots/tally.ts";
import type { LogHistogram } from "../lib/log-histogram.ts";
import type { Outcome } from "../lib/outcome.ts";
import { outcomeLines } from "../lib/print.ts";
import { latencyPlot } from "./latency-plot.ts";
import { lineChart, type Series } from "./line-chart.ts";
import { escaped, shortNumber } from "./scale.ts";
import { STYLE } from "./style.ts";

export function reportPage({ title, outcome, broken }: { title: string; outcome: Outcome; broken: readonly string[] }): string {
  const { timeline, classes } = outcome;
  const overTime = (name: string, of: (second: Outcome["timeline"][number]) => number): Series => ({ name, values: timeline.map(of) });
  const plots = [
    latencyPlot("From a command to its answer", [...COMMAND_CLASSES.map((name) => ({ name, histogram: classes[name] })), { name: "heard by others", histogram: outcome.delivery }, { name: "tell heard", histogram: outcome.tellDelivery }]),
    lineChart({ title: "Waits over time", unit: "ms", log: true, series: [
      overTime("answer p50", ({ commands }) => commands.quantile(0.5)), overTime("answer p99", ({ commands }) => commands.quantile(0.99)), overTime("heard by others p99", ({ delivery }) => delivery.quantile(0.99))] }),
    lineChart({ title: "Commands", unit: "a second", series: [overTime("commands", ({ commands }) => commands.count)] }),
    lineChart({ title: "Players with a line", unit: "", series: [overTime("players", ({ playing }) => playing)] }),
    lineChart({ title: "Processor time", unit: "% of a core", series: processorTime(outcome) }),
    lineChart({ title: "Memory", unit: "MB resident", series: outcome.watch.watched.map(({ name }, index) => ({ name, values: outcome.watch.samples.map(({ usage }) => usage[index]!.bytes / 2 ** 20) })) }),
  ];
  return [
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Load test</title><style>${STYLE}</style></head><body>`,
    `<h1>Load test</h1><p>${escaped(title)}</p>`,
    broken.length === 0 ? '<p class="verdict held">All limits held.</p>' : `<div class="verdict broken">${broken.map((line) => `<p>Not held: ${escaped(line)}</p>`).join("")}</div>`,
    `<div class="tiles">${tiles(outcome).join("")}</div><div class="plots">${plots.join("")}</div>`,
    `<h2>Figures</h2><pre>${outcomeLines(outcome).map(escaped).join("\n")}</pre></body></html>\n`,
  ].join("\n");
}

function tiles(outcome: Outcome): string[] {
  const p = (histogram: LogHistogram): string => `${shortNumber(histogram.quantile(0.5))} / ${shortNumber(histogram.quantile(0.99))}`;
  const tile = (figure: string, what: string): string => `<div><b>${escaped(figure)}</b><span>${escaped(what)}</span></div>`;
  const { server, postgres, redis } = outcome.cpuUs;
  return [
    tile(shortNumber(outcome.commands / outcome.seconds), "commands a second"),
    tile(p(outcome.ephemeral), "ms p50 / p99, nothing written"),
    tile(p(outcome.durable), "ms p50 / p99, written first"),
    tile(p(outcome.delivery), "ms p50 / p99, until others hear"),
    tile(String(outcome.lost.length), "lines lost"),
    tile(shortNumber(server + postgres + redis), "µs of processor time a command"),
    tile(shortNumber(outcome.kbPerPlayer), "kB of memory a player"),
  ];
}

/** Differences of what the system had counted, second by second. */
function processorTime({ watch: { watched, samples } }: Outcome): Series[] {
  return watched.map(({ name }, index) => ({
    name,
    values: samples.slice(1).map((sample, at) => (100_000 * (sample.usage[index]!.cpuS - samples[at]!.usage[index]!.cpuS)) / (sample.atMs - samples[at]!.atMs)),
  }));
}
