import { expect, test } from "vitest";
import { LogHistogram } from "./log-histogram.ts";

test("quantiles are right to 2 %, whatever the order, and the slowest is exact", () => {
  const histogram = new LogHistogram();
  for (let ms = 1000; ms >= 1; ms -= 1) histogram.add(ms);
  for (const [share, ms] of [[0.5, 500], [0.95, 950], [0.99, 990]] as const) {
    expect(histogram.quantile(share)).toBeGreaterThanOrEqual(ms);
    expect(histogram.quantile(share)).toBeLessThanOrEqual(ms * 1.021);
  }
  expect(histogram.maxMs).toBe(1000);
  expect(histogram.quantile(1)).toBe(1000);
  expect(histogram.meanMs).toBe(500.5);
});

test("what two processes have counted adds up to what one would have", () => {
  const [whole, one, other] = [new LogHistogram(), new LogHistogram(), new LogHistogram()];
  for (let n = 0; n < 500; n += 1) {
    const ms = 0.001 * 1.05 ** n;
    whole.add(ms);
    (n % 3 === 0 ? one : other).add(ms);
  }
  const sum = LogHistogram.of(one.pack(), other.pack());
  expect(sum.count).toBe(500);
  for (const share of [0, 0.1, 0.5, 0.99, 1]) expect(sum.quantile(share)).toBe(whole.quantile(share));
});

test("nothing counted is no number", () => {
  expect(new LogHistogram().quantile(0.5)).toBeNaN();
  expect(new LogHistogram().maxMs).toBeNaN();
});
