import { MAX_CONTAINER_DEPTH } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { COIN_KIND } from "../content.ts";
import type { Refused } from "../decision.ts";
import { carriedBy } from "../ids.ts";
import { splitTargets } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { coinsFromPurse, coinsNoun, pileCoins, pileIsNew } from "./coins.ts";
import { chooseCarried, findContainer, heightOf, isRefusal, moveParts, nounsOf, parseThing, spaceCarried, spaceInside, tellWhyNot, type Part } from "./things.ts";

const INTO = new Set(["in", "into", "inside", "on", "onto"]);

export const put: CommandModule = {
  name: "put",
  aliases: ["place", "stow"],
  rank: 23,
  group: "things",
  usage: ["put <thing> in <container>", "put 3 <things> in <container>", "put all.<things> in <container>", "put 10 coins in <container>"],
  help: "Puts what you carry into a container that you carry or that stands here. It must be open and have room.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { first, second, preposition } = splitTargets(args.text, INTO);
    const words = first.split(" ");
    // `put bread bag`: the last word is the container.
    const what = preposition === "" ? words.slice(0, -1).join(" ") : first;
    const where = preposition === "" ? words.at(-1)! : second;
    const target = parseThing(what);
    if (target === null || where === "") return turn.refuse("no_target", first === "" ? "put.what" : "put.where");
    const box = findContainer(turn, where);
    if (isRefusal(box)) return box;

    const coins = coinsFromPurse(turn, target, "put");
    if (coins !== null) return typeof coins === "number" ? putCoins(turn, coins, box) : coins;
    const chosen = chooseCarried(turn, target);
    if (isRefusal(chosen)) return chosen;
    return putThings(turn, target.all ? chosen.filter(({ item }) => item.id !== box.id) : chosen, box);
  },
};

function putThings(turn: Turn, chosen: readonly Part[], box: Readonly<Item>): Refused | void {
  const container = turn.itemNoun(box);
  const { moved, stayed } = moveParts(turn, chosen, spaceInside(turn, box), {
    // Into a bag one carries it weighs no more than in the hand.
    addedG: () => 0,
    check: ({ item }) => {
      if (item.id === box.id) return turn.refuse("into_itself", "put.into_itself", { container });
      return 1 + heightOf(turn, item) > MAX_CONTAINER_DEPTH ? turn.refuse("too_deep", "put.too_deep", { item: turn.itemNoun(item), container }) : null;
    },
    no: () => turn.refuse("container_full", "put.full", { container }),
  });
  if (moved.length === 0) return stayed ?? turn.refuse("nothing_carried", "things.nothing_carried");
  tell(turn, nounsOf(turn, moved), box);
  tellWhyNot(turn, stayed);
}

/** Coins weigh nothing in a purse, but they do in a bag. */
function putCoins(turn: Turn, coins: number, box: Readonly<Item>): Refused | void {
  const container = turn.itemNoun(box);
  const space = spaceInside(turn, box);
  if (space.count >= space.maxCount && pileIsNew(turn, space.at)) return turn.refuse("container_full", "put.full", { container });
  if (box.at === carriedBy(turn.actor.id)) {
    const load = spaceCarried(turn);
    const addedG = coins * (turn.ctx.content.items.get(COIN_KIND)?.weightG ?? 0);
    if (load.weightG + addedG > load.maxWeightG) return turn.refuse("too_heavy", "put.too_heavy", { container });
  }
  pileCoins(turn, coins, space.at);
  tell(turn, [coinsNoun(turn, coins)], box);
}

function tell(turn: Turn, items: ReturnType<typeof nounsOf>, box: Readonly<Item>): void {
  const container = turn.itemNoun(box);
  turn.toActor("put.actor", { items, container });
  turn.toOthers("put.others", { actor: turn.me, items, container });
}
