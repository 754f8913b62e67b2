/** What commands about people share: to whom something is said, and how they are called. */
import type { Noun, Refused } from "../decision.ts";
import { parseTarget } from "../parse/target.ts";
import type { Found, Turn } from "../turn.ts";

export type Person = Extract<Found, { type: "character" | "npc" }>;

/** Splits "ben hello there", "to ben: hello there" into whom and what, the latter as typed. */
export function splitAddressee(text: string): { whom: string; what: string } {
  const parts = /^(?:to\s+)?(\S+)\s*([\s\S]*)$/i.exec(text.trim());
  return { whom: (parts?.[1] ?? "").replace(/[,:]+$/, ""), what: parts?.[2] ?? "" };
}

/** Somebody in the room by words, or the refusal that says there is no such person. */
export function findPerson(turn: Turn, text: string): Person | Refused {
  const target = parseTarget(text);
  return (target === null ? undefined : turn.findPerson(target)) ?? turn.refuse("no_such_person", "people.not_here", { word: text });
}

export const isRefused = (value: Person | Refused): value is Refused => "messages" in value;

export const isSelf = (turn: Turn, person: Person): boolean => person.type === "character" && person.character.id === turn.actor.id;

export function nounOf(turn: Turn, person: Person): Noun {
  return person.type === "npc" ? turn.npcNoun(person.npc) : turn.characterNoun(person.character);
}

/** A player anywhere, as a name in a line; a click on it does nothing, since one cannot look at them from here. */
export const farNoun = (person: { readonly id: string; readonly name: string }): Noun => ({ text: person.name, type: "character", id: person.id });
