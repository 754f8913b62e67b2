/** Ready-made emotes from the content: smile, wave, nod at somebody. */
import type { Refused } from "../decision.ts";
import { parseTarget, withoutFill } from "../parse/target.ts";
import type { Turn } from "../turn.ts";

/** Carries out a social by full name or unambiguous prefix; "unknown" when there is none. */
export function decideSocial(turn: Turn, verb: string, text: string): Refused | undefined | "unknown" {
  const socials = turn.ctx.content.socials;
  const social = socials.get(verb) ?? (verb.length >= 3 ? [...socials.values()].find((candidate) => candidate.name.startsWith(verb)) : undefined);
  if (social === undefined) return "unknown";
  if (turn.actor.position === "sleeping") return turn.refuse("wrong_position", "decide.sleeping");
  if (text === "" || social.targeted === null) {
    turn.toActor("prose", { text: social.alone.actor }, "emote");
    turn.toOthers("prose.actor", { text: social.alone.others, actor: turn.me }, "emote");
    return undefined;
  }
  const target = parseTarget(withoutFill(text));
  const found = target === null ? undefined : turn.findPerson(target);
  if (found === undefined) return turn.refuse("no_such_person", "people.not_here", { word: text });
  const noun = found.type === "npc" ? turn.npcNoun(found.npc) : turn.characterNoun(found.character);
  const other = found.type === "character" ? found.character.id : null;
  if (other === turn.actor.id) {
    turn.toActor("prose", { text: social.alone.actor }, "emote");
    turn.toOthers("prose.actor", { text: social.alone.others, actor: turn.me }, "emote");
    return undefined;
  }
  turn.toActor("prose.target", { text: social.targeted.actor, target: noun }, "emote");
  if (other !== null) turn.toTarget(other, "prose.actor", { text: social.targeted.target, actor: turn.me }, "emote");
  turn.toOthers("prose.both", { text: social.targeted.others, actor: turn.me, target: noun }, "emote", other === null ? [] : [other]);
  return undefined;
}
