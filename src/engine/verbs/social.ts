/** Ready-made emotes from the content: smile, wave, nod at somebody. */
import type { SocialDef } from "../content.ts";
import type { Refused } from "../decision.ts";
import { withoutFill } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { findPerson, isRefused, isSelf, nounOf } from "./people.ts";

/** By full name, or by a beginning of at least three letters. */
export function findSocial(turn: Turn, verb: string, options: { begun: boolean }): SocialDef | undefined {
  const socials = turn.ctx.content.socials;
  if (!options.begun) return socials.get(verb);
  return verb.length < 3 ? undefined : [...socials.values()].find((candidate) => candidate.name.startsWith(verb));
}

export function decideSocial(turn: Turn, social: SocialDef, text: string): Refused | void {
  if (turn.actor.position === "sleeping") return turn.refuse("wrong_position", "decide.sleeping");
  if (text === "" || social.targeted === null) return alone(turn, social);
  const found = findPerson(turn, withoutFill(text));
  if (isRefused(found)) return found;
  if (isSelf(turn, found)) return alone(turn, social);
  const target = nounOf(turn, found);
  const other = found.type === "character" ? [found.character.id] : [];
  turn.toActor("prose.target", { text: social.targeted.actor, target }, "emote");
  for (const id of other) turn.toTarget(id, "prose.actor", { text: social.targeted.target, actor: turn.me }, "emote");
  turn.toOthers("prose.both", { text: social.targeted.others, actor: turn.me, target: turn.inSight(target) }, "emote", other);
}

function alone(turn: Turn, social: SocialDef): void {
  turn.toActor("prose", { text: social.alone.actor }, "emote");
  turn.toOthers("prose.actor", { text: social.alone.others, actor: turn.me }, "emote");
}
