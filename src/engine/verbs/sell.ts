import { MAX_COINS, MAX_SECOND_HAND } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { conflict, type Refused } from "../decision.ts";
import { inside, keptBy } from "../ids.ts";
import { splitTargets } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { coinsNoun } from "./coins.ts";
import { bestBuyer, keepersHere, type Keeper } from "./shop.ts";
import { chooseCarried, isRefusal, nounsOf, parseThing, tellWhyNot, type Part } from "./things.ts";

export const sell: CommandModule = {
  name: "sell",
  aliases: [],
  rank: 37,
  group: "trading",
  usage: ["sell <thing>", "sell 3 <things>", "sell all.<things>", "sell <thing> to <shopkeeper>"],
  help: "Sells what you carry to a shopkeeper here. See value for what you would get.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { first, second } = splitTargets(args.text, new Set(["to"]));
    const keepers = keepersHere(turn, second);
    if (isRefusal(keepers)) return keepers;
    const target = parseThing(first);
    if (target === null) return turn.refuse("no_target", "sell.what");
    const parts = chooseCarried(turn, target);
    if (isRefusal(parts)) return parts;
    return sellParts(turn, parts, keepers);
  },
};

function sellParts(turn: Turn, parts: readonly Part[], keepers: readonly Keeper[]): Refused | void {
  const sold = new Map<Keeper, { parts: Part[]; coins: number }>();
  let earned = 0;
  let stayed: Refused | null = null;
  const purse = turn.coins();
  for (const part of parts) {
    const best = bestBuyer(turn, keepers, part.item.kind);
    const coins = (best?.each ?? 0) * part.quantity;
    const no = best === undefined ? refuseUnwanted(turn, part.item, keepers) : refuseAsItIs(turn, part.item) ?? (purse + earned + coins > MAX_COINS ? turn.refuse("too_many_coins", "get.too_many_coins") : null);
    if (no !== null || best === undefined) {
      stayed ??= no;
      continue;
    }
    const known = sold.get(best.keeper) ?? { parts: [], coins: 0 };
    sold.set(best.keeper, { parts: [...known.parts, part], coins: known.coins + coins });
    earned += coins;
  }
  if (sold.size === 0) return stayed ?? turn.refuse("not_wanted", "sell.what");
  for (const [keeper, deal] of sold) {
    handOver(turn, deal.parts, keeper);
    turn.pay(deal.coins, "sell");
    const params = { items: nounsOf(turn, deal.parts), npc: turn.npcNoun(keeper.npc) };
    turn.toActor("sell.actor", { ...params, coins: coinsNoun(turn, deal.coins) });
    turn.toOthers("sell.others", { ...params, actor: turn.me });
  }
  tellWhyNot(turn, stayed);
}

/** Nobody here buys such a thing. */
export function refuseUnwanted(turn: Turn, item: Readonly<Item>, keepers: readonly Keeper[]): Refused {
  const noun = turn.itemNoun(item, 1);
  const kind = turn.kindOf(item);
  if (kind.quest !== null) return turn.refuse("quest_item", "sell.quest_item", { item: noun });
  if (kind.value <= 0) return turn.refuse("worthless", "sell.worthless", { item: noun });
  return turn.refuse("not_wanted", keepers.length === 1 ? "sell.not_wanted" : "sell.nobody_wants", { item: noun, npc: turn.npcNoun(keepers[0]!.npc) });
}

/** A keeper wants it, but not as it is now. */
function refuseAsItIs(turn: Turn, item: Readonly<Item>): Refused | null {
  const kind = turn.kindOf(item);
  const noun = turn.itemNoun(item, 1);
  if (kind.container !== null && turn.readsContents(inside(item.id)).length > 0) return turn.refuse("not_empty", "things.not_empty", { item: noun });
  if (kind.drink !== null && kind.drink.charges > 1 && item.charges !== null && item.charges < kind.drink.charges) return turn.refuse("half_empty", "sell.half_empty", { item: noun });
  return null;
}

/** What the shop sells anyway goes into its store; anything else lies there second-hand, the oldest making way. */
function handOver(turn: Turn, parts: readonly Part[], keeper: Keeper): void {
  const shelf = keptBy(keeper.npc.id);
  const kept = [...turn.readsContents(shelf)];
  let count = kept.length;
  for (const { item, quantity } of parts) {
    if (keeper.shop.sells.some(({ kind }) => kind === item.kind)) {
      turn.destroy(item, "sell", quantity);
      continue;
    }
    if (item.lit && quantity === item.quantity) turn.event({ type: "item-changed", item: item.id, at: item.at, from: { lit: true }, to: { lit: false } });
    if (!turn.joins(item, shelf, quantity)) {
      const oldest = count >= MAX_SECOND_HAND ? kept.find((old) => !changed(turn, old)) : undefined;
      if (oldest !== undefined) {
        turn.reads(conflict.item(oldest.id));
        turn.destroy(oldest, "sell");
        kept.splice(kept.indexOf(oldest), 1);
        count -= 1;
      }
      if (count >= MAX_SECOND_HAND) {
        turn.destroy(item, "sell", quantity);
        continue;
      }
      count += 1;
    }
    turn.move(item, shelf, quantity);
  }
}

/** True when this decision has already added to it: its recorded quantity is not what it will be. */
const changed = (turn: Turn, item: Readonly<Item>): boolean => turn.events.some((event) => event.type === "item-quantity-changed" && event.item === item.id);
