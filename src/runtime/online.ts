/** Who is in the world, for `who`, `tell` and the like: kept by the areas of this process, and by word from others. */
import type { OnlineCharacter, OnlineIndex } from "../engine/context.ts";
import type { AreaId, CharacterId } from "../engine/ids.ts";
import { SEAT_TAKEN_WITHIN_MS } from "../limits.ts";
import { NameOrder } from "./name-order.ts";

export interface OnlineEntry extends OnlineCharacter {
  readonly area: AreaId;
  readonly guest: boolean;
}

/** What changed among those in the areas of this process. */
export type OnlineChange =
  | { readonly kind: "came"; readonly entry: OnlineEntry }
  | { readonly kind: "changed"; readonly entry: OnlineEntry; readonly before: OnlineEntry }
  | { readonly kind: "left"; readonly entry: OnlineEntry };

interface Known {
  readonly entry: OnlineEntry;
  /** Which of two words about the same character is newer. */
  readonly heard: number;
}

export class Online implements OnlineIndex {
  readonly #here = new Map<CharacterId, OnlineEntry>();
  readonly #elsewhere = new Map<string, Map<CharacterId, Known>>();
  /** Everybody once: as they are here, otherwise as last heard of. */
  readonly #byId = new Map<CharacterId, OnlineEntry>();
  readonly #byName = new Map<string, OnlineEntry>();
  /** They have walked out of an area of this process and nobody has said yet that they are in the next; whoever set out first comes first. */
  readonly #onTheWay = new Map<CharacterId, { readonly entry: OnlineEntry; readonly untilMs: number }>();
  readonly #watchers = new Set<(change: OnlineChange) => void>();
  readonly #byOrder = new NameOrder<OnlineEntry>();
  readonly #nowMs: (() => number) | undefined;
  #heard = 0;

  /** `nowMs` where other processes say who is in them: without, whoever leaves an area is nowhere until they are in the next. */
  constructor(nowMs?: () => number) {
    this.#nowMs = nowMs;
  }

  /** Calls back with every change among those here; the answer stops it. */
  watch(watcher: (change: OnlineChange) => void): () => void {
    this.#watchers.add(watcher);
    return () => this.#watchers.delete(watcher);
  }

  /** A character is in an area of this process, or is so from now on. */
  set(entry: OnlineEntry): void {
    const before = this.#here.get(entry.id);
    this.#here.set(entry.id, entry);
    this.#onTheWay.delete(entry.id);
    this.#settle(entry.id);
    this.#tell(before === undefined ? { kind: "came", entry } : { kind: "changed", entry, before });
  }

