/** The living processes of the cluster, as the last beat of this one's lease said. */
import type { ProcessRecord } from "./lease-postgres.ts";

export class Processes {
  readonly #self: () => string;
  readonly #listeners = new Set<(alive: ReadonlySet<string>) => void>();
  #byId: ReadonlyMap<string, ProcessRecord> = new Map();

  /** `self`: the id of this process. */
  constructor(self: () => string) {
    this.#self = self;
  }

  /** Takes in what a beat has read. */
  update(alive: readonly ProcessRecord[]): void {
    this.#byId = new Map(alive.map((process) => [process.id, process]));
    const ids = new Set(this.#byId.keys());
    for (const listener of this.#listeners) listener(ids);
  }

  get(id: string): ProcessRecord | undefined {
    return this.#byId.get(id);
  }

  list(): readonly ProcessRecord[] {
    return [...this.#byId.values()];
  }

  /** All but this one. */
  others(): readonly ProcessRecord[] {
    return this.list().filter(({ id }) => id !== this.#self());
  }

  /** This process is not the only one. */
  get several(): boolean {
    return this.#byId.size > (this.#byId.has(this.#self()) ? 1 : 0);
  }

  /** A process has turned out to be gone before its lease ran out. */
  forget(id: string): void {
    if (!this.#byId.has(id)) return;
    this.update(this.list().filter((process) => process.id !== id));
  }

  /** Calls back with the ids of the living after every beat; the answer stops it. */
  onChange(listener: (alive: ReadonlySet<string>) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
