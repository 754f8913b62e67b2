/** How things are called in a line, with what a click on them does. */
import type { ItemKind, NpcKind } from "./content.ts";
import type { Noun } from "./decision.ts";
import type { Character, Item, Npc } from "./world.ts";

export const SOMEONE: Noun = { text: "someone", type: "character", id: "" };
export const SOMETHING: Noun = { text: "something", type: "item", id: "" };

const NUMBERS = ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

export const countText = (count: number): string => NUMBERS[count] ?? String(count);

export function kindNoun(kind: ItemKind, quantity = 1): Noun {
  const text = quantity === 1 ? kind.name : `${countText(quantity)} ${kind.plural}`;
  return { text, type: "item", id: kind.id };
}

export function itemNoun(item: Readonly<Item>, kind: ItemKind, quantity = item.quantity): Noun {
  return { ...kindNoun(kind, quantity), id: item.id, command: `look at ${kind.keywords[0] ?? kind.name}` };
}

export function npcNoun(npc: Readonly<Npc>, kind: NpcKind): Noun {
  return { text: kind.name, type: "npc", id: npc.id, command: `look at ${kind.keywords[0] ?? kind.name}` };
}

export function characterNoun(character: Pick<Character, "id" | "name">): Noun {
  return { text: character.name, type: "character", id: character.id, command: `look at ${character.name}` };
}
