/**
 * What is being done just now, and for whom: `Work` is carried along by Node (AsyncLocalStorage) through everything that a
 * command or a request sets off, so that log lines can name it, and calls to other processes and events on the bus can pass
 * it on. With an OpenTelemetry SDK loaded (docs/tracing.md) the same is a tree of spans over all processes.
 *
 * Without an SDK, OpenTelemetry's API is not even read, and every function here returns at once without making anything:
 * whether there is one is found out once, by `startTracing`. A leaf: everything but the rules of the world may use it.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { AttributeValue, Context, Span } from "@opentelemetry/api";

export type { Span };

export interface Work {
  /** `character:seq` for a command, the id of an HTTP request; null: nobody's. */
  readonly requestId: string | null;
  /** Where its spans hang; null where nothing traces it. */
  readonly traceContext: Context | null;
}

export type SpanKind = "internal" | "server" | "client" | "producer" | "consumer";
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

const works = new AsyncLocalStorage<Work | undefined>();

type Api = typeof import("@opentelemetry/api");
let otel: { readonly api: Api; readonly tracer: ReturnType<Api["trace"]["getTracer"]> } | null = null;

/** Where OpenTelemetry's API (any 1.x) keeps what an SDK has registered. */
const REGISTERED = Symbol.for("opentelemetry.js.api.1");

/** Looks once whether an SDK has been loaded; answers whether spans are made from now on. */
export async function startTracing(): Promise<boolean> {
  otel = null;
  const registered = (globalThis as { [REGISTERED]?: { trace?: unknown } })[REGISTERED];
  if (registered?.trace === undefined) return false;
  const api = await import("@opentelemetry/api");
  const tracer = api.trace.getTracer("waystone");
  // A provider that does nothing names no trace.
  if (api.isSpanContextValid(tracer.startSpan("probe").spanContext())) otel = { api, tracer };
  return otel !== null;
}

/** Has the SDK send what it still has. Rejects when it cannot. */
export async function flushTraces(): Promise<void> {
  if (otel === null) return;
  const provider = otel.api.trace.getTracerProvider() as { getDelegate?(): object };
  const flushing = (provider.getDelegate?.() ?? provider) as { forceFlush?(): Promise<void> };
  await flushing.forceFlush?.();
}

/** For tests: as before `startTracing`. */
export function stopTracing(): void {
  otel = null;
}

/** Whether spans are made. */
export const isTracing = (): boolean => otel !== null;

export const currentRequest = (): string | null => works.getStore()?.requestId ?? null;

/** Runs something as part of a work; undefined: as part of none. */
export function inWork<Args extends unknown[], Result>(work: Work | undefined, run: (...args: Args) => Result, ...args: Args): Result {
  if (work === works.getStore()) return run(...args);
  if (otel === null) return works.run(work, run, ...args);
  // For instrumentations of libraries, which look for the active context.
  return works.run(work, () => otel?.api.context.with(work?.traceContext ?? otel.api.ROOT_CONTEXT, run as never, undefined, ...args) as Result);
}

/** What lives on by itself (a timer, an area that is being opened for all) belongs to nobody's work. */
export function outsideWork<Args extends unknown[], Result>(run: (...args: Args) => Result, ...args: Args): Result {
  return works.getStore() === undefined ? run(...args) : inWork(undefined, run, ...args);
}

/** Begins a span within the current work; null where that is not traced. Whoever begins it ends it. */
export function begin(name: string, kind: SpanKind = "internal"): Span | null {
  if (otel === null) return null;
  const parent = works.getStore()?.traceContext;
  return parent == null ? null : start(name, kind, parent);
}

/** Begins a trace, or goes on with one that came from another process (`traceparent`), or with the current work's. */
export function beginRoot(name: string, kind: SpanKind, from?: string): Span | null {
  if (otel === null) return null;
  const { api } = otel;
  const remote = from === undefined ? undefined : spanContextOf(from);
  return start(name, kind, remote !== undefined ? api.trace.setSpanContext(api.ROOT_CONTEXT, remote) : (works.getStore()?.traceContext ?? api.ROOT_CONTEXT));
}

function start(name: string, kind: SpanKind, parent: Context): Span {
  const { api, tracer } = otel!;
  return tracer.startSpan(name, { kind: api.SpanKind[kind.toUpperCase() as "INTERNAL"] }, parent);
}

/** Where the spans of what this span does hang. */
export function contextOf(span: Span | null): Context | null {
  return span === null || otel === null ? null : otel.api.trace.setSpan(otel.api.ROOT_CONTEXT, span);
}

/** The work that a span stands for, of the same request unless another is named. */
export const workOf = (span: Span | null, requestId: string | null = currentRequest()): Work => ({ requestId, traceContext: contextOf(span) });

/** Ends a span; with an error, as failed. */
export function end(span: Span | null, attributes?: Attributes, error?: unknown): void {
  if (span === null || otel === null) return;
  for (const [name, value] of Object.entries(attributes ?? {})) if (value !== undefined) span.setAttribute(name, value);
  if (error !== undefined) {
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    if (code !== undefined) span.setAttribute("error.type", code);
    // The message of an error may be anybody's words; its type and code are ours.
    span.setStatus({ code: otel.api.SpanStatusCode.ERROR, message: code ?? (error instanceof Error ? error.name : "") });
  }
  span.end();
}

/** Ends a span when what it measured has been done: `ended(begin("apply"), apply())`. */
export function ended<Result>(span: Span | null, result: Result): Result {
  span?.end();
  return result;
}

/** Does something that may wait as a span of the current work. */
export function spanning<Result>(name: string, kind: SpanKind, attributes: Attributes, run: () => Promise<Result>): Promise<Result> {
  const span = begin(name, kind);
  return span === null ? run() : during(span, attributes, run);
}

/** The same as the first span of a trace (or going on with another process's). */
export function spanningRoot<Result>(name: string, kind: SpanKind, attributes: Attributes, run: () => Promise<Result>, from?: string): Promise<Result> {
  const span = beginRoot(name, kind, from);
  return span === null ? run() : during(span, attributes, run);
}

async function during<Result>(span: Span, attributes: Attributes, run: () => Promise<Result>): Promise<Result> {
  try {
    const result = await inWork(workOf(span), run);
    end(span, attributes);
    return result;
  } catch (error) {
    end(span, attributes, error);
    throw error;
  }
}

/** Names the current span for another process (W3C Trace Context, `traceparent`); undefined where there is none. */
export function traceparent(): string | undefined {
  const context = works.getStore()?.traceContext;
  if (otel === null || context == null) return undefined;
  const span = otel.api.trace.getSpanContext(context);
  return span === undefined ? undefined : `00-${span.traceId}-${span.spanId}-${span.traceFlags.toString(16).padStart(2, "0")}`;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?$/;

function spanContextOf(text: string): { traceId: string; spanId: string; traceFlags: number; isRemote: true } | undefined {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(text) ?? [];
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1, isRemote: true as const };
  return otel?.api.isSpanContextValid(context) ? context : undefined;
}

/** A request's id as another process may have sent it: it is written into our log. Undefined for anything that is none. */
export const requestIdOf = (text: unknown): string | undefined => (typeof text === "string" && /^[\w:.-]{1,128}$/.test(text) ? text : undefined);
