/** Who is in the world, for `who`, `tell` and the like: kept by the areas of this process, and by word from others. */
import type { OnlineCharacter, OnlineIndex } from "../engine/context.ts";
import type { AreaId, CharacterId } from "../engine/ids.ts";

export interface OnlineEntry extends OnlineCharacter {
  readonly area: AreaId;
  readonly guest: boolean;
}

export class Online implements OnlineIndex {
  readonly #byId = new Map<CharacterId, OnlineEntry>();
  readonly #byName = new Map<string, OnlineEntry>();
  #listed: readonly OnlineEntry[] | null = null;

  set(entry: OnlineEntry): void {
    const before = this.#byId.get(entry.id);
    if (before !== undefined) this.#byName.delete(before.name.toLowerCase());
    this.#byId.set(entry.id, entry);
    this.#byName.set(entry.name.toLowerCase(), entry);
    this.#listed = null;
  }

  /** Forgets the character, unless it has already come in elsewhere. */
  remove(id: CharacterId, area: AreaId): void {
    const entry = this.#byId.get(id);
    if (entry === undefined || entry.area !== area) return;
    this.#byId.delete(id);
    this.#byName.delete(entry.name.toLowerCase());
    this.#listed = null;
  }

  areaOf(id: CharacterId): AreaId | undefined {
    return this.#byId.get(id)?.area;
  }

  list(): readonly OnlineEntry[] {
    this.#listed ??= [...this.#byId.values()].toSorted((a, b) => a.name.localeCompare(b.name));
    return this.#listed;
  }

  byName(name: string): OnlineEntry | undefined {
    return this.#byName.get(name.toLowerCase());
  }

  get size(): number {
    return this.#byId.size;
  }
}
