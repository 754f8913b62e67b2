import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { splitTargets } from "../parse/target.ts";
import { coinsNoun } from "./coins.ts";
import { bestBuyer, keepersHere, offersOf } from "./shop.ts";
import { chooseCarried, isRefusal, parseThing } from "./things.ts";
import { refuseUnwanted } from "./sell.ts";

export const list: CommandModule = {
  name: "list",
  aliases: ["wares"],
  rank: 63,
  group: "trading",
  usage: ["list", "list <shopkeeper>"],
  help: "Tells what the shopkeepers here sell, each with its number and its price.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const keepers = keepersHere(turn, args.text);
    if (isRefusal(keepers)) return keepers;
    const everybody = keepersHere(turn, "");
    const offers = offersOf(turn, isRefusal(everybody) ? keepers : everybody);
    for (const keeper of keepers) {
      const npc = turn.npcNoun(keeper.npc);
      const own = offers.filter((offer) => offer.keeper.npc.id === keeper.npc.id);
      turn.toActor(own.length === 0 ? "list.nothing_for_sale" : "list.for_sale", { npc }, "info");
      for (const offer of own) {
        const count = offer.goods?.reduce((sum, item) => sum + item.quantity, 0) ?? 0;
        const params = { number: offers.indexOf(offer) + 1, item: { ...turn.kindNoun(offer.kind), id: "" }, price: coinsNoun(turn, offer.price), count };
        turn.toActor(offer.goods === null ? "list.offer" : count === 1 ? "list.offer_used" : "list.offer_used_many", params, "info");
      }
    }
  },
};

export const value: CommandModule = {
  name: "value",
  aliases: ["appraise"],
  rank: 39,
  group: "trading",
  usage: ["value <thing>", "value <thing> for <shopkeeper>"],
  help: "Asks the shopkeepers here what they would pay for something you carry.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { first, second } = splitTargets(args.text, new Set(["for", "to", "with"]));
    const keepers = keepersHere(turn, second);
    if (isRefusal(keepers)) return keepers;
    const target = parseThing(first);
    if (target === null) return turn.refuse("no_target", "value.what");
    const parts = chooseCarried(turn, target);
    if (isRefusal(parts)) return parts;
    let told = 0;
    for (const { item, quantity } of parts) {
      const best = bestBuyer(turn, keepers, item.kind);
      if (best === undefined) continue;
      told += 1;
      turn.toActor("value.actor", { npc: turn.npcNoun(best.keeper.npc), item: turn.itemNoun(item, quantity), coins: coinsNoun(turn, best.each * quantity) }, "info");
    }
    if (told === 0) return refuseUnwanted(turn, parts[0]!.item, keepers);
  },
};
