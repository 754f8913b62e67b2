/** One command over two processes is one tree of spans, at a collector that speaks OTLP; and one request id in both logs (issue 6). */
import { execFile } from "node:child_process";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { WorldMap } from "../support/world-map.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly name: string;
  /** Which process made it. */
  readonly pid: number;
  readonly attributes: Readonly<Record<string, string | number>>;
}

interface OtlpValue { readonly stringValue?: string; readonly intValue?: number | string }
interface OtlpAttribute { readonly key: string; readonly value: OtlpValue }
interface Otlp {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: readonly OtlpAttribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly (Omit<Span, "pid" | "attributes"> & { readonly attributes: readonly OtlpAttribute[] })[] }[];
  }[];
}

const attributesOf = (list: readonly OtlpAttribute[]): Record<string, string | number> => Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

/** A collector: takes OTLP as JSON over HTTP and keeps the spans. */
class Collector {
  readonly spans: Span[] = [];
  readonly #server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      for (const { resource, scopeSpans } of (JSON.parse(Buffer.concat(chunks).toString()) as Otlp).resourceSpans) {
        const pid = Number(attributesOf(resource.attributes)["process.pid"]);
        for (const { spans } of scopeSpans) for (const span of spans) this.spans.push({ ...span, parentSpanId: span.parentSpanId ?? "", pid, attributes: attributesOf(span.attributes) });
      }
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** The trace of a command of somebody, once `name` is in it: waits for what is sent in the background. */
  async trace(verb: string, name: string): Promise<Span[]> {
    return await vi.waitFor(() => {
      for (const root of this.spans.filter((span) => span.name === "command" && span.attributes["waystone.verb"] === verb && span.parentSpanId === "")) {
        const all = this.spans.filter(({ traceId }) => traceId === root.traceId);
        if (all.some((span) => span.name === name)) return all;
      }
      throw new Error(`no trace of ${verb} with ${name}; there are ${JSON.stringify([...new Set(this.spans.map((span) => `${span.name} ${span.attributes["waystone.verb"] ?? ""}`))])}`);
    }, { timeout: 60_000, interval: 200 });
  }
}

const REGISTER = fileURLToPath(new URL("../../deploy/otel/register.mjs", import.meta.url));
let postgres: TestPostgres;
let redis: TestRedis;
let map: WorldMap;
let one: ServerProcess;
let two: ServerProcess;
const collector = new Collector();

beforeAll(async () => {
  postgres = await startPostgres();
  redis = await startRedis();
  const databaseUrl = await postgres.url();
  const env = {
    DATABASE_URL: databaseUrl, REDIS_URL: redis.url, JWT_SECRET: "a secret that both processes know, and nobody else", LOG_LEVEL: "debug",
    WAYSTONE_IMPORT: REGISTER,
    OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(), OTEL_BSP_SCHEDULE_DELAY: "200", OTEL_TRACES_SAMPLER: "parentbased_always_on",
  };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  map = await WorldMap.open(databaseUrl);
  await map.give(one.port, "square");
  await map.give(two.port, "lanterns", "town");
  // Each hears of the other with its next beat.
  await new Promise((resolve) => setTimeout(resolve, 2500));
});
afterAll(async () => {
  await map?.close();
  await one?.remove();
  await two?.remove();
  await redis?.stop();
  await postgres?.stop();
  collector.close();
});

/** `command > decide` and so on: every span with the names above it. */
function paths(trace: readonly Span[]): string[] {
  const pathOf = (span: Span): string => {
    const parent = trace.find(({ spanId }) => spanId === span.parentSpanId);
    return parent === undefined ? span.name : `${pathOf(parent)} > ${span.name}`;
  };
  return trace.map(pathOf);
}

const lines = ({ output }: ServerProcess): Record<string, unknown>[] => output.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);

test("what is done in one place: command, decide, commit, apply", async () => {
  expect(one.output).toContain("traces are made");
  const ada = await StockPlayer.register(one.endpoint, "Adalind");
  expect((await ada.types("sit")).status).toBe("ok");
  await ada.types("stand");
  await ada.types("drop everything");
  await vi.waitFor(async () => expect(paths(await collector.trace("drop", "apply")).sort()).toEqual(["command", "command > apply", "command > commit", "command > decide"]), { timeout: 30_000, interval: 200 });
  const trace = await collector.trace("drop", "apply");
  expect(trace.find(({ name }) => name === "command")!.attributes).toMatchObject({ "waystone.area": "square", "waystone.status": "ok" });
  expect(trace.find(({ name }) => name === "commit")!.attributes).toMatchObject({ "waystone.outcome": "committed" });
  await ada.leaves();
});

