import { MAX_ITEMS_CARRIED, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { SLOTS } from "../content.ts";
import type { Turn } from "../turn.ts";
import { coinsNoun } from "./coins.ts";
import { tellThings } from "./listing.ts";

export const inventory: CommandModule = {
  name: "inventory",
  aliases: ["i", "inv"],
  rank: 15,
  group: "things",
  usage: ["inventory", "i"],
  help: "Lists what you carry and what you wear, how heavy it is, and the coins in your purse.",
  positions: ANY_POSITION,

  decide(turn) {
    const carried = turn.carried();
    turn.toActor(carried.length === 0 ? "inventory.empty" : "inventory.head", {}, "info");
    tellThings(turn, carried);
    if (turn.worn().length > 0) {
      turn.toActor("inventory.worn", {}, "info");
      tellWorn(turn);
    }
    turn.toActor("inventory.sum", {
      count: turn.contents(`char:${turn.actor.id}`).length, maxCount: MAX_ITEMS_CARRIED,
      weight: kilograms(turn.weightCarriedG()), maxWeight: kilograms(MAX_WEIGHT_CARRIED_G),
    }, "info");
    turn.toActor("inventory.purse", { coins: coinsNoun(turn, turn.coins()) }, "info");
  },
};

export const equipment: CommandModule = {
  name: "equipment",
  aliases: ["eq"],
  rank: 24,
  group: "things",
  usage: ["equipment", "eq"],
  help: "Lists what you wear and what you hold in your hands.",
  positions: ANY_POSITION,

  decide(turn) {
    if (turn.worn().length === 0) {
      turn.toActor("equipment.empty", {}, "info");
      return;
    }
    turn.toActor("equipment.head", {}, "info");
    tellWorn(turn);
  },
};

/** One line for each thing worn, from head to hand. */
function tellWorn(turn: Turn): void {
  const worn = turn.worn();
  for (const slot of SLOTS) {
    for (const item of worn) if (item.slot === slot) turn.toActor(item.lit ? `worn.${slot}_lit` : `worn.${slot}`, { item: turn.itemNoun(item) }, "info");
  }
}

/** Grams as kilograms with one decimal. */
const kilograms = (grams: number): string => (grams / 1000).toFixed(1).replace(/\.0$/, "");
