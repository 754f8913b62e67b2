import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Refused } from "../decision.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { findAmong, takeOne, wordsIn } from "./things.ts";

export const light: CommandModule = {
  name: "light",
  aliases: ["ignite"],
  rank: 64,
  group: "things",
  usage: ["light <lantern>"],
  help: "Lights a lantern, torch or candle. While it burns it lights the room you are in.",
  positions: AWAKE,
  decide: (turn, args) => switchNamed(turn, args.text, true),
};

export const extinguish: CommandModule = {
  name: "extinguish",
  aliases: ["douse", "snuff"],
  rank: 65,
  group: "things",
  usage: ["extinguish <lantern>"],
  help: "Puts out a lantern, torch or candle.",
  positions: AWAKE,
  decide: (turn, args) => switchNamed(turn, args.text, false),
};

function switchNamed(turn: Turn, text: string, lit: boolean): Refused | void {
  if (text === "") return turn.refuse("no_target", lit ? "light.what" : "extinguish.what");
  // In the dark one finds only what one has on oneself. Of two lanterns the one that is still dark is meant.
  const things = [...turn.carried(), ...turn.worn(), ...(turn.isLit() ? turn.onGround() : [])];
  const item = findAmong(turn, text, things.filter((thing) => turn.kindOf(thing).light && thing.lit !== lit)) ?? findAmong(turn, text, things);
  if (item === undefined) return turn.refuse("no_such_item", "things.not_here", { word: wordsIn(text) });
  return switchLight(turn, item, lit);
}

/** Lights it or puts it out; of a stack only one. */
export function switchLight(turn: Turn, item: Readonly<Item>, lit: boolean): Refused | void {
  const noun = turn.itemNoun(item, 1);
  if (!turn.kindOf(item).light) return turn.refuse("not_a_light", "light.not_a_light", { item: noun });
  if (item.lit === lit) return turn.refuse("already", lit ? "light.already" : "extinguish.already", { item: noun });
  const verb = lit ? "light" : "extinguish";
  // Whoever lights a lamp in the dark is seen by its light.
  const actor = lit ? turn.characterNoun(turn.actor) : turn.me;
  if (item.quantity > 1) {
    if (takeOne(turn, item, { lit }) === null) return turn.refuse("hands_full", "get.hands_full");
  } else turn.event({ type: "item-changed", item: item.id, at: item.at, from: { lit: item.lit }, to: { lit } });
  turn.toActor(`${verb}.actor`, { item: noun });
  turn.toOthers(`${verb}.others`, { actor, item: noun });
  if (lit) turn.signal({ type: "used", kind: item.kind, room: turn.actor.room });
}
