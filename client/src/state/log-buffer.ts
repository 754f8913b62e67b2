import type { MessageType, Ref } from "../../sdk/index.ts";

/** Entries kept; the oldest go first. */
export const SCROLLBACK = 20_000;
/** Dropped at once when the scrollback is full, so that this does not happen with every line. */
const TRIM = 500;

/** How a command of one's own fares. `sent`: its answer is due any moment. */
export type EchoMark = "sent" | "done" | "queued" | "refused" | "unanswered";

/** A line of the world. */
export interface NewLine {
  readonly kind: "line";
  readonly atMs: number;
  readonly message: string;
  readonly type: MessageType;
  readonly refs: readonly Ref[];
  readonly channel?: string;
  /** It came as the answer to a command of one's own. */
  readonly own?: boolean;
  /** The other one of a tell. */
  readonly partner?: string;
  /** From before a reload of the page. */
  readonly old?: boolean;
  /** A trigger marks it. */
  readonly highlight?: boolean;
  /** What is spoken in place of a long text. */
  readonly brief?: string;
}

export type NewEntry =
  | NewLine
  | { readonly kind: "echo"; readonly atMs: number; readonly command: string; readonly mark: EchoMark }
  | { readonly kind: "note"; readonly atMs: number; readonly text: string };

/** One thing in the log: a line of the world, a command of one's own, or a note of this client. */
export type Entry = NewEntry & { readonly key: number };
export type LineEntry = NewLine & { readonly key: number };

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

  at(key: number): Entry | undefined {
    return this.#entries[key - this.#first];
  }

  /** The entries with keys from `from` up to, not including, `end`. */
  slice(from: number, end: number): readonly Entry[] {
    return this.#entries.slice(Math.max(0, from - this.#first), Math.max(0, end - this.#first));
  }

  all(): readonly Entry[] {
    return this.#entries;
  }
}

/** The words of an entry, as one would read them out. */
export function wordsOf(entry: Entry): string {
  switch (entry.kind) {
    case "line": return entry.message;
    case "echo": return `> ${entry.command}${entry.mark === "done" || entry.mark === "sent" ? "" : ` (${entry.mark})`}`;
    case "note": return entry.text;
    default: return entry satisfies never;
  }
}
