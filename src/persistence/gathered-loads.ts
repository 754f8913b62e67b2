/**
 * Loads that are asked for one by one and read together: whatever comes while others are being read waits and is read in one
 * go. Nobody is answered from before they asked. After a crash, or when many walk at once, the database reads a few times, not for each.
 */
export interface GatheredLoadsOptions<Key, Value> {
  readonly load: (keys: readonly Key[]) => Promise<ReadonlyMap<Key, Value>>;
  /** Reads under way at a time, and how many keys one has at most. */
  readonly atOnce: number;
  readonly most: number;
}

interface Wanted<Key, Value> {
  readonly key: Key;
  readonly resolve: (value: Value | undefined) => void;
  readonly reject: (error: unknown) => void;
}

export class GatheredLoads<Key, Value> {
  readonly #options: GatheredLoadsOptions<Key, Value>;
  #waiting: Wanted<Key, Value>[] = [];
  #underWay = 0;
  #scheduled = false;

  constructor(options: GatheredLoadsOptions<Key, Value>) {
    this.#options = options;
  }

  /** Undefined when there is nothing of that key. Rejects as `load` does. Everybody gets a value of their own. */
  load(key: Key): Promise<Value | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ key, resolve, reject });
      if (this.#scheduled) return;
      this.#scheduled = true;
      // Those who ask in this very moment go along.
      queueMicrotask(() => {
        this.#scheduled = false;
        this.#start();
      });
    });
  }

  #start(): void {
    const { atOnce, most, load } = this.#options;
    while (this.#waiting.length > 0 && this.#underWay < atOnce) {
      const together = new Map<Key, Wanted<Key, Value>>();
      const later: Wanted<Key, Value>[] = [];
      for (const wanted of this.#waiting) {
        if (together.has(wanted.key) || together.size >= most) later.push(wanted);
        else together.set(wanted.key, wanted);
      }
      this.#waiting = later;
      this.#underWay += 1;
      void load([...together.keys()])
        .then((values) => { for (const { key, resolve } of together.values()) resolve(values.get(key)); })
        .catch((error: unknown) => { for (const { reject } of together.values()) reject(error); })
        .finally(() => {
          this.#underWay -= 1;
          this.#start();
        });
    }
  }
}
