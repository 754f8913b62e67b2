import { MAX_COINS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { COIN_KIND } from "../content.ts";
import type { Refused } from "../decision.ts";
import { carriedBy } from "../ids.ts";
import { splitTargets, type Target } from "../parse/target.ts";
import { isCoins, type Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { choose, claim, findAtHand, findContainer, isRefusal, nounsOf, parseThing, spaceCarried, tellWhyNot, wordOf, type Part, type Space } from "./things.ts";

const FROM = new Set(["from", "out", "in", "inside"]);

export const get: CommandModule = {
  name: "get",
  aliases: ["take", "g"],
  rank: 20,
  group: "things",
  usage: ["get <thing>", "get all", "get 2.<thing>", "get 3 <things>", "get all.<things>", "get <thing> from <container>", "get all from <container>"],
  help: "Picks up what lies here, or takes it out of something. What is too heavy stays where it is. Coins go into your purse.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { first, second } = splitTargets(args.text, FROM);
    const target = parseThing(first);
    if (target === null) return turn.refuse("no_target", "get.what");
    if (target.quantity === 0) return turn.refuse("no_target", "things.none_asked");
    if (second !== "") return getFrom(turn, target, second.replace(/^of\s+/i, ""));

    // `get all bag` empties the bag (`get all.bag` picks up every bag); `get bread bag` tries the ground first.
    const words = first.split(" ");
    const rest = parseThing(words.slice(0, -1).join(" "));
    if (target.all && !words[0]!.includes(".") && rest !== null && namesContainer(turn, words.at(-1)!)) return getFrom(turn, rest, words.at(-1)!);
    const chosen = choose(turn, target, turn.onGround());
    if (chosen.length > 0) return take(turn, chosen, target, null);
    if (rest !== null && namesContainer(turn, words.at(-1)!)) return getFrom(turn, rest, words.at(-1)!);
    return target.words.length === 0 ? turn.refuse("nothing_here", "get.nothing_here") : turn.refuse("no_such_item", "get.no_such_item", { word: wordOf(target) });
  },
};

/** True when a word begins a keyword of a container at hand (`bags` does not name one bag). */
function namesContainer(turn: Turn, word: string): boolean {
  const item = findAtHand(turn, word);
  return item !== undefined && turn.kindOf(item).container !== null && (/[.-]/.test(word) || turn.keywordsOf(item).some((keyword) => keyword.startsWith(word.toLowerCase())));
}

function getFrom(turn: Turn, target: Target, containerText: string): Refused | void {
  const box = findContainer(turn, containerText);
  if (isRefusal(box)) return box;
  const container = turn.itemNoun(box);
  const held = turn.inside(box);
  if (held.length === 0) return turn.refuse("container_empty", "get.empty", { container });
  const chosen = choose(turn, target, held);
  if (chosen.length === 0) return turn.refuse("not_in_there", "get.not_in_there", { word: wordOf(target), container });
  return take(turn, chosen, target, box);
}

/** Takes what can be taken of the chosen; refuses when that is nothing. */
function take(turn: Turn, chosen: readonly Part[], target: Target, box: Readonly<Item> | null): Refused | void {
  const ownBox = box?.at === carriedBy(turn.actor.id);
  const space = spaceCarried(turn);
  let purse = chosen.some(({ item }) => isCoins(item)) ? turn.coins() : 0;
  const taken: Part[] = [];
  let stayed: Refused | null = null;
  for (const part of chosen) {
    const no = isCoins(part.item) ? pocket(turn, part, purse) : pickUp(turn, part, space, ownBox);
    if (no === null) {
      taken.push(part);
      if (isCoins(part.item)) purse += part.quantity;
    } else if (no.code !== "item_is_fixed" || target.words.length > 0) stayed ??= no;
  }
  if (taken.length === 0) return stayed ?? turn.refuse("nothing_here", "get.nothing_here");

  for (const kind of new Set(taken.map(({ item }) => item.kind))) if (kind !== COIN_KIND) turn.signal({ type: "obtained", kind });
  const items = nounsOf(turn, taken);
  if (box === null) {
    turn.toActor("get.actor", { items });
    turn.toOthers("get.others", { actor: turn.me, items });
  } else {
    turn.toActor("get.actor_from", { items, container: turn.itemNoun(box) });
    turn.toOthers("get.others_from", { actor: turn.me, items, container: turn.itemNoun(box) });
  }
  tellWhyNot(turn, stayed);
}

function pocket(turn: Turn, { item, quantity }: Part, purse: number): Refused | null {
  if (purse + quantity > MAX_COINS) return turn.refuse("too_many_coins", "get.too_many_coins");
  turn.destroy(item, "coins-taken", quantity);
  turn.pay(quantity, "take");
  return null;
}

function pickUp(turn: Turn, part: Part, space: Space, ownBox: boolean): Refused | null {
  const item = turn.itemNoun(part.item, part.quantity);
  if (turn.kindOf(part.item).fixed) return turn.refuse("item_is_fixed", "get.fixed", { item });
  // What comes out of a bag one carries is carried already.
  const fits = claim(turn, space, part, ownBox ? 0 : turn.weightOfG(part.item, part.quantity));
  if (fits === "full") return turn.refuse("hands_full", "get.hands_full");
  if (fits === "heavy") return turn.refuse("too_heavy", "get.too_heavy", { item });
  turn.move(part.item, space.at, part.quantity);
  return null;
}
