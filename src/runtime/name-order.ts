/** Those who are in the world in the order of their names, kept in order and not sorted anew with each who comes, goes or walks on. */
interface Named {
  readonly name: string;
  readonly id: string;
}

const isBefore = (a: Named, b: Named): boolean => a.name < b.name || (a.name === b.name && a.id < b.id);

export class NameOrder<Entry extends Named> {
  readonly #entries: Entry[] = [];
  #copy: readonly Entry[] | null = null;

  /** Takes the place of the entry of that name and id, if there is one. */
  put(entry: Entry): void {
    const at = this.#placeOf(entry);
    this.#entries.splice(at, this.#holds(at, entry) ? 1 : 0, entry);
    this.#copy = null;
  }

  remove(entry: Named): void {
    const at = this.#placeOf(entry);
    if (!this.#holds(at, entry)) return;
    this.#entries.splice(at, 1);
    this.#copy = null;
  }

  /** Stays as it is when others come and go. */
  list(): readonly Entry[] {
    this.#copy ??= this.#entries.slice();
    return this.#copy;
  }

  #holds(at: number, { name, id }: Named): boolean {
    const there = this.#entries[at];
    return there?.name === name && there.id === id;
  }

  /** Where it stands, or would. */
  #placeOf(entry: Named): number {
    let [low, high] = [0, this.#entries.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBefore(this.#entries[middle]!, entry)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
