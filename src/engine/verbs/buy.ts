import { MAX_ITEMS_CARRIED, MAX_STACK, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { conflict, type Refused } from "../decision.ts";
import { carriedBy } from "../ids.ts";
import { splitTargets } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { coinsNoun } from "./coins.ts";
import { keepersHere, offerNamed, type Offer } from "./shop.ts";
import { claim, isRefusal, parseThing, spaceCarried, wordOf, type Part } from "./things.ts";

export const buy: CommandModule = {
  name: "buy",
  aliases: ["purchase"],
  rank: 36,
  group: "trading",
  usage: ["buy <thing>", "buy 3 <things>", "buy <number on the list>", "buy <thing> from <shopkeeper>"],
  help: "Buys from a shopkeeper here. See list for what is on offer, and what it costs.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { first, second } = splitTargets(args.text, new Set(["from", "at"]));
    const keepers = keepersHere(turn, second);
    if (isRefusal(keepers)) return keepers;
    const target = parseThing(first);
    if (target === null || target.words.length === 0) return turn.refuse("no_target", "buy.what");
    const offer = offerNamed(turn, keepers, target);
    if (offer === undefined) return turn.refuse("not_for_sale", "buy.not_for_sale", { word: wordOf(target) });
    if (target.all) return turn.refuse("no_amount", "buy.how_many");
    const count = target.quantity ?? 1;
    if (count < 1) return turn.refuse("no_target", "things.none_asked");

    const price = offer.price * count;
    const purse = turn.coins();
    if (price > purse) return turn.refuse("not_enough_coins", "buy.too_poor", { item: turn.kindNoun(offer.kind, count), price: coinsNoun(turn, price), coins: coinsNoun(turn, purse) });
    const no = offer.goods === null ? takeNew(turn, offer, count) : takeSecondHand(turn, offer, count);
    if (no !== null) return no;
    turn.pay(-price, "buy");
    turn.signal({ type: "obtained", kind: offer.kind });
    const params = { item: turn.kindNoun(offer.kind, count), npc: turn.npcNoun(offer.keeper.npc) };
    turn.toActor("buy.actor", { ...params, price: coinsNoun(turn, price) });
    turn.toOthers("buy.others", { ...params, actor: turn.me });
  },
};

/** Of what the shop has without end. */
function takeNew(turn: Turn, { kind: id }: Offer, count: number): Refused | null {
  const kind = turn.ctx.content.items.get(id);
  if (kind === undefined || count > MAX_STACK) return turn.refuse("too_many", "get.hands_full");
  const mine = carriedBy(turn.actor.id);
  const places = turn.placesFor(kind, count, mine);
  if (turn.readsContents(mine).length + places > MAX_ITEMS_CARRIED) return turn.refuse("hands_full", "get.hands_full");
  if (turn.weightCarriedG() + kind.weightG * count > MAX_WEIGHT_CARRIED_G) return turn.refuse("too_heavy", "get.too_heavy", { item: turn.kindNoun(id, count) });
  turn.make(id, count, mine, "buy");
  return null;
}

/** Of what somebody sold here before. */
function takeSecondHand(turn: Turn, offer: Offer, count: number): Refused | null {
  const parts: Part[] = [];
  let left = count;
  for (const item of offer.goods ?? []) {
    if (left === 0) break;
    turn.reads(conflict.item(item.id));
    const quantity = Math.min(left, item.quantity);
    parts.push({ item, quantity });
    left -= quantity;
  }
  if (left > 0) return turn.refuse("not_enough", "buy.not_so_many", { item: turn.kindNoun(offer.kind, count - left) });
  const space = spaceCarried(turn);
  for (const part of parts) {
    const fits = claim(turn, space, part, turn.weightOfG(part.item, part.quantity));
    if (fits === "full") return turn.refuse("hands_full", "get.hands_full");
    if (fits === "heavy") return turn.refuse("too_heavy", "get.too_heavy", { item: turn.kindNoun(offer.kind, count) });
    turn.move(part.item, space.at, part.quantity);
  }
  return null;
}

