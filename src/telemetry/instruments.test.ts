import { Registry } from "prom-client";
import { expect, test } from "vitest";
import { MAX_SERIES_PER_METRIC } from "../limits.ts";
import { counter, countedElsewhere, countFailedReadings, gauges, histogram } from "./instruments.ts";

test("what was counted is written as Prometheus reads it", async () => {
  const registry = new Registry();
  const commands = counter(registry, { name: "t_commands_total", help: "Commands.", labels: ["class", "code"] });
  commands.with("durable", "").inc();
  commands.with("durable", "").inc(2);
  commands.with("ephemeral", 'E_"x"').inc();
  counter(registry, { name: "t_bugs_total", help: "Faults." });
  const seconds = histogram(registry, { name: "t_seconds", help: "Time.", labels: ["kind"], buckets: [0.1, 1] }).with("a");
  for (const value of [0.05, 0.1, 0.5, 7]) seconds.observe(value);
  gauges(registry, { name: "t_up", help: "Up.", labels: ["role"] }, () => [["cache", 1], ["bus", 0]]);
  gauges(registry, { name: "t_free_bytes", help: "Free." }, async () => Promise.resolve([[5]]));
  countedElsewhere(registry, { name: "t_lines_total", help: "Lines." }, () => [[9]]);
  expect((await registry.metrics()).split("\n").filter((line) => line !== "")).toEqual([
    "# HELP t_commands_total Commands.", "# TYPE t_commands_total counter", 't_commands_total{class="durable",code=""} 3', 't_commands_total{class="ephemeral",code="E_\\"x\\""} 1',
    "# HELP t_bugs_total Faults.", "# TYPE t_bugs_total counter", "t_bugs_total 0",
    "# HELP t_seconds Time.", "# TYPE t_seconds histogram",
    't_seconds_bucket{le="0.1",kind="a"} 2', 't_seconds_bucket{le="1",kind="a"} 3', 't_seconds_bucket{le="+Inf",kind="a"} 4', 't_seconds_sum{kind="a"} 7.65', 't_seconds_count{kind="a"} 4',
    "# HELP t_up Up.", "# TYPE t_up gauge", 't_up{role="cache"} 1', 't_up{role="bus"} 0',
    "# HELP t_free_bytes Free.", "# TYPE t_free_bytes gauge", "t_free_bytes 5",
    "# HELP t_lines_total Lines.", "# TYPE t_lines_total counter", "t_lines_total 9",
  ]);
});

test("a name is given once, and a label without bound becomes one series", async () => {
  const registry = new Registry();
  const family = counter(registry, { name: "t_total", help: "t", labels: ["who"] });
  expect(() => counter(registry, { name: "t_total", help: "again" })).toThrow("already been registered");
  for (let who = 0; who < MAX_SERIES_PER_METRIC + 50; who += 1) family.with(`player ${who}`).inc();
  const lines = (await registry.metrics()).split("\n").filter((line) => line.startsWith("t_total"));
  expect(lines).toHaveLength(MAX_SERIES_PER_METRIC + 1);
  expect(lines).toContain('t_total{who="other"} 50');
});

test("what cannot be read is left out and counted; the others are read all the same", async () => {
  const registry = new Registry();
  countFailedReadings(registry);
  gauges(registry, { name: "t_gone_bytes", help: "Gone." }, () => Promise.reject(new Error("no such folder")));
  gauges(registry, { name: "t_early", help: "Not there yet." }, () => { throw new Error("not yet"); });
  gauges(registry, { name: "t_here", help: "Here." }, () => [[7]]);
  await registry.metrics();
  const lines = (await registry.metrics()).split("\n");
  expect(lines.filter((line) => /^t_/.test(line))).toEqual(["t_here 7"]);
  expect(lines).toContain("waystone_metrics_failed_total 2");
});
