import { MAX_COINS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { conflict, type Noun, type Refused } from "../decision.ts";
import { parseTarget, splitTargets, withoutFill } from "../parse/target.ts";
import type { Found, Turn } from "../turn.ts";
import type { Character } from "../world.ts";
import { coinsFromPurse, coinsNoun } from "./coins.ts";
import { giveCoinsToNpc, giveToNpc } from "./deliver.ts";
import { chooseCarried, findWithin, isRefusal, moveParts, nounsOf, parseThing, spaceCarried, tellWhyNot, wordsIn, type Part } from "./things.ts";

type Person = Extract<Found, { type: "character" | "npc" }>;

export const give: CommandModule = {
  name: "give",
  aliases: ["hand"],
  rank: 22,
  group: "things",
  usage: ["give <thing> to <someone>", "give 3 <things> to <someone>", "give 10 coins to <someone>"],
  help: "Hands something to somebody here, who must be awake and able to carry it. Those who are not people take only what they asked for.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const { thing, person, word } = sides(turn, args.text);
    const target = parseThing(thing);
    if (target === null) return turn.refuse("no_target", "give.what");
    if (word === "") return turn.refuse("no_target", "give.to_whom");
    if (person === undefined) return turn.refuse("no_such_person", "people.not_here", { word: wordsIn(word) });
    if (person.type === "character" && person.character.id === turn.actor.id) return turn.refuse("yourself", "give.yourself");

    const coins = coinsFromPurse(turn, target, "give");
    if (coins !== null) {
      if (typeof coins !== "number") return coins;
      return person.type === "npc" ? giveCoinsToNpc(turn, coins, person.npc) : giveCoins(turn, coins, person.character);
    }
    const chosen = chooseCarried(turn, target);
    if (isRefusal(chosen)) return chosen;
    return person.type === "npc" ? giveToNpc(turn, chosen, person.npc) : giveThings(turn, chosen, person.character);
  },
};

/** `give bread to marta`, `give bread marta`, `give marta bread`. */
function sides(turn: Turn, text: string): { thing: string; word: string; person: Person | undefined } {
  const find = (word: string): Person | undefined => {
    const target = parseTarget(withoutFill(word));
    return target === null ? undefined : turn.findPerson(target);
  };
  const { first, preposition, second } = splitTargets(text, new Set(["to"]));
  if (preposition !== "") return { thing: first, word: second, person: find(second) };
  const words = first.split(" ");
  if (words.length < 2) return { thing: first, word: "", person: undefined };
  const last = { thing: words.slice(0, -1).join(" "), word: words.at(-1)!, person: find(words.at(-1)!) };
  if (last.person !== undefined) return last;
  const person = find(words[0]!);
  return person === undefined ? last : { thing: words.slice(1).join(" "), word: words[0]!, person };
}

/** Why somebody takes nothing now. Where they are counts as read: they may be walking away. */
function refuseReceiver(turn: Turn, to: Readonly<Character>): Refused | null {
  turn.reads(conflict.character(to.id));
  const person = turn.characterNoun(to);
  if (to.linkDead) return turn.refuse("target_link_dead", "give.link_dead", { person });
  if (to.position === "sleeping") return turn.refuse("target_asleep", "give.asleep", { person });
  return null;
}

function giveThings(turn: Turn, chosen: readonly Part[], to: Readonly<Character>): Refused | void {
  const no = refuseReceiver(turn, to);
  if (no !== null) return no;
  const person = turn.characterNoun(to);
  const { moved, stayed } = moveParts(turn, chosen, spaceCarried(turn, to.id), {
    addedG: ({ item, quantity }) => turn.weightOfG(item, quantity),
    check: ({ item }) => {
      const quest = findWithin(turn, item, (held) => turn.kindOf(held).quest !== null);
      if (quest === undefined) return null;
      return quest.id === item.id ? turn.refuse("quest_item", "give.quest_item", { item: turn.itemNoun(item) }) : turn.refuse("quest_item", "give.quest_inside", { item: turn.itemNoun(quest), container: turn.itemNoun(item) });
    },
    no: (why, { item, quantity }) => (why === "full" ? turn.refuse("target_hands_full", "give.hands_full", { person }) : turn.refuse("target_too_heavy", "give.too_heavy", { person, item: turn.itemNoun(item, quantity) })),
  });
  if (moved.length === 0) return stayed ?? turn.refuse("nothing_carried", "things.nothing_carried");
  tell(turn, nounsOf(turn, moved), to);
  tellWhyNot(turn, stayed);
}

function giveCoins(turn: Turn, coins: number, to: Readonly<Character>): Refused | void {
  const no = refuseReceiver(turn, to);
  if (no !== null) return no;
  turn.reads(conflict.purse(to.id));
  if (to.coins + coins > MAX_COINS) return turn.refuse("too_many_coins", "give.too_many_coins", { person: turn.characterNoun(to) });
  turn.pay(-coins, "give");
  turn.pay(coins, "give", to.id);
  tell(turn, [coinsNoun(turn, coins)], to);
}

function tell(turn: Turn, items: Noun[], to: Readonly<Character>): void {
  const person = turn.characterNoun(to);
  turn.toActor("give.actor", { items, person });
  turn.toTarget(to.id, "give.target", { actor: turn.me, items });
  turn.toOthers("give.others", { actor: turn.me, items, person }, "action", [to.id]);
}
