/** Walking along with somebody. The walking itself is in `go.ts`: whoever follows is told to come after. */
import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { Noun } from "../decision.ts";
import type { CharacterId } from "../ids.ts";
import { parseTarget, withoutFill } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { atMost } from "./room-text.ts";

export const follow: CommandModule = {
  name: "follow",
  aliases: [],
  rank: 50,
  group: "moving",
  usage: ["follow <player>", "follow self", "follow"],
  help: "Walks along whenever that player leaves, as long as you are on your feet. follow self, or unfollow, ends it; follow alone tells whom you follow and who follows you.",
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return tellWho(turn);
    const text = withoutFill(args.text);
    const target = parseTarget(text);
    const found = target === null ? undefined : turn.findPerson(target);
    if (found === undefined) return turn.refuse("no_such_person", "people.not_here", { word: text });
    if (found.type === "npc") return turn.refuse("not_a_player", "follow.npc", { person: turn.npcNoun(found.npc) });
    const leader = found.character;
    if (leader.id === turn.actor.id) return stop(turn);
    const person = turn.characterNoun(leader);
    if (turn.actor.following === leader.id) return turn.refuse("already", "follow.already", { person });
    if (leadsTo(turn, leader.id, turn.actor.id)) return turn.refuse("loop", "follow.loop", { person });

    tellLeftLeader(turn);
    turn.event({ type: "follow-changed", character: turn.actor.id, following: leader.id });
    turn.toActor("follow.actor", { person });
    turn.toTarget(leader.id, "follow.target", { actor: turn.me });
    turn.toOthers("follow.others", { actor: turn.me, person: turn.inSight(person) }, "action", [leader.id]);
  },
};

export const unfollow: CommandModule = {
  name: "unfollow",
  aliases: [],
  rank: 90,
  group: "moving",
  usage: ["unfollow"],
  help: "Stops following somebody.",
  positions: AWAKE,
  decide: (turn) => stop(turn),
};

function stop(turn: Turn): ReturnType<CommandModule["decide"]> {
  const leader = turn.actor.following;
  if (leader === null) return turn.refuse("not_following", "follow.nobody");
  turn.event({ type: "follow-changed", character: turn.actor.id, following: null });
  turn.toActor("unfollow.actor", { person: nameOf(turn, leader) });
  tellLeftLeader(turn);
}

/** Only a leader who is here knows that nobody comes after them any more. */
function tellLeftLeader(turn: Turn): void {
  const leader = turn.others().find((other) => other.id === turn.actor.following);
  if (leader !== undefined) turn.toTarget(leader.id, "unfollow.target", { actor: turn.me });
}

/** Does whoever `start` follows, and whoever that one follows, lead to `sought`? */
function leadsTo(turn: Turn, start: CharacterId, sought: CharacterId): boolean {
  const seen = new Set<CharacterId>();
  for (let at: CharacterId | null = start; at !== null && !seen.has(at); at = turn.area.characters.get(at)?.following ?? null) {
    if (at === sought) return true;
    seen.add(at);
  }
  return false;
}

function tellWho(turn: Turn): void {
  if (turn.actor.following === null) turn.toActor("follow.whom", {}, "info");
  else turn.toActor("follow.now", { person: nameOf(turn, turn.actor.following) }, "info");
  const followers = turn.others().filter((other) => other.following === turn.actor.id);
  if (followers.length > 0) turn.toActor("follow.followers", { people: atMost(followers, (other) => turn.characterNoun(other)) }, "info");
}

/** The one followed may be in another area by now. */
function nameOf(turn: Turn, id: CharacterId): Noun {
  const here = turn.area.characters.get(id);
  if (here !== undefined) return turn.characterNoun(here);
  return { text: turn.ctx.online.get(id)?.name ?? "somebody far away", type: "character", id };
}
