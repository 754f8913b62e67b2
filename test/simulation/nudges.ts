/** The rows of the outbox on their way: what may happen to them is that they come late, twice, or not at all. */
import type { MemoryStore } from "../../src/persistence/memory-store.ts";
import type { OutboxRow } from "../../src/runtime/ports.ts";
import { pick } from "./random.ts";

const HELD_AT_MOST_MS = 20_000;

export class Nudges {
  readonly #store: MemoryStore;
  readonly #nowMs: () => number;
  readonly #heldUntilMs = new Map<string, number>();

  constructor(store: MemoryStore, nowMs: () => number) {
    this.#store = store;
    this.#nowMs = nowMs;
  }

  /** What a process that looks finds. */
  waiting(): OutboxRow[] {
    return this.#store.outbox.filter(({ id }) => (this.#heldUntilMs.get(id) ?? 0) <= this.#nowMs());
  }

  /** Answers what was done to which; undefined: there is none. */
  disturb(a: number, b: number): { readonly how: "lost" | "late" | "twice"; readonly row: OutboxRow } | undefined {
    if (b < 0.5) return this.#twice(a);
    const row = pick(this.#store.outbox, a);
    if (row === undefined) return undefined;
    if (b < 0.75) {
      this.#store.outboxDone([row]);
      return { how: "lost", row };
    }
    this.#heldUntilMs.set(row.id, this.#nowMs() + (b - 0.75) * 4 * HELD_AT_MOST_MS);
    return { how: "late", row };
  }

  /** The row of any letter there ever was comes (again). */
  #twice(a: number): ReturnType<Nudges["disturb"]> {
    const posted = [...this.#store.journal.values()].flatMap(({ unit }) => unit.events.flatMap((event) => (event.type === "letter-posted" ? [event.letter] : [])));
    const letter = pick(posted, a);
    if (letter === undefined) return undefined;
    const row: OutboxRow = { id: letter.id, target: letter.to, ageMs: 0 };
    this.#store.outbox.push(row);
    return { how: "twice", row };
  }

  /** The faults have ended. */
  release(): void {
    this.#heldUntilMs.clear();
  }
}
