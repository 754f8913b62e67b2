import { Histogram, Registry } from "prom-client";
import { expect, test } from "vitest";
import { histogramBetween, readSamples } from "./prometheus.ts";

test("of a histogram only what came in between counts, over all its labels", async () => {
  const registry = new Registry();
  const histogram = new Histogram({ name: "wait_seconds", help: "h", labelNames: ["class"], buckets: [0.01, 0.1, 1], registers: [registry] });
  new Histogram({ name: "wait_seconds_else", help: "h", registers: [registry] }).observe(5);
  histogram.observe({ class: "a" }, 100);
  const before = readSamples(await registry.metrics());
  for (let n = 0; n < 98; n += 1) histogram.observe({ class: n % 2 === 0 ? "a" : "b" }, 0.005);
  histogram.observe({ class: "b" }, 0.5);
  histogram.observe({ class: "c" }, 0.5);
  const between = histogramBetween("wait_seconds", before, readSamples(await registry.metrics()))!;
  expect(between).toMatchObject({ count: 100, p50: 0.01, p99: 1 });
  expect(between.mean).toBeCloseTo((98 * 0.005 + 1) / 100);
  expect(histogramBetween("nothing", before, before)).toBeUndefined();
});
