/** An item as a row of the table `item`. */
import type { ItemId, SpawnId } from "../engine/ids.ts";
import type { Item } from "../engine/world.ts";

export interface ItemRow {
  readonly id: ItemId;
  readonly kind: Item["kind"];
  readonly location: Item["at"];
  readonly slot: Item["slot"];
  readonly quantity: number;
  readonly charges: number | null;
  readonly open: boolean;
  readonly locked: boolean;
  readonly lit: boolean;
  readonly spawn_id: SpawnId | null;
}

const NAMES = ["id", "kind", "location", "slot", "quantity", "charges", "open", "locked", "lit", "spawn_id"] as const satisfies readonly (keyof ItemRow)[];

/** The columns of `ItemRow`, for a select list; `from` is the table's alias. */
export const itemColumns = (from: string): string => NAMES.map((name) => `${from}.${name}`).join(", ");
export const ITEM_COLUMNS = NAMES.join(", ");

export function itemOf({ location, spawn_id, ...same }: ItemRow): Item {
  return { ...same, at: location, spawn: spawn_id };
}
