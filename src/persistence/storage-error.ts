/**
 * What went wrong between us and the database, as the three cases that matter: not sent (so nothing was done), refused
 * by the database (so it was rolled back), or cut in between (so nobody knows).
 */
import { AppError } from "../protocol/codes.ts";

const MAX_CAUSES = 5;

export class StorageError extends AppError {
  readonly outcome: "not-sent" | "refused" | "unknown";
  /** SQLSTATE, when the database answered. */
  readonly sqlState: string | undefined;
  /** Name of the violated constraint, where there was one. */
  readonly constraint: string | undefined;
  /** What the database said; for the log, never for a player. */
  readonly detail: string;

  constructor(outcome: StorageError["outcome"], cause: unknown) {
    super("E_STORAGE", undefined, { cause, retryAfterMs: 1000 });
    this.name = "StorageError";
    this.outcome = outcome;
    const fields = errorFields(cause);
    this.sqlState = fields.code;
    this.constraint = fields.constraint;
    this.detail = fields.message;
  }
}

/** No connection was made in time, whoever asked for it (the words are those of `pg` 8.23 and `pg-pool` 3.14, which have no codes for it). */
export function isConnectTimeout(error: unknown): boolean {
  for (let cause = error, depth = 0; cause instanceof Error && depth < MAX_CAUSES; cause = cause.cause, depth += 1) {
    if (/connection timeout|timeout exceeded when trying to connect|timeout expired/.test(cause.message)) return true;
  }
  return false;
}

/** Names of SQLSTATEs that we act on. */
export const SQLSTATE = {
  uniqueViolation: "23505",
  serializationFailure: "40001",
  deadlock: "40P01",
  lockNotAvailable: "55P03",
  /** Raised by `waystone_commit_v3`. */
  fenced: "WS001",
  repeated: "WS002",
  mismatch: "WS003",
} as const;

/** Wraps what a client of the database rejected with while a statement was under way. */
export function statementError(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const { code, severity } = errorFields(cause);
  return new StorageError(isAnswer(code, severity) ? "refused" : "unknown", cause);
}

/**
 * An answer means that the transaction was rolled back. Two kinds of error do not: a connection's own (ECONNRESET has
 * no SQLSTATE), and the database ending the session (class 57P, severity FATAL), which can strike between the commit
 * and the word of it.
 */
function isAnswer(code: string | undefined, severity: string | undefined): boolean {
  if (code === undefined || !/^[0-9A-Z]{5}$/.test(code)) return false;
  return !code.startsWith("57P") && !code.startsWith("08") && severity !== "FATAL" && severity !== "PANIC";
}

function errorFields(error: unknown): { code: string | undefined; constraint: string | undefined; severity: string | undefined; message: string } {
  const message = error instanceof Error ? error.message : String(error);
  if (typeof error !== "object" || error === null) return { code: undefined, constraint: undefined, severity: undefined, message };
  const text = (name: string): string | undefined => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === "string" ? value : undefined;
  };
  return { code: text("code"), constraint: text("constraint"), severity: text("severity"), message };
}
