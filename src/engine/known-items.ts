/** Which of the items that a database has are things of this world. */
import type { ContentIndex } from "./content.ts";
import { inside, type Holder, type ItemId } from "./ids.ts";
import type { Item } from "./world.ts";

/**
 * Leaves out the items whose kind the world no longer has, with all that is in them, and whatever is in nothing
 * that is here: their rows stay, nobody meets them. `isPlace` tells the holders that are no items.
 */
export function knownItems(items: readonly Item[], content: ContentIndex, isPlace: (holder: Holder) => boolean): Item[] {
  const byHolder = new Map<Holder, Item[]>();
  for (const item of items) {
    const shelf = byHolder.get(item.at);
    if (shelf === undefined) byHolder.set(item.at, [item]);
    else shelf.push(item);
  }
  const found = new Set<ItemId>();
  const visit = (holder: Holder): void => {
    for (const item of byHolder.get(holder) ?? []) {
      if (!content.items.has(item.kind)) continue;
      found.add(item.id);
      visit(inside(item.id));
    }
  };
  for (const holder of byHolder.keys()) if (isPlace(holder)) visit(holder);
  return items.filter((item) => found.has(item.id));
}
