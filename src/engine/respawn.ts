/** Spawns make their items: at first, and again some time after they were taken. */
import { MAX_ITEMS_PER_ROOM, MAX_STACK } from "../limits.ts";
import { COIN_KIND, type ItemKind, type SpawnDef } from "./content.ts";
import type { EngineContext } from "./context.ts";
import { conflict, type Accepted } from "./decision.ts";
import { inRoom, inside, splitHolder, type Holder, type ItemId, type RoomId, type SpawnId } from "./ids.ts";
import { Slate } from "./slate.ts";
import type { Item, ReadonlyArea, SpawnState } from "./world.ts";

interface Due {
  readonly def: SpawnDef;
  readonly kind: ItemKind;
  readonly state: Readonly<SpawnState>;
}

/** The id of the nth thing (from 1; only what does not stack comes as several) of a spawn's generation. */
export const spawnedItemId = (spawn: SpawnId, generation: number, n: number): ItemId => (n === 1 ? `${spawn}:${generation}` : `${spawn}:${generation}:${n}`) as ItemId;

/**
 * What is due, one decision per room: things of one room touch the same floor, so each for itself would wait for
 * the one before. A decision is named after its first spawn, whose generation is made only once.
 */
export function respawns(area: ReadonlyArea, ctx: EngineContext): Accepted[] {
  const byRoom = new Map<RoomId, Due[]>();
  for (const state of area.spawns.values()) {
    if (state.dueAtMs === null || state.dueAtMs > ctx.nowMs) continue;
    const def = ctx.content.spawns.get(state.id);
    const kind = def?.what.type === "item" ? ctx.content.items.get(def.what.kind) : undefined;
    if (def === undefined || kind === undefined || !area.rooms.has(def.room)) continue;
    byRoom.set(def.room, [...(byRoom.get(def.room) ?? []), { def, kind, state }]);
  }
  if (byRoom.size === 0) return [];
  const marked = markedItems(area);
  return [...byRoom.values()].map((dues) => new RoomRespawn(area, ctx, marked, dues).decide()).filter((decision) => decision !== null);
}

/** The items that still count as their spawn's. */
function markedItems(area: ReadonlyArea): ReadonlyMap<SpawnId, Item[]> {
  const marked = new Map<SpawnId, Item[]>();
  for (const item of area.items.values()) {
    if (item.spawn === null) continue;
    const items = marked.get(item.spawn);
    if (items === undefined) marked.set(item.spawn, [item]);
    else items.push(item);
  }
  return marked;
}

class RoomRespawn {
  readonly #slate: Slate;
  readonly #marked: ReadonlyMap<SpawnId, readonly Item[]>;
  readonly #dues: readonly Due[];
  /** Containers made just now, by spawn, and how many things were put where. */
  readonly #made = new Map<SpawnId, ItemId>();
  readonly #added = new Map<Holder, number>();

  constructor(area: ReadonlyArea, ctx: EngineContext, marked: ReadonlyMap<SpawnId, readonly Item[]>, dues: readonly Due[]) {
    this.#slate = new Slate(area, ctx);
    this.#marked = marked;
    this.#dues = dues;
  }

  /** Null when there is no room for any of it: it is tried again. */
  decide(): Accepted | null {
    let first: string | null = null;
    // A spawn comes after the one it lies in, as the content lists them.
    for (const due of this.#dues) if (this.#respawn(due)) first ??= `spawn:${due.def.id}:${due.state.generation + 1}`;
    return first === null ? null : this.#slate.accept(first);
  }

  #respawn({ def, kind, state }: Due): boolean {
    const isThere = (item: Item): boolean => this.#roomOf(item.at) === def.room;
    const there = (this.#marked.get(def.id) ?? []).filter(isThere).length;
    const missing = kind.stackable ? (there > 0 ? 0 : 1) : Math.max(0, def.quantity - there);
    const holder = this.#holderFor(def);
    if (holder === null) return false;
    if (missing > 0 && !this.#fits(holder, missing)) return false;

    const generation = state.generation + 1;
    for (let n = 1; n <= missing; n++) {
      const id = spawnedItemId(def.id, generation, n);
      const limit = kind.id === COIN_KIND ? def.quantity : MAX_STACK;
      this.#slate.create(kind.id, kind.stackable ? Math.min(def.quantity, limit) : 1, holder, "spawn", { id, spawn: def.id });
      if (n === 1) this.#made.set(def.id, id);
    }
    this.#added.set(holder, (this.#added.get(holder) ?? 0) + missing);
    this.#slate.reads(conflict.spawn(def.id));
    this.#slate.event({ type: "spawn-changed", spawn: def.id, generation, dueAtMs: null });
    return true;
  }

  /** The container it belongs in, if that is still where it was made; else the ground. Null: that container is still to come. */
  #holderFor(def: SpawnDef): Holder | null {
    if (def.in === null) return inRoom(def.room);
    const made = this.#made.get(def.in);
    if (made !== undefined) return inside(made);
    const container = (this.#marked.get(def.in) ?? []).find((item) => this.#roomOf(item.at) === def.room);
    if (container !== undefined) {
      this.#slate.reads(conflict.item(container.id));
      return inside(container.id);
    }
    return this.#dues.some((due) => due.def.id === def.in) ? null : inRoom(def.room);
  }

  #fits(holder: Holder, count: number): boolean {
    const there = this.#slate.readsContents(holder).length + (this.#added.get(holder) ?? 0);
    return there + count <= this.#capacityOf(holder);
  }

  #capacityOf(holder: Holder): number {
    const { kind, id } = splitHolder(holder);
    if (kind !== "item") return MAX_ITEMS_PER_ROOM;
    const item = this.#slate.area.items.get(id as ItemId);
    const made = this.#slate.events.find((event) => event.type === "item-created" && event.item.id === id);
    const container = item ?? (made?.type === "item-created" ? made.item : undefined);
    return container === undefined ? 0 : this.#slate.kindOf(container).container?.capacity ?? 0;
  }

  /** The room in which a holder lies in the end; null when somebody carries it. */
  #roomOf(holder: Holder): RoomId | null {
    const { kind, id } = splitHolder(holder);
    if (kind === "room") return id as RoomId;
    const container = kind === "item" ? this.#slate.area.items.get(id as ItemId) : undefined;
    return container === undefined ? null : this.#roomOf(container.at);
  }
}
