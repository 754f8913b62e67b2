/** New things, as the rules make them: the same defaults as `Turn.create` of the engine. */
import type { ItemKind } from "../engine/content.ts";
import type { Holder, ItemId, SpawnId } from "../engine/ids.ts";
import type { Item } from "../engine/world.ts";

/** What a kind decides about an item's state; of a thing that is not a container, `open` is true. */
export function stateOfKind(kind: ItemKind): Pick<Item, "charges" | "open" | "locked" | "lit"> {
  return {
    charges: kind.drink === null || kind.fixed ? null : kind.drink.charges,
    open: kind.container === null || kind.container.initially === "open",
    locked: kind.container?.initially === "locked",
    lit: false,
  };
}

/** One stack of `quantity`, or as many single things; `nextId` is asked for each. */
export function itemsOfKind(kind: ItemKind, quantity: number, at: Holder, nextId: (n: number) => ItemId, spawn: SpawnId | null = null): Item[] {
  const make = (n: number, count: number): Item => ({ id: nextId(n), kind: kind.id, at, slot: null, quantity: count, spawn, ...stateOfKind(kind) });
  return kind.stackable ? [make(0, quantity)] : Array.from({ length: quantity }, (_, n) => make(n, 1));
}
