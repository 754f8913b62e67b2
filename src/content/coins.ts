/** The kind of coins that lie about: every world has it, and a world may describe its own. */
import { COIN_KIND } from "../engine/content.ts";
import type { Entry, RawWorld } from "./raw-world.ts";
import type { RawItem } from "./schema/item.ts";
import { item } from "./schema/item.ts";

const COINS: RawItem = item.parse({
  name: "a coin",
  plural: "coins",
  keywords: ["coin", "coins"],
  description: "A small disc of stamped metal, good everywhere.",
  room_text: "A coin lies here.",
  // Weightless by comparison with what it buys; a purse of thousands is still felt.
  weight_g: 5,
  value: 1,
  stackable: true,
});

/** The world with the kind of coins, where it does not define one itself. */
export function addCoins(raw: RawWorld): RawWorld {
  if (raw.items.ids.has(COIN_KIND)) return raw;
  const coins: Entry<RawItem> = { id: COIN_KIND, area: "", value: COINS, at: () => ({ file: "world.yaml", line: 1 }) };
  return {
    ...raw,
    items: { entries: new Map([...raw.items.entries, [COIN_KIND, coins]]), ids: new Set([...raw.items.ids, COIN_KIND]) },
  };
}
