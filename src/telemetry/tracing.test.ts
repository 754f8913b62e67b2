/** Traces with a real SDK in this process, and without one. */
import { context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { interval, timeout } from "../timers.ts";
import { begin, beginRoot, currentRequest, end, ended, inWork, isTracing, outsideWork, requestIdOf, spanning, spanningRoot, startTracing, stopTracing, traceparent, workOf } from "./tracing.ts";
import { collectGarbage } from "../../test/support/collect-garbage.ts";

const work = { requestId: "ada:7", traceContext: null };

describe("without an SDK", () => {
  beforeEach(async () => expect(await startTracing()).toBe(false));

  test("there are no spans, and what is to be done is done", async () => {
    expect(isTracing()).toBe(false);
    expect(beginRoot("a", "server")).toBeNull();
    expect(begin("b")).toBeNull();
    end(null);
    expect(ended(null, 3)).toBe(3);
    expect(await spanningRoot("c", "internal", {}, () => Promise.resolve(4))).toBe(4);
    await expect(spanning("d", "internal", {}, () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(traceparent()).toBeUndefined();
  });

  test("spans that are not made leave nothing on the heap", () => {
    const round = (): void => inWork(work, () => {
      for (let i = 0; i < 200_000; i += 1) {
        end(beginRoot("command", "server"));
        end(begin("decide"));
        ended(begin("apply"), i);
      }
    });
    round();
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    round();
    const perSpan = (process.memoryUsage().heapUsed - before) / 600_000;
    // A single object would be 16 bytes or more; some of what is measured is the test's own.
    expect(perSpan).toBeLessThan(4);
  });

  test("the request is known in everything it sets off, and in nothing that others, or timers, do", async () => {
    const seen: Record<string, string | null> = {};
    const { promise: timers, resolve } = Promise.withResolvers<void>();
    await inWork(work, async () => {
      await Promise.resolve();
      seen["inside"] = currentRequest();
      seen["outside"] = outsideWork(currentRequest);
      inWork({ requestId: "ben:1", traceContext: null }, () => { seen["another"] = currentRequest(); });
      const stop = interval(() => {
        seen["interval"] = currentRequest();
        stop();
        timeout(() => {
          seen["timeout"] = currentRequest();
          resolve();
        }, 0, () => undefined);
      }, 1, () => undefined);
      await timers;
      seen["after"] = currentRequest();
    });
    expect(currentRequest()).toBeNull();
    expect(seen).toEqual({ inside: "ada:7", outside: null, another: "ben:1", interval: null, timeout: null, after: "ada:7" });
  });

  test("only what may be a request's id is one", () => {
    expect(["01m8:17", "01m8:req_1", "follow:3"].map(requestIdOf)).toEqual(["01m8:17", "01m8:req_1", "follow:3"]);
    for (const odd of ["", "a b", "x\r\nset-cookie: y", "é", "x".repeat(129), 7, undefined, null, {}]) expect(requestIdOf(odd)).toBeUndefined();
  });
});

describe("with an SDK", () => {
  let exporter: InMemorySpanExporter;
  let provider: NodeTracerProvider;
  beforeEach(async () => {
    exporter = new InMemorySpanExporter();
    provider = new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    provider.register();
    expect(await startTracing()).toBe(true);
    exporter.reset();
  });
  afterEach(async () => {
    stopTracing();
    trace.disable();
    context.disable();
    await provider.shutdown();
  });
  const tree = (): [string, string | undefined][] => {
    const spans = exporter.getFinishedSpans();
    return spans.map((span) => [span.name, spans.find((other) => other.spanContext().spanId === span.parentSpanContext?.spanId)?.name]);
  };

  test("what is begun within a work hangs below it, whatever else is under way; for libraries too", async () => {
    const one = beginRoot("one", "server");
    const two = beginRoot("two", "server");
    await Promise.all([one, two].map((span, index) => inWork(workOf(span, `who:${index}`), async () => {
      await new Promise((resolve) => setImmediate(resolve));
      await spanning(`wait ${index}`, "internal", {}, async () => {
        await Promise.resolve();
        trace.getTracer("a library").startSpan(`library ${index}`).end();
      });
    })));
    end(one);
    end(two);
    expect(tree()).toEqual(expect.arrayContaining([["one", undefined], ["two", undefined], ["wait 0", "one"], ["wait 1", "two"], ["library 0", "wait 0"], ["library 1", "wait 1"]]));
    // Nobody's work is nobody's trace.
    expect(begin("stray")).toBeNull();
  });

  test("a trace goes on in another process by its traceparent; whatever is none begins a new one", () => {
    const root = beginRoot("here", "client");
    const sent = inWork(workOf(root), traceparent);
    end(root);
    expect(sent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    end(beginRoot("there", "server", sent));
    expect(tree()).toEqual([["here", undefined], ["there", "here"]]);
    exporter.reset();
    for (const odd of ["", "00-0-0-00", `00-${"0".repeat(32)}-${"a".repeat(16)}-01`, `ff-${"a".repeat(32)}-${"b".repeat(16)}-01`, "x".repeat(10_000)]) end(beginRoot("there", "server", odd));
    expect(exporter.getFinishedSpans().map((span) => span.parentSpanContext)).toEqual([undefined, undefined, undefined, undefined, undefined]);
  });

  test("a failure is on the span by its code, without the words", async () => {
    const failure = Object.assign(new Error("the password was hunter2"), { code: "E_BUSY" });
    await expect(spanningRoot("x", "internal", { "waystone.area": "square", none: undefined }, () => Promise.reject(failure))).rejects.toThrow(failure);
    const [span] = exporter.getFinishedSpans();
    expect(span).toMatchObject({ status: { code: 2, message: "E_BUSY" }, attributes: { "error.type": "E_BUSY", "waystone.area": "square" } });
    expect(JSON.stringify([span!.attributes, span!.status, span!.events])).not.toContain("hunter2");
  });
});
