/**
 * What metrics cost where players pay for it: all that one command counts, and one frame of lines; beside the same by
 * prom-client's own counters. In nanoseconds, the fastest of several rounds. `npm run bench:metrics [rounds]`
 */
import { Counter, Histogram, Registry } from "prom-client";
import { Deliveries } from "../rooms/deliveries.ts";
import { encodeLine, eventsFrame, linesIn } from "../rooms/frames.ts";
import { COMMANDS, namedCommand } from "../src/engine/registry.ts";
import { createCommandMetrics } from "../src/telemetry/command-metrics.ts";
import { LATENCY_BUCKETS_S } from "../src/telemetry/instruments.ts";
import { createStorageMetrics } from "../src/telemetry/storage-metrics.ts";

const rounds = Number(process.argv[2] ?? "20");
const CALLS = 100_000;

const registry = new Registry();
const commands = createCommandMetrics(registry, (word) => namedCommand(word)?.name, COMMANDS.map(({ name }) => name));
const none = (): number => 0;
const storage = createStorageMetrics(registry, {
  commits: () => ({ waiting: 0, inFlight: 0, inDoubt: 0 }), parked: none, softWaiting: none, downForMs: none, isDown: () => false, isReadOnly: () => false, pool: () => undefined, replicas: () => [], passwordsWaiting: none,
}, none);
const deliveries = new Deliveries();
const frame = eventsFrame([encodeLine({ message: "Ada says, \"good morning\"" }), encodeLine({ message: "Ben nods." })]);

const registers = [new Registry()];
const promCommands = new Counter({ name: "commands_total", help: "x", labelNames: ["class", "status", "code"], registers });
const promByName = new Counter({ name: "by_name_total", help: "x", labelNames: ["command"], registers });
const promOutcomes = new Counter({ name: "outcomes_total", help: "x", labelNames: ["outcome"], registers });
const promQueries = new Counter({ name: "queries_total", help: "x", labelNames: ["kind", "result"], registers });
const promSeconds = (name: string, labelNames: string[]): Histogram => new Histogram({ name, help: "x", labelNames, buckets: LATENCY_BUCKETS_S, registers });
const [promCommand, promQuery] = [promSeconds("command_seconds", ["class"]), promSeconds("query_seconds", ["kind"])];
const [promCommit, promTotal, promBatch] = ["commit_seconds", "commit_total_seconds", "batch"].map((name) => promSeconds(name, [])) as [Histogram, Histogram, Histogram];
const promLines = new Counter({ name: "lines_total", help: "x", registers });
const promFrames = new Counter({ name: "frames_total", help: "x", labelNames: ["kind"], registers });

const PARTS: Readonly<Record<string, () => void>> = {
  "a durable command, with a commit of its own": () => {
    const done = storage.query("commit");
    done("ok");
    storage.batch(1, 2.1);
    storage.committed("committed", 2.4);
    commands.answered({ line: "get lantern", status: "ok", code: undefined, durable: true, ms: 3 });
  },
  "the same by prom-client": () => {
    promQueries.inc({ kind: "commit", result: "ok" });
    promQuery.observe({ kind: "commit" }, 0.0021);
    promBatch.observe(1);
    promCommit.observe(0.0021);
    promOutcomes.inc({ outcome: "committed" });
    promTotal.observe(0.0024);
    promCommands.inc({ class: "durable", status: "ok", code: "" });
    promCommand.observe({ class: "durable" }, 0.003);
    promByName.inc({ command: "get" });
  },
  "a frame of lines to one player": () => {
    deliveries.frames += 1;
    deliveries.lines += linesIn(frame);
  },
  "the same by prom-client ": () => {
    promFrames.inc({ kind: "lines" });
    promLines.inc(linesIn(frame));
  },
};

const fastest = new Map<string, number>();
for (let round = 0; round < rounds; round += 1) {
  for (const [part, run] of Object.entries(PARTS)) {
    const startedMs = performance.now();
    for (let call = 0; call < CALLS; call += 1) run();
    const ns = ((performance.now() - startedMs) * 1e6) / CALLS;
    fastest.set(part, Math.min(fastest.get(part) ?? Infinity, ns));
  }
}
for (const [part, ns] of fastest) console.log(`${part.trim().padEnd(50)} ${ns.toFixed(1).padStart(8)} ns`);
const startedMs = performance.now();
const text = await registry.metrics();
console.log(`answering /metrics with these (${(text.length / 1024).toFixed(0)} KiB)${" ".repeat(10)} ${(performance.now() - startedMs).toFixed(1)} ms`);
