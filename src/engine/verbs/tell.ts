import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import type { Refused } from "../decision.ts";
import type { CharacterId } from "../ids.ts";
import { ignores, mayBeIgnored } from "../ignoring.ts";
import { parseTarget } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { farNoun, splitAddressee } from "./people.ts";

export const tell: CommandModule = {
  name: "tell",
  aliases: ["t"],
  rank: 30,
  group: "talking",
  usage: ["tell <player> <words>"],
  help: "Says something to one player, wherever they are. Nobody else hears it. They answer with reply.",
  speaks: true,
  positions: ANY_POSITION,

  decide(turn, args) {
    const { whom, what } = splitAddressee(args.text);
    if (whom === "") return turn.refuse("no_target", "tell.whom");
    return sendTell(turn, whom, what);
  },
};

export const reply: CommandModule = {
  name: "reply",
  aliases: ["r"],
  rank: 26,
  group: "talking",
  usage: ["reply <words>"],
  help: "Answers whoever told you something last.",
  speaks: true,
  positions: ANY_POSITION,

  decide(turn, args) {
    const whom = turn.actor.lastTellFrom;
    if (whom === null) return turn.refuse("nobody_told", "reply.nobody");
    return sendTell(turn, whom, args.text);
  },
};

interface Listener {
  readonly id: CharacterId;
  readonly name: string;
  readonly afk: string | null;
  readonly linkDead?: boolean;
  readonly far?: boolean;
}

function sendTell(turn: Turn, whom: string, text: string): Refused | void {
  const listener = findListener(turn, whom);
  if (listener === undefined) {
    const target = parseTarget(whom);
    const here = target === null ? undefined : turn.findPerson(target);
    if (here?.type === "npc") return turn.refuse("not_a_player", "tell.npc", { person: turn.npcNoun(here.npc) });
    return turn.refuse("no_such_player", "tell.nobody", { name: whom });
  }
  if (listener.id === turn.actor.id) return turn.refuse("self", "tell.self");
  const person = farNoun(listener);
  if (text === "") return turn.refuse("no_text", "tell.what", { person });
  if (listener.far === true && !turn.ctx.farTalk) return turn.refuse("out_of_reach", "tell.out_of_reach", { person });

  turn.toActor("tell.actor", { person, text }, "tell");
  if (ignores(turn.actor, listener.id)) turn.toActor("ignore.no_answer", { person }, "info");
  if (listener.linkDead === true) turn.toActor("tell.link_dead", { person }, "info");
  else if (listener.afk === "") turn.toActor("tell.away", { person }, "info");
  else if (listener.afk !== null) turn.toActor("tell.away_message", { person, text: listener.afk }, "info");
  turn.say({ to: "player", id: listener.id }, "tell", "tell.target", { actor: farNoun(turn.actor), text }, turn.actor.name);
  const near = turn.area.characters.get(listener.id);
  if (near !== undefined && !(ignores(near, turn.actor.id) && mayBeIgnored(turn.actor))) turn.event({ type: "told", character: listener.id, from: turn.actor.name });
}

/** By full name, in this area first: the list of all players may lag by moments. */
function findListener(turn: Turn, name: string): Listener | undefined {
  const wanted = name.toLowerCase();
  if (wanted === "me" || wanted === "self" || wanted === "myself") return turn.actor;
  const far = turn.ctx.online.byName(wanted);
  if (far !== undefined) return turn.area.characters.get(far.id) ?? far;
  for (const character of turn.area.characters.values()) if (character.name.toLowerCase() === wanted) return character;
  return undefined;
}
