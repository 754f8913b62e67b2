import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { hear } from "../npc/hear.ts";
import { parseTarget, splitTargets } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { findPerson, isRefused, isSelf, nounOf, splitAddressee } from "./people.ts";

export const ask: CommandModule = {
  name: "ask",
  aliases: [],
  rank: 40,
  group: "talking",
  usage: ["ask <somebody> about <something>", "ask <somebody> <question>"],
  help: "Asks one person here, aloud. Those who live in this world answer when they know something about it.",
  speaks: true,
  positions: AWAKE,

  decide(turn, args) {
    const { whom, what, about } = read(turn, args.text);
    if (whom === "") return turn.refuse("no_target", "ask.whom");
    const found = findPerson(turn, whom);
    if (isRefused(found)) return found;
    if (isSelf(turn, found)) return turn.refuse("self", "ask.self");
    const person = nounOf(turn, found);
    if (what === "") return turn.refuse("no_text", "ask.what", { person });

    const target = found.type === "character" ? [found.character.id] : [];
    turn.toActor(about ? "ask.actor_about" : "ask.actor", { person, text: what }, "say");
    for (const id of target) turn.toTarget(id, about ? "ask.target_about" : "ask.target", { actor: turn.me, text: what }, "say");
    turn.toOthers(about ? "ask.others_about" : "ask.others", { actor: turn.me, person: turn.inSight(person), text: what }, "say", target);
    if (found.type === "npc") hear(turn, what, found.npc);
  },
};

/**
 * "marta the baker about bread" has a subject, "marta where is the ring?" a question; a single word is a subject.
 * In "marta what is said about me" the words before "about" name nobody, so the first alone does.
 */
function read(turn: Turn, text: string): { whom: string; what: string; about: boolean } {
  const { first, preposition, second } = splitTargets(text, new Set(["about"]));
  const named = first.replace(/^to\s+/i, "");
  const target = preposition === "" ? null : parseTarget(named);
  if (target !== null && (!named.includes(" ") || turn.findPerson(target) !== undefined)) return { whom: named, what: second, about: true };
  const { whom, what } = splitAddressee(text);
  const subject = what.replace(/^(?:about|for)(?:\s+|$)/i, "");
  return { whom, what: subject, about: subject !== "" && !/[\s?!]/.test(subject) };
}
