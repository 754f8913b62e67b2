/**
 * The log: one JSON object per line for machines, short coloured lines where a person watches a terminal.
 * Secrets are taken out, by the name of their field wherever in the first three levels they stand, and by what they look like
 * wherever they stand (`telemetry/scrub.ts`). A line that repeats is written so often and then counted. How much is
 * written can be changed while the process runs, for a bounded time.
 */
import pino, { type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./config.ts";
import { LOG_SWEEP_MS } from "./limits.ts";
import { kindOfError } from "./telemetry/error-fingerprint.ts";
import { LogLimit } from "./telemetry/log-limit.ts";
import { Scrubber } from "./telemetry/scrub.ts";
import { currentRequest } from "./telemetry/tracing.ts";
import { interval, timeout } from "./timers.ts";

export type Log = Logger;

/** Fields that never reach the log, whoever logs an object that has them. */
export const SECRET_FIELDS = [
  "password", "passwordHash", "password_hash", "adminPassword", "token", "_authToken", "authorization", "cookie", "set-cookie",
  "secret", "jwtSecret", "databaseUrl", "redisUrl", "sentryDsn",
] as const;

const redactedPaths = SECRET_FIELDS.flatMap((field) => {
  const path = field.includes("-") ? `["${field}"]` : `.${field}`;
  return [path.replace(/^\./, ""), `*${path}`, `*.*${path}`];
});

export interface LogOptions {
  readonly level: LogLevel;
  /** Defaults to whether the standard output is a terminal. */
  readonly pretty?: boolean;
  /** For tests. */
  readonly destination?: DestinationStream;
  /** Every line carries these (the process, its version). Child logs (`log.child({area})`) have all of it. */
  readonly fields?: Readonly<Record<string, unknown>>;
  /** Values that must not be shown, wherever they turn up. */
  readonly secrets?: readonly string[];
  readonly nowMs?: () => number;
  /** Told of every error that is logged as one (also of those whose line is held back). */
  readonly onError?: (error: unknown, what: { readonly message: string; readonly fields: Readonly<Record<string, unknown>> }) => void;
}

export interface LevelNow {
  readonly level: LogLevel;
  /** When it goes back to the configured one by itself, in ms since 1970; null: it is that one. */
  readonly untilMs: number | null;
}

export interface OpenLog {
  readonly log: Log;
  readonly scrubber: Scrubber;
  /** Lines that were counted and not written, since it was opened. */
  heldBack(): number;
  level(): LevelNow;
  /** Writes so much for `forMs`, then as much as is configured. */
  setLevel(level: LogLevel, forMs: number): LevelNow;
  /** Writes what was held back, and no more by itself. */
  stop(): void;
}

/** pino's numbers. */
const INFO = 30;
const ERROR = 50;

/** Opens the log of a process. */
export function openLog(options: LogOptions): OpenLog {
  const { level: configured, nowMs = Date.now, onError } = options;
  const scrubber = new Scrubber(options.secrets);
  const limit = new LogLimit(nowMs);
  const children = new Set<WeakRef<Logger>>();
  const destination = options.destination ?? process.stdout;
  const pretty = options.pretty ?? (options.destination === undefined && process.stdout.isTTY);
  const log: Log = pino(
    {
      level: configured,
      base: options.fields ?? {},
      messageKey: "message",
      errorKey: "error",
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: "[redacted]" },
      mixin: () => {
        const request = currentRequest();
        return request === null ? {} : { request };
      },
      // A child keeps a level of its own, which must follow.
      onChild: (child) => void children.add(new WeakRef(child)),
      hooks: {
        streamWrite: (line) => scrubber.line(line),
        logMethod(args, method, level) {
          if (level >= INFO) {
            const { message, error, fields } = partsOf(args);
            if (level >= ERROR && error !== undefined) onError?.(error, { message, fields });
            if (!limit.admit(level, error === undefined ? message : `${message}: ${kindOfError(error).fingerprint}`)) return;
          }
          method.apply(this, args);
        },
      },
    },
    pretty ? { write: (line) => void destination.write(prettyLine(line)) } : destination,
  );

  const sayHeldBack = (all: boolean): void => {
    for (const { kind, times, level } of limit.close(all)) log[level >= ERROR ? "error" : level > INFO ? "warn" : "info"]({ kind, times }, "lines of one kind were held back");
  };
  const stopSweeping = interval(() => sayHeldBack(false), LOG_SWEEP_MS, (error) => log.error({ err: error }, "what was held back cannot be told"));
  let untilMs: number | null = null;
  let back = (): void => undefined;
  const use = (level: LogLevel): void => {
    log.level = level;
    for (const reference of children) {
      const child = reference.deref();
      if (child === undefined) children.delete(reference);
      else child.level = level;
    }
  };
  const level = (): LevelNow => ({ level: log.level as LogLevel, untilMs });
  return {
    log, scrubber, level, heldBack: () => limit.heldBack,
    setLevel: (wanted, forMs) => {
      back();
      // Said before it may be too quiet for it, or after.
      const say = (): void => log.warn({ from: log.level, to: wanted, ...(wanted === configured ? {} : { forMs }) }, "the level of the log changes");
      say();
      use(wanted);
      untilMs = wanted === configured ? null : nowMs() + forMs;
      back = wanted === configured ? () => undefined : timeout(() => {
        use(configured);
        untilMs = null;
        log.warn({ from: wanted, to: configured }, "the level of the log is back");
      }, forMs, (error) => log.error({ err: error }, "the level of the log cannot be set back"));
      return level();
    },
    stop: () => {
      back();
      stopSweeping();
      sayHeldBack(true);
    },
  };
}

/** A log that is never stopped and whose level stays: for commands and tests. */
export const createLog = (options: LogOptions): Log => openLog(options).log;

/** What a call of a log's method was given: `(fields, message)`, `(error)` or `(message)`. */
function partsOf(args: readonly unknown[]): { message: string; error: unknown; fields: Readonly<Record<string, unknown>> } {
  const [first, second] = args;
  const message = typeof first === "string" ? first : typeof second === "string" ? second : "";
  if (typeof first !== "object" || first === null) return { message, error: undefined, fields: {} };
  if (first instanceof Error) return { message, error: first, fields: {} };
  const fields = first as Readonly<Record<string, unknown>>;
  return { message, error: fields["err"] ?? fields["error"], fields };
}

const COLOURS: Record<string, string> = { trace: "90", debug: "90", info: "36", warn: "33", error: "31", fatal: "41" };

interface Line extends Record<string, unknown> {
  readonly level: string;
  readonly time: string;
  readonly message?: string;
  readonly error?: unknown;
  readonly err?: unknown;
}

/** `12:30:01.123 info  listening  port=2567`, then the stack of an error (`error` or `err`), if there is one. */
export function prettyLine(json: string): string {
  const { level, time, message, error, err, ...rest } = JSON.parse(json) as Line;
  const fields = Object.entries(rest).map(([name, value]) => `\u001b[90m${name}=\u001b[0m${typeof value === "string" ? value : JSON.stringify(value)}`);
  const head = `\u001b[90m${time.slice(11, 23)}\u001b[0m \u001b[${COLOURS[level] ?? "0"}m${level.padEnd(5)}\u001b[0m ${message ?? ""}`;
  return `${[head, ...fields].join("  ")}${stackOf(error ?? err)}\n`;
}

function stackOf(error: unknown): string {
  if (error === undefined) return "";
  const hasStack = typeof error === "object" && error !== null && "stack" in error && typeof error.stack === "string";
  return `\n${hasStack ? (error as { stack: string }).stack : JSON.stringify(error)}`;
}
