import { MAX_COINS, MAX_ITEMS_CARRIED, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Refused } from "../decision.ts";
import { carriedBy } from "../ids.ts";
import { parseTarget, splitTargets, type Target } from "../parse/target.ts";
import { isCoins, type Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { findContainer, isRefusal } from "./things.ts";

export const get: CommandModule = {
  name: "get",
  aliases: ["take", "g"],
  rank: 20,
  group: "things",
  usage: ["get <thing>", "get all", "get 2.<thing>", "get 3 <things>", "get <thing> from <container>", "get all from <container>"],
  help: "Picks up what lies here, or takes it out of something. What is too heavy stays where it is.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { first, second } = splitTargets(args.text, new Set(["from", "out", "in", "inside"]));
    const target = parseTarget(first);
    if (target === null) return turn.refuse("no_target", "get.what");
    if (second !== "") return getFrom(turn, target, second);

    const here = turn.onGround();
    const picked = turn.pick(target, here);
    if (picked.length === 0) {
      // `get all bag`: the last word may be the container.
      const words = first.split(" ");
      if (words.length > 1 && target.all) return getFrom(turn, parseTarget(words.slice(0, -1).join(" ")) ?? target, words.at(-1)!);
      return target.all ? turn.refuse("nothing_here", "get.nothing_here") : turn.refuse("no_such_item", "get.no_such_item", { word: first });
    }
    return take(turn, picked, target, null);
  },
};

function getFrom(turn: Turn, target: Target, containerText: string): Refused | void {
  const container = findContainer(turn, containerText);
  if (isRefusal(container)) return container;
  const box = container;
  const picked = turn.pick(target, turn.inside(box));
  if (picked.length === 0) return turn.refuse("not_in_there", "get.not_in_there", { word: target.words.join(" "), container: turn.itemNoun(box) });
  return take(turn, picked, target, box);
}

/** Takes what can be taken of the picked; refuses when that is nothing. */
function take(turn: Turn, picked: readonly Readonly<Item>[], target: Target, box: Readonly<Item> | null): Refused | void {
  const mine = carriedBy(turn.actor.id);
  const ownBox = box?.at === mine;
  let weightG = turn.weightCarriedG();
  let count = turn.readsContents(mine).length;
  let taken = 0;
  let reason: Refused | null = null;

  for (const item of picked) {
    const kind = turn.kindOf(item);
    const quantity = Math.min(target.quantity ?? item.quantity, item.quantity);
    const addedG = ownBox ? 0 : turn.weightOfG(item, quantity);
    const noun = turn.itemNoun(item, quantity);
    if (kind.fixed) reason ??= turn.refuse("item_is_fixed", "get.fixed", { item: noun });
    else if (quantity < 1) reason ??= turn.refuse("no_target", "get.what");
    else if (!isCoins(item) && count >= MAX_ITEMS_CARRIED) reason ??= turn.refuse("hands_full", "get.hands_full");
    else if (weightG + addedG > MAX_WEIGHT_CARRIED_G) reason ??= turn.refuse("too_heavy", "get.too_heavy", { item: noun });
    else if (isCoins(item) && turn.coins() + quantity > MAX_COINS) reason ??= turn.refuse("too_many_coins", "get.too_many_coins");
    else {
      if (isCoins(item)) {
        turn.destroy(item, "coins-taken", quantity);
        turn.pay(quantity, "take");
      } else {
        turn.move(item, mine, quantity);
        turn.signal({ type: "obtained", kind: item.kind });
        weightG += addedG;
        count += 1;
      }
      taken += 1;
      if (box === null) {
        turn.toActor("get.actor", { item: noun });
        turn.toOthers("get.others", { actor: turn.me, item: noun });
      } else {
        turn.toActor("get.actor_from", { item: noun, container: turn.itemNoun(box) });
        turn.toOthers("get.others_from", { actor: turn.me, item: noun, container: turn.itemNoun(box) });
      }
    }
  }
  if (taken === 0) return reason ?? turn.refuse("nothing_here", "get.nothing_here");
  if (reason !== null && target.all) turn.toActor(reason.messages[0]!.key, reason.messages[0]!.params, "info");
}