  /**
   * Forgets the character, unless it has already come in elsewhere. Whoever has walked `towards` another area stays in the world until it is known that
   * they are there, or their seat is given up: they can be told something on the way.
   */
  remove(id: CharacterId, area: AreaId, towards?: AreaId): void {
    const entry = this.#here.get(id);
    if (entry === undefined || entry.area !== area) return;
    this.#here.delete(id);
    if (towards !== undefined && this.#nowMs !== undefined && this.#newest(id)?.area !== towards) this.#onTheWay.set(id, { entry: { ...entry, area: towards }, untilMs: this.#nowMs() + SEAT_TAKEN_WITHIN_MS });
    this.#settle(id);
    this.#tell({ kind: "left", entry });
  }

  // ---- by word from other processes

  heardOf(process: string, entry: OnlineEntry): void {
    this.#onTheWay.delete(entry.id);
    this.#of(process).set(entry.id, { entry: { ...entry, far: true }, heard: ++this.#heard });
    this.#settle(entry.id);
  }

  /** That process no longer has the character. */
  heardGone(process: string, id: CharacterId): void {
    if (this.#elsewhere.get(process)?.delete(id) === true) this.#settle(id);
  }

  /** These, and nobody else, are in that process. */
  heardAll(process: string, entries: readonly OnlineEntry[]): void {
    const before = [...(this.#elsewhere.get(process)?.keys() ?? [])];
    for (const { id } of entries) this.#onTheWay.delete(id);
    this.#elsewhere.set(process, new Map(entries.map((entry) => [entry.id, { entry: { ...entry, far: true }, heard: ++this.#heard }])));
    for (const id of new Set([...before, ...entries.map(({ id }) => id)])) this.#settle(id);
  }

  /** Processes that have been heard of. */
  processes(): readonly string[] {
    return [...this.#elsewhere.keys()];
  }

  /** That process is gone, and everybody in it; answers those who are nowhere now. */
  forget(process: string): readonly OnlineEntry[] {
    const gone = [...(this.#elsewhere.get(process)?.values() ?? [])];
    this.#elsewhere.delete(process);
    for (const { entry } of gone) this.#settle(entry.id);
    return gone.map(({ entry }) => entry).filter(({ id }) => !this.#byId.has(id));
  }

  // ---- everybody

  /** The area of somebody, wherever it is served. */
  areaOf(id: CharacterId): AreaId | undefined {
    return this.get(id)?.area;
  }

  get(id: CharacterId): OnlineEntry | undefined {
    this.#giveUp();
    return this.#byId.get(id);
  }

  /** In the order of their names. */
  list(): readonly OnlineEntry[] {
    this.#giveUp();
    return this.#byOrder.list();
  }

  byName(name: string): OnlineEntry | undefined {
    this.#giveUp();
    return this.#byName.get(name.toLowerCase());
  }

  get size(): number {
    this.#giveUp();
    return this.#byId.size;
  }

  isHere(id: CharacterId): boolean {
    return this.#here.has(id);
  }

  /** They have walked out of an area of this process, and nobody knows yet that they are anywhere. */
  isOnTheWay(id: CharacterId): boolean {
    this.#giveUp();
    return this.#onTheWay.has(id);
  }

  /** All of those. */
  onTheWay(): readonly OnlineEntry[] {
    this.#giveUp();
    return [...this.#onTheWay.values()].map(({ entry }) => entry);
  }

  /** Those in the areas of this process. */
  here(): Iterable<OnlineEntry> {
    return this.#here.values();
  }

  get sizeHere(): number {
    return this.#here.size;
  }

  /** Forgets those whose seats have been given up. */
  #giveUp(): void {
    if (this.#onTheWay.size === 0 || this.#nowMs === undefined) return;
    const nowMs = this.#nowMs();
    for (const [id, { untilMs }] of this.#onTheWay) {
      if (untilMs >= nowMs) break;
      this.#onTheWay.delete(id);
      this.#settle(id);
    }
  }

  #of(process: string): Map<CharacterId, Known> {
    let known = this.#elsewhere.get(process);
    if (known === undefined) {
      known = new Map();
      this.#elsewhere.set(process, known);
    }
    return known;
  }

  /** Works out again what holds for a character. */
  #settle(id: CharacterId): void {
    const entry = this.#here.get(id) ?? this.#newest(id) ?? this.#onTheWay.get(id)?.entry;
    const before = this.#byId.get(id);
    if (before === entry) return;
    if (before !== undefined && before.name !== entry?.name) {
      this.#byOrder.remove(before);
      if (this.#byName.get(before.name.toLowerCase())?.id === id) this.#byName.delete(before.name.toLowerCase());
    }
    if (entry === undefined) this.#byId.delete(id);
    else {
      this.#byId.set(id, entry);
      this.#byOrder.put(entry);
      this.#byName.set(entry.name.toLowerCase(), entry);
    }
  }

  #newest(id: CharacterId): OnlineEntry | undefined {
    let newest: Known | undefined;
    for (const known of this.#elsewhere.values()) {
      const found = known.get(id);
      if (found !== undefined && (newest === undefined || found.heard > newest.heard)) newest = found;
    }
    return newest?.entry;
  }

  #tell(change: OnlineChange): void {
    for (const watcher of [...this.#watchers]) watcher(change);
  }
}
