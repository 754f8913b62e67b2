/** The errors of this process since it started, by kind: how often, first and last seen, and what the newest said. */
import { createHash } from "node:crypto";
import { MAX_ERROR_GROUPS, MAX_ERROR_MESSAGE_CHARS } from "../limits.ts";
import { kindOfError, type ErrorKind } from "./error-fingerprint.ts";
import { currentRequest } from "./tracing.ts";

export interface ErrorGroup extends ErrorKind {
  /** Short, and the same in every process of a version. */
  readonly id: string;
  readonly count: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** What the newest one said, without secrets. */
  readonly message: string;
  /** The log's line about it. */
  readonly where: string;
  /** What the newest one was done for. */
  readonly request: string | null;
}

type Listener = (group: ErrorGroup, error: unknown) => void;

export interface ErrorTableOptions {
  readonly nowMs: () => number;
  /** Takes secrets out of a text. */
  readonly scrub: (text: string) => string;
}

export class ErrorTable {
  readonly #options: ErrorTableOptions;
  /** The one seen last at the end. */
  readonly #groups = new Map<string, ErrorGroup>();
  readonly #listeners = new Set<Listener>();

  constructor(options: ErrorTableOptions) {
    this.#options = options;
  }

  /** Counts an error; `where`: what the log says about it. */
  report(error: unknown, where: string): void {
    const { nowMs, scrub } = this.#options;
    const kind = kindOfError(error);
    const before = this.#groups.get(kind.fingerprint);
    const group: ErrorGroup = {
      ...kind, id: before?.id ?? createHash("sha256").update(kind.fingerprint).digest("hex").slice(0, 12),
      count: (before?.count ?? 0) + 1, firstMs: before?.firstMs ?? nowMs(), lastMs: nowMs(),
      message: scrub(wordsOf(error)).slice(0, MAX_ERROR_MESSAGE_CHARS), where, request: currentRequest(),
    };
    this.#groups.delete(kind.fingerprint);
    this.#groups.set(kind.fingerprint, group);
    if (this.#groups.size > MAX_ERROR_GROUPS) for (const oldest of this.#groups.keys()) {
      this.#groups.delete(oldest);
      break;
    }
    for (const listener of this.#listeners) listener(group, error);
  }

  /** The newest first. */
  list(): ErrorGroup[] {
    return [...this.#groups.values()].reverse();
  }

  /** Tells of every error from now on; the answer ends that. */
  onError(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  return cause instanceof Error && cause.message !== error.message ? `${error.message} (${cause.name}: ${cause.message})` : error.message;
}
