/** Putting on what one carries: wear, wield, hold. Each place of the body takes one thing. */
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Slot } from "../content.ts";
import type { Refused } from "../decision.ts";
import { carriedBy } from "../ids.ts";
import { parseTarget, type Target } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { isRefusal, refuseNotCarried, takeOne } from "./things.ts";

export const wear: CommandModule = {
  name: "wear",
  aliases: ["don"],
  rank: 25,
  group: "things",
  usage: ["wear <thing>", "wear all"],
  help: "Puts on something you carry. What belongs in the hand is wielded or held.",
  positions: AWAKE,
  decide: (turn, args) => equip(turn, args.text, null),
};

export const wield: CommandModule = {
  name: "wield",
  aliases: [],
  rank: 26,
  group: "things",
  usage: ["wield <weapon>"],
  help: "Takes a weapon or tool that you carry into your hand.",
  positions: AWAKE,
  decide: (turn, args) => equip(turn, args.text, "wielded"),
};

export const hold: CommandModule = {
  name: "hold",
  aliases: ["grip"],
  rank: 60,
  group: "things",
  usage: ["hold <thing>"],
  help: "Takes something that you carry, such as a lantern, into your other hand.",
  positions: AWAKE,
  decide: (turn, args) => equip(turn, args.text, "held"),
};

function equip(turn: Turn, text: string, only: Slot | null): Refused | void {
  const target = parseTarget(text);
  if (target === null) return turn.refuse("no_target", only === null ? "wear.what" : `wear.what_${only}`);
  const chosen = turn.pick(target, turn.carried());
  if (chosen.length === 0) return alreadyWorn(turn, target) ?? refuseNotCarried(turn, target);

  const taken = new Set(turn.readsContents(carriedBy(turn.actor.id)).map((item) => item.slot));
  let worn = 0;
  let no: Refused | null = null;
  for (const item of chosen) {
    const slot = turn.kindOf(item).slot;
    const free = slotFor(turn, item, only, taken);
    if (isRefusal(free) || slot === null) {
      if (isRefusal(free)) no ??= free;
      continue;
    }
    const one = putOn(turn, item, slot);
    if (one === null) {
      no ??= turn.refuse("hands_full", "get.hands_full");
      continue;
    }
    taken.add(slot);
    worn += 1;
    const form = slot === "wielded" || slot === "held" ? slot : "worn";
    turn.toActor(`wear.actor_${form}`, { item: turn.itemNoun(item, 1) });
    turn.toOthers(`wear.others_${form}`, { actor: turn.me, item: turn.itemNoun(item, 1) });
  }
  if (worn === 0) return target.all ? turn.refuse("nothing_to_wear", "wear.nothing") : no ?? turn.refuse("nothing_to_wear", "wear.nothing");
}

/** Whether it goes on now; a refusal otherwise. */
function slotFor(turn: Turn, item: Readonly<Item>, only: Slot | null, taken: ReadonlySet<Slot | null>): { slot: Slot } | Refused {
  const slot = turn.kindOf(item).slot;
  const noun = turn.itemNoun(item, 1);
  if (slot === null) return turn.refuse("not_wearable", only === null ? "wear.not_wearable" : `wear.not_${only}`, { item: noun });
  if (only !== null && slot !== only) return turn.refuse("not_wearable", `wear.not_${only}`, { item: noun });
  if (!taken.has(slot)) return { slot };
  const other = turn.worn().find((worn) => worn.slot === slot);
  return turn.refuse("slot_taken", slot === "wielded" || slot === "held" ? "wear.hand_taken" : "wear.slot_taken", { item: noun, other: other === undefined ? noun : turn.itemNoun(other) });
}

/** Wears the item, or one of a stack; null when there is no room for one more thing. */
function putOn(turn: Turn, item: Readonly<Item>, slot: Slot): Readonly<Item> | null {
  if (item.quantity > 1) return takeOne(turn, item, { slot });
  turn.event({ type: "item-moved", item: item.id, from: item.at, to: item.at, slot });
  return item;
}

function alreadyWorn(turn: Turn, target: Target): Refused | undefined {
  const worn = target.words.length === 0 ? undefined : turn.pick({ ...target, all: false }, turn.worn())[0];
  return worn === undefined ? undefined : turn.refuse("already_worn", "wear.already", { item: turn.itemNoun(worn) });
}
