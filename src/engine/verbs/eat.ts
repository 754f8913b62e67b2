import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Refused } from "../decision.ts";
import type { Turn } from "../turn.ts";
import { MAX_HEALTH, MAX_VIGOUR, type Item } from "../world.ts";
import { findAmong, findCarried, takeOne, wordsIn } from "./things.ts";

export const eat: CommandModule = {
  name: "eat",
  aliases: [],
  rank: 32,
  group: "things",
  usage: ["eat <food>"],
  help: "Eats one portion of something you carry. It gives you vigour, and sometimes health.",
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_target", "eat.what");
    const item = findCarried(turn, args.text);
    if (item === undefined) return notInHand(turn, args.text);
    const kind = turn.kindOf(item);
    const noun = turn.itemNoun(item, 1);
    if (kind.food === null) return turn.refuse("not_food", kind.drink === null ? "eat.not_food" : "eat.drink_it", { item: noun });
    if (kind.container !== null && turn.readsContents(`item:${item.id}`).length > 0) return turn.refuse("not_empty", "things.not_empty", { item: noun });
    turn.destroy(item, "eat", 1);
    refresh(turn, kind.food);
    turn.toActor("eat.actor", { item: noun });
    if (kind.food.text !== null) turn.toActor("prose", { text: kind.food.text });
    turn.toOthers("eat.others", { actor: turn.me, item: noun });
  },
};

export const drink: CommandModule = {
  name: "drink",
  aliases: ["sip", "quaff"],
  rank: 33,
  group: "things",
  usage: ["drink <thing>", "drink from <thing>"],
  help: "Drinks one portion of something you carry, or from a fountain or a well that stands here.",
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_target", "drink.what");
    const fountains = turn.onGround().filter((item) => turn.kindOf(item).fixed);
    const item = findAmong(turn, args.text, [...turn.carried(), ...turn.worn(), ...fountains]);
    if (item === undefined) return notInHand(turn, args.text);
    const kind = turn.kindOf(item);
    const noun = turn.itemNoun(item, 1);
    if (kind.drink === null) return turn.refuse("not_drink", "drink.not_drink", { item: noun });
    const empties = kind.fixed ? false : sip(turn, item);
    if (typeof empties === "object") return empties;
    refresh(turn, kind.drink);
    const form = empties ? "" : "_from";
    turn.toActor(`drink.actor${form}`, { item: noun });
    if (kind.drink.text !== null) turn.toActor("prose", { text: kind.drink.text });
    if (empties && kind.drink.charges > 1) turn.toActor("drink.last", {}, "info");
    turn.toOthers(`drink.others${form}`, { actor: turn.me, item: noun });
  },
};

/** Takes one portion; true when that was the last, and the thing is gone. */
function sip(turn: Turn, item: Readonly<Item>): boolean | Refused {
  const left = (item.charges ?? 1) - 1;
  if (left <= 0 || (turn.kindOf(item).container !== null && item.quantity > 1)) {
    if (turn.kindOf(item).container !== null && turn.readsContents(`item:${item.id}`).length > 0) return turn.refuse("not_empty", "things.not_empty", { item: turn.itemNoun(item, 1) });
    turn.destroy(item, "drink", 1);
    return true;
  }
  // One of several bottles is begun: from now on it stands by itself.
  if (item.quantity > 1) return takeOne(turn, item, { charges: left }) === null ? turn.refuse("hands_full", "get.hands_full") : false;
  turn.event({ type: "item-changed", item: item.id, at: item.at, from: { charges: item.charges }, to: { charges: left } });
  return false;
}

/** What food and drink do; both values stay within their bounds, and no meal kills. */
function refresh(turn: Turn, by: { readonly vigour: number; readonly health: number }): void {
  const health = Math.min(MAX_HEALTH, Math.max(1, turn.actor.health + by.health));
  const vigour = Math.min(MAX_VIGOUR, Math.max(0, turn.actor.vigour + by.vigour));
  if (health !== turn.actor.health || vigour !== turn.actor.vigour) turn.event({ type: "vitals-changed", character: turn.actor.id, health, vigour });
}

/** It is not carried; perhaps it lies here. */
export function notInHand(turn: Turn, text: string): Refused {
  const here = findAmong(turn, text, turn.onGround());
  return here === undefined ? turn.refuse("not_carried", "things.not_carried", { word: wordsIn(text) }) : turn.refuse("not_carried", "things.pick_up_first", { item: turn.itemNoun(here, 1) });
}
