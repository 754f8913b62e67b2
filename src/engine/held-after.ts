/**
 * What a character will carry once the turn's events have happened. Events within one decision do not show in
 * lookups of the same decision; quests ask at its end, so they count here.
 */
import { carriedBy, inside, type CharacterId, type Holder, type ItemId, type KindId } from "./ids.ts";
import type { Slate } from "./slate.ts";

export interface Held {
  readonly id: ItemId;
  readonly kind: KindId;
  readonly at: Holder;
  readonly quantity: number;
}

/** All that a character carries and wears after this turn, what is in carried containers included. */
export function heldAfter(slate: Slate, of: CharacterId): Held[] {
  const held = new Map<ItemId, Held>();
  const mine = carriedBy(of);
  addContents(slate, mine, held);
  for (const event of slate.events) {
    switch (event.type) {
      case "item-created":
        if (isHeld(event.item.at, mine, held)) held.set(event.item.id, event.item);
        break;
      case "item-received":
        if (event.to === mine) for (const item of [{ ...event.item, at: mine }, ...event.contents]) held.set(item.id, item);
        break;
      case "item-moved":
        if (isHeld(event.to, mine, held)) add(slate, event.item, event.to, held);
        else remove(event.item, held);
        break;
      case "item-quantity-changed": {
        const item = held.get(event.item);
        if (item !== undefined) held.set(item.id, { ...item, quantity: event.to });
        break;
      }
      case "item-destroyed": held.delete(event.item); break;
      default: break;
    }
  }
  return [...held.values()];
}

const isHeld = (at: Holder, mine: Holder, held: ReadonlyMap<ItemId, Held>): boolean =>
  at === mine || (at.startsWith("item:") && held.has(at.slice("item:".length) as ItemId));

function addContents(slate: Slate, holder: Holder, held: Map<ItemId, Held>): void {
  for (const item of slate.contents(holder)) {
    held.set(item.id, item);
    addContents(slate, inside(item.id), held);
  }
}

function add(slate: Slate, id: ItemId, at: Holder, held: Map<ItemId, Held>): void {
  const before = held.get(id);
  const item = before ?? slate.area.items.get(id);
  if (item === undefined) return;
  held.set(id, { ...item, at });
  if (before === undefined) addContents(slate, inside(id), held);
}

function remove(id: ItemId, held: Map<ItemId, Held>): void {
  held.delete(id);
  for (const item of [...held.values()]) if (item.at === inside(id)) remove(item.id, held);
}
