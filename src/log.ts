/**
 * The log: one JSON object per line for machines, short coloured lines where a person watches a terminal.
 * Secrets are taken out by the name of their field, wherever in the first three levels they stand.
 */
import pino, { type DestinationStream, type Logger } from "pino";
import type { LogLevel } from "./config.ts";

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

/**
 * Makes the log. `pretty` defaults to whether the standard output is a terminal; `destination` is for tests. Every line
 * carries `fields` (the process, its version). Child logs (`log.child({area})`) share all of it.
 */
export function createLog(options: { level: LogLevel; pretty?: boolean; destination?: DestinationStream; fields?: Record<string, unknown> }): Log {
  const destination = options.destination ?? process.stdout;
  const pretty = options.pretty ?? (options.destination === undefined && process.stdout.isTTY);
  return pino(
    {
      level: options.level,
      base: options.fields ?? {},
      messageKey: "message",
      errorKey: "error",
      serializers: { error: pino.stdSerializers.errWithCause, err: pino.stdSerializers.errWithCause },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: redactedPaths, censor: "[redacted]" },
    },
    pretty ? { write: (line) => void destination.write(prettyLine(line)) } : destination,
  );
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
