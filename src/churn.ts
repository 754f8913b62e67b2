/**
 * A Map and a Set for what comes and goes with every command, and holds what was made for it.
 *
 * V8 keeps the entries of a Map in a table, and when it replaces the table (it grows, shrinks, or its holes are to go) the old one points to the
 * new one, for the sake of iterators that are under way (OrderedHashTable, v8/src/objects/ordered-hash-table.cc). Once one table has been
 * moved among the old objects, it holds on to every later one, long after it has been given up itself, and each of those to whatever was
 * in it when it was replaced: all of that outlives each collection of the young generation, is copied and moved to the old one, and goes only
 * when all of the heap is collected. In a Set with 0 to 4 entries half of everything outlived them, which took a hundred times as long
 * (V8 13.6). So the Map itself is left behind now and then, by what holds it: a chain of tables ends there.
 */

/** How many removals a Map of few entries sees before another takes its place. V8 replaces the smallest table after four. */
const RENEW_EMPTY_AFTER = 3;
/** The same for one that never becomes empty, besides one for each entry that must be copied then. */
const RENEW_FULL_AFTER = 32;

/**
 * Like a Map, but what is removed while it is looked through may be shown still.
 */
export class ChurnMap<Key, Value> {
  #map = new Map<Key, Value>();
  #removed = 0;

  get size(): number {
    return this.#map.size;
  }

  has(key: Key): boolean {
    return this.#map.has(key);
  }

  get(key: Key): Value | undefined {
    return this.#map.get(key);
  }

  set(key: Key, value: Value): void {
    this.#map.set(key, value);
  }

  /** Whether it was there. */
  delete(key: Key): boolean {
    if (!this.#map.delete(key)) return false;
    this.#removed += 1;
    const { size } = this.#map;
    if (this.#removed >= (size === 0 ? RENEW_EMPTY_AFTER : RENEW_FULL_AFTER + size)) this.#renew();
    return true;
  }

  clear(): void {
    if (this.#map.size === 0) return;
    this.#map = new Map();
    this.#removed = 0;
  }

  /** In the order in which they came. */
  keys(): MapIterator<Key> {
    return this.#map.keys();
  }

  values(): MapIterator<Value> {
    return this.#map.values();
  }

  [Symbol.iterator](): MapIterator<[Key, Value]> {
    return this.#map[Symbol.iterator]();
  }

  #renew(): void {
    this.#map = this.#map.size === 0 ? new Map<Key, Value>() : new Map(this.#map);
    this.#removed = 0;
  }
}

/** Like a Set, but what is removed while it is looked through may be shown still. */
export class ChurnSet<Member> {
  readonly #map = new ChurnMap<Member, true>();

  get size(): number {
    return this.#map.size;
  }

  has(member: Member): boolean {
    return this.#map.has(member);
  }

  add(member: Member): void {
    this.#map.set(member, true);
  }

  /** Whether it was there. */
  delete(member: Member): boolean {
    return this.#map.delete(member);
  }

  clear(): void {
    this.#map.clear();
  }

  /** In the order in which they came. */
  [Symbol.iterator](): MapIterator<Member> {
    return this.#map.keys();
  }
}