test("a walk over the border is one trace on both processes, and goes on there with what was left of the line", async () => {
  const ben = await StockPlayer.register(one.endpoint, "Benedikt");
  const answer = await ben.typesTillEnd("n;look");
  expect(answer.status).toBe("ok");
  const trace = await collector.trace("n;look", "arrive");
  await vi.waitFor(async () => expect(paths(await collector.trace("n;look", "arrive"))).toEqual(expect.arrayContaining([
    "command", "command > decide", "command > hand off", "command > hand off > peer seat", "command > hand off > peer seat > peer seat", "command > hand off > peer seat > peer seat > arrive",
    "command > commit", "command > apply", "command > command", "command > command > decide",
  ])), { timeout: 60_000, interval: 500 });
  const root = trace.find(({ parentSpanId }) => parentSpanId === "")!;
  expect(root.pid).toBe(one.pid);
  expect(trace.filter(({ name }) => name === "arrive").map(({ pid }) => pid)).toEqual([two.pid]);
  expect(new Set(trace.map(({ traceId }) => traceId)).size).toBe(1);
  // The same name in the logs of both.
  const request = String(root.attributes["waystone.request"]);
  for (const server of [one, two]) await vi.waitFor(() => expect(lines(server).filter((line) => line["request"] === request).map(({ message }) => message), server.output.slice(-3000)).not.toEqual([]), { timeout: 20_000 });
  // What somebody types is nobody's business.
  expect(JSON.stringify(collector.spans)).not.toContain("everything");
  await ben.leaves();
});

test("a tell goes over the bus within its trace", async () => {
  const carla = await StockPlayer.register(one.endpoint, "Carlotta");
  const dora = await StockPlayer.register(one.endpoint, "Dorothea");
  await dora.types("n");
  await vi.waitFor(async () => expect(textOf(await carla.types("who"))).toContain("Dorothea"), { timeout: 30_000, interval: 500 });
  await carla.types("tell dorothea do you read me");
  await dora.hears("do you read me");
  const trace = await collector.trace("tell", "receive player_message");
  expect(paths(trace)).toContain("command > publish player_message > receive player_message");
  expect(trace.find(({ name }) => name === "receive player_message")!.pid).toBe(two.pid);
  const request = String(trace.find(({ name }) => name === "command")!.attributes["waystone.request"]);
  await vi.waitFor(() => expect(lines(two).filter((line) => line["request"] === request).map(({ message }) => message)).toContain("event of the bus"), { timeout: 20_000 });
  await carla.leaves();
  await dora.leaves();
});

test("HTTP requests are traces of their own, with the id that the answer names; nothing secret is in them", async () => {
  const answer = await fetch(`${one.endpoint}/auth/login?password=hunter2&_authToken=abc`, { method: "POST", headers: { "content-type": "application/json", traceparent: `00-${"a".repeat(32)}-${"b".repeat(16)}-01` }, body: JSON.stringify({ username: "Nobody", password: "hunter2" }) });
  const span = await vi.waitFor(() => {
    const found = collector.spans.find(({ attributes }) => attributes["waystone.request"] === answer.headers.get("x-request-id"));
    expect(found).toBeDefined();
    return found!;
  }, { timeout: 30_000, interval: 200 });
  // Whoever asks does not choose the trace: no proxy is trusted here.
  expect(span).toMatchObject({ name: "HTTP POST", parentSpanId: "", attributes: { "url.path": "/auth/login", "http.response.status_code": 401 } });
  expect(span.traceId).not.toBe("a".repeat(32));
  expect(JSON.stringify(collector.spans)).not.toMatch(/hunter2|_authToken/);
});

test("how many traces are kept is said by OpenTelemetry's variables; NODE_OPTIONS loads the example as well", async () => {
  const script = `import { trace } from "@opentelemetry/api"; process.stdout.write(String(trace.getTracer("x").startSpan("y").isRecording())); process.exit(0);`;
  const records = async (sampler: string): Promise<string> => (await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL("../..", import.meta.url)), env: { PATH: process.env["PATH"], NODE_OPTIONS: `--import ${REGISTER}`, OTEL_TRACES_SAMPLER: sampler, OTEL_TRACES_SAMPLER_ARG: "0" },
  })).stdout;
  expect(await Promise.all(["parentbased_always_on", "parentbased_traceidratio", "always_off"].map(records))).toEqual(["true", "false", "false"]);
});

test("a process that closes gives its areas away in traces that reach into the other, and sends the last of them", async () => {
  const emma = await StockPlayer.register(one.endpoint, "Emmeline");
  expect(await one.stop()).toBe(0);
  await vi.waitFor(() => {
    const given = collector.spans.filter(({ name }) => name === "hand over").map((root) => collector.spans.filter(({ traceId }) => traceId === root.traceId));
    expect(given.map((trace) => paths(trace))).toContainEqual(expect.arrayContaining(["hand over", "hand over > peer adopt", "hand over > peer adopt > peer adopt"]));
    expect(given.flat().some(({ name, pid }) => name === "peer adopt" && pid !== two.pid)).toBe(true);
    expect(given.flat().some(({ name, pid }) => name === "arrive" && pid === two.pid)).toBe(true);
  }, { timeout: 60_000, interval: 300 });
  expect((await emma.types("look")).status).toBe("ok");
  await emma.leaves();
});
