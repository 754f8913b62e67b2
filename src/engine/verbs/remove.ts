import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { carriedBy } from "../ids.ts";
import { matches, parseTarget } from "../parse/target.ts";
import { nounsOf, wordOf } from "./things.ts";

export const remove: CommandModule = {
  name: "remove",
  aliases: ["unwear", "unwield", "doff"],
  rank: 27,
  group: "things",
  usage: ["remove <thing>", "remove all"],
  help: "Takes off what you wear, or puts away what you hold; you still carry it.",
  positions: AWAKE,

  decide(turn, args) {
    const target = parseTarget(args.text);
    if (target === null) return turn.refuse("no_target", "remove.what");
    const chosen = turn.pick(target, turn.worn());
    if (chosen.length === 0) {
      if (target.words.length === 0) return turn.refuse("nothing_worn", "remove.nothing");
      const carried = turn.carried().find((item) => matches(turn.keywordsOf(item), target.words));
      return carried === undefined ? turn.refuse("not_worn", "remove.not_worn", { word: wordOf(target) }) : turn.refuse("not_worn", "remove.only_carried", { item: turn.itemNoun(carried) });
    }
    // A torch put away joins the others.
    for (const item of chosen) turn.move(item, carriedBy(turn.actor.id));
    const items = nounsOf(turn, chosen.map((item) => ({ item, quantity: item.quantity })));
    turn.toActor("remove.actor", { items });
    turn.toOthers("remove.others", { actor: turn.me, items });
  },
};
