/** What is being written just now, and read for it: says whether a decision may run beside it. */
import { ChurnMap } from "../churn.ts";
import { addsUp, type Accepted, type ConflictKey } from "../engine/decision.ts";

type Footprint = Pick<Accepted, "reads" | "writes">;

export class ConflictTable {
  readonly #reads = new ChurnMap<ConflictKey, number>();
  readonly #writes = new ChurnMap<ConflictKey, number>();

  /**
   * True when the decision reads what is being written, writes what has been read for it, or writes the same; but
   * putting into and taking out of one holder or purse go side by side, as long as nobody counted what is there.
   */
  blocks(decision: Footprint): boolean {
    if (this.#writes.size === 0) return false;
    for (const key of decision.writes) if (this.#reads.has(key) || (this.#writes.has(key) && !addsUp(key))) return true;
    for (const key of decision.reads) if (this.#writes.has(key)) return true;
    return false;
  }

  add(decision: Footprint): void {
    for (const key of decision.reads) this.#reads.set(key, (this.#reads.get(key) ?? 0) + 1);
    for (const key of decision.writes) this.#writes.set(key, (this.#writes.get(key) ?? 0) + 1);
  }

  remove(decision: Footprint): void {
    for (const key of decision.reads) decrement(this.#reads, key);
    for (const key of decision.writes) decrement(this.#writes, key);
  }

  clear(): void {
    this.#reads.clear();
    this.#writes.clear();
  }

  get empty(): boolean {
    return this.#writes.size === 0 && this.#reads.size === 0;
  }
}

function decrement(counts: ChurnMap<ConflictKey, number>, key: ConflictKey): void {
  const count = counts.get(key) ?? 0;
  if (count <= 1) counts.delete(key);
  else counts.set(key, count - 1);
}
