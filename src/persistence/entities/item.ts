import { defineEntity, p, type InferEntity } from "@mikro-orm/core";
import type { Slot } from "../../engine/content.ts";
import type { Holder } from "../../engine/ids.ts";

/** A thing (or stack): one row with one location, whatever happens to it. */
export const Item = defineEntity({
  name: "Item",
  tableName: "item",
  properties: {
    id: p.text().primary(),
    kind: p.text(),
    location: p.text().$type<Holder>().index("item_location_index"),
    slot: p.text().$type<Slot>().nullable(),
    quantity: p.integer().default(1),
    charges: p.integer().nullable(),
    open: p.boolean().default(true),
    locked: p.boolean().default(false),
    lit: p.boolean().default(false),
    /** The spawn that still counts it as there. */
    spawnId: p.text().nullable(),
    /** Journal entry by which it came to where it is: what a holder holds is listed in this order. */
    arrived: p.bigint("string").defaultRaw("0"),
    /** Where it was before its kind left the world (`location` is then `escrow:retired`); null otherwise. */
    retiredFrom: p.text().$type<Holder>().nullable(),
  },
  checks: [{ name: "item_quantity_check", expression: "quantity > 0" }],
});

export type ItemRow = InferEntity<typeof Item>;
