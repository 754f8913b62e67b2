/** Things in a list, one line each: how each is (lit, closed, what is left), things alike together. */
import type { Params } from "../decision.ts";
import { countText } from "../nouns.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";

interface Row {
  readonly item: Readonly<Item>;
  quantity: number;
  readonly note: string;
  readonly count: number;
}

/** What is worth saying about a thing besides its name; the words are under `thing.<note>`. */
export function noteOf(turn: Turn, item: Readonly<Item>): { note: string; count: number } {
  const kind = turn.kindOf(item);
  if (item.lit) return { note: "lit", count: 0 };
  if (kind.container !== null) {
    if (!item.open) return { note: "closed", count: 0 };
    const count = turn.inside(item).length;
    return { note: count === 0 ? "empty" : count === 1 ? "holds_one" : "holds", count };
  }
  const charges = kind.fixed ? null : item.charges;
  if (charges !== null && kind.drink !== null && kind.drink.charges > 1) return { note: charges === 1 ? "last_portion" : "portions", count: charges };
  return { note: "plain", count: 0 };
}

/** One line to the actor for each thing, those alike counted together. */
export function tellThings(turn: Turn, items: readonly Readonly<Item>[]): void {
  const rows: Row[] = [];
  for (const item of items) {
    const { note, count } = noteOf(turn, item);
    const like = rows.find((row) => row.item.kind === item.kind && row.note === note && row.count === count);
    if (like === undefined) rows.push({ item, quantity: item.quantity, note, count });
    else like.quantity += item.quantity;
  }
  for (const row of rows) {
    const params: Params = { item: turn.itemNoun(row.item, row.quantity), count: countText(row.count) };
    turn.toActor(`thing.${row.note}`, params, "info");
  }
}
