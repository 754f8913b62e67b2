/**
 * What traces cost: commands through one area in memory, without a database or a socket, so that every microsecond of
 * tracing shows. In turns: off (as without an SDK), an SDK that samples nothing, and one that keeps every span for an
 * exporter that drops it. `npm run bench:tracing [rounds]`
 */
import { NodeTracerProvider, SimpleSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-node";
import { trace } from "@opentelemetry/api";
import type { CharacterId } from "../src/engine/ids.ts";
import { MemoryStore } from "../src/persistence/memory-store.ts";
import { ActiveArea } from "../src/runtime/active-area.ts";
import { Online } from "../src/runtime/online.ts";
import { ParkingSpace } from "../src/runtime/parking.ts";
import { begin, beginRoot, end, inWork, startTracing, stopTracing } from "../src/telemetry/tracing.ts";
import { aKind, aRoom, aWorld } from "../test/support/transcript.ts";

const rounds = Number(process.argv[2] ?? "15");
const COMMANDS = 4_000;
const CALLS = 1_000_000;
const ada = "ada" as CharacterId;

const world = aWorld({ rooms: [aRoom("yard")], kinds: [aKind("apple", { name: "an apple" })] });
const store = new MemoryStore(() => world.nowMs);
store.putCharacter({ ...aWorld({ content: world.content }).person("Ada"), room: "yard" as never });
store.beat("one");
const owned = await store.ownership("one").acquire(world.area.id);
if ("heldBy" in owned) throw new Error("somebody has the area");
const nothing = (): void => undefined;
const raise = (error: unknown): never => {
  throw error instanceof Error ? error : new Error(String(error));
};
const fresh = aWorld({ content: world.content });
fresh.item("apple", "yard");
const active = new ActiveArea(fresh.area, owned.epoch, { applied: nothing, recent: () => [], brought: nothing, room: nothing, personal: nothing, transfer: nothing, dismiss: nothing, closed: nothing }, {
  // Written at once: what is measured is everything else.
  committer: { commit: () => Promise.resolve({ kind: "committed", entry: "1" }), flush: () => Promise.resolve() },
  parkingSpace: new ParkingSpace(), storage: { down: false, downForMs: () => 0, failed: nothing }, store, soft: store, clock: { nowMs: () => world.nowMs, after: () => nothing }, online: new Online(),
  gate: { reserve: () => Promise.reject(new Error("there is no other area")) }, far: { toPlayer: nothing, toChannel: nothing, toAreas: nothing },
  context: () => world.ctx, npcLeft: nothing, doorChanged: nothing, broken: (_, reason, cause) => raise(cause ?? reason), bug: raise, answered: nothing,
});
await active.admit(ada, { kind: "resume" });

const LINES = ["get apple", "say here it is", "drop apple", "look"] as const;
async function microsecondsPerCommand(): Promise<number> {
  const startedMs = performance.now();
  for (let i = 0; i < COMMANDS; i += 1) await new Promise<void>((resolve) => active.command({ actor: ada, line: LINES[i % LINES.length]!, id: `req_${i}`, seq: null }, () => resolve()));
  return ((performance.now() - startedMs) * 1000) / COMMANDS;
}

/** The parts of tracing in one command, by themselves, in nanoseconds. */
function nanosecondsPerPart(): { spans: number; work: number } {
  const work = { requestId: "ada:1", traceContext: null };
  const time = (run: () => void): number => {
    const startedMs = performance.now();
    for (let i = 0; i < CALLS; i += 1) run();
    return ((performance.now() - startedMs) * 1e6) / CALLS;
  };
  const spans = time(() => {
    end(beginRoot("command", "server"));
    end(begin("decide"));
    end(begin("commit"));
    end(begin("apply"));
  });
  return { spans, work: time(() => inWork(work, nothing)) };
}

const dropping: SpanExporter = { export: (_, done) => done({ code: 0 }), shutdown: () => Promise.resolve() };
const use = (sampler: string): void => {
  trace.disable();
  process.env["OTEL_TRACES_SAMPLER"] = sampler;
  new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(dropping)] }).register();
};
const MODES = {
  off: () => Promise.resolve(stopTracing()),
  "SDK, nothing sampled": async () => {
    use("always_off");
    await startTracing();
  },
  "SDK, all sampled": async () => {
    use("always_on");
    await startTracing();
  },
} satisfies Record<string, () => Promise<unknown>>;
const times = Object.fromEntries(Object.keys(MODES).map((mode) => [mode, [] as number[]]));
for (let round = 0; round < rounds + 2; round += 1) {
  for (const [mode, enter] of Object.entries(MODES)) {
    await enter();
    const took = await microsecondsPerCommand();
    // The first two warm up.
    if (round >= 2) times[mode]!.push(took);
  }
}
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
stopTracing();
nanosecondsPerPart();
const parts = nanosecondsPerPart();
const off = median(times["off"]!);
console.log(`${rounds} rounds of ${COMMANDS} commands each, medians`);
for (const [mode, values] of Object.entries(times)) console.log(`${mode.padEnd(22)} ${median(values).toFixed(1).padStart(7)} µs a command   ${(median(values) / off).toFixed(2)} of off`);
console.log(`off, by itself: four spans that are not made ${parts.spans.toFixed(1)} ns (${((parts.spans / 1000 / off) * 100).toFixed(2)} % of a command), carrying the request's id ${parts.work.toFixed(0)} ns (${((parts.work / 1000 / off) * 100).toFixed(2)} %)`);
