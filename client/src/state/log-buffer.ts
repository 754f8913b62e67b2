import type { MessageType, Ref } from "../../sdk/index.ts";

/** Entries kept; the oldest go first. */
export const SCROLLBACK = 10_000;
/** Dropped at once when the scrollback is full, so that this does not happen with every line. */
const TRIM = 500;

/** How a command of one's own fares. `sent` is unmarked: its answer is due any moment. */
export type EchoMark = "sent" | "done" | "queued" | "refused" | "unanswered";

/** One thing in the log: a line of the world, a command of one's own, or a note of this client. */
export type Entry =
  | { readonly kind: "line"; readonly key: number; readonly message: string; readonly type: MessageType; readonly refs: readonly Ref[] }
  | { readonly kind: "echo"; readonly key: number; readonly command: string; readonly mark: EchoMark }
  | { readonly kind: "note"; readonly key: number; readonly text: string };

export type NewEntry =
  | { kind: "line"; message: string; type: MessageType; refs: readonly Ref[] }
  | { kind: "echo"; command: string; mark: EchoMark }
  | { kind: "note"; text: string };

/** The keys in the log now: from `first` up to, not including, `end`. A new object whenever anything changed. */
export interface LogExtent {
  readonly first: number;
  readonly end: number;
}

/** The scrollback. Entries have growing keys; the key of an entry never changes. */
export class LogBuffer {
  #entries: Entry[] = [];
  #first = 0;

  get extent(): LogExtent {
    return { first: this.#first, end: this.#first + this.#entries.length };
  }

  /** Appends; returns the key. */
  add(entry: NewEntry): number {
    const key = this.#first + this.#entries.length;
    this.#entries.push({ ...entry, key });
    if (this.#entries.length > SCROLLBACK) {
      this.#entries.splice(0, TRIM);
      this.#first += TRIM;
    }
    return key;
  }

  /** Marks a command. One that has left the scrollback is left alone. */
  mark(key: number, mark: EchoMark): void {
    const entry = this.#entries[key - this.#first];
    if (entry?.kind === "echo") this.#entries[key - this.#first] = { ...entry, mark };
  }

  /** The entries with keys from `from` up to, not including, `end`. */
  slice(from: number, end: number): readonly Entry[] {
    return this.#entries.slice(Math.max(0, from - this.#first), Math.max(0, end - this.#first));
  }
}
