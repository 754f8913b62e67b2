import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import type { AreaId } from "../ids.ts";
import { hear } from "../npc/hear.ts";
import type { Turn } from "../turn.ts";

export const shout: CommandModule = {
  name: "shout",
  aliases: ["yell"],
  rank: 50,
  group: "talking",
  usage: ["shout <words>"],
  help: "Is heard in this whole part of the world and in those next to it.",
  speaks: true,
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_text", "shout.what");
    const actor = turn.characterNoun(turn.actor);
    turn.toActor("shout.actor", { text: args.text }, "shout");
    if (!turn.ctx.farTalk) turn.toActor("far.local_only", {}, "info");
    // A voice is known in the dark, and from afar.
    turn.say({ to: "areas", areas: withinEarshot(turn), except: [turn.actor.id] }, "shout", "shout.others", { actor, text: args.text }, turn.actor.name);
    hear(turn, args.text);
  },
};

/** This area, and each that an exit of it leads to. */
function withinEarshot(turn: Turn): AreaId[] {
  const areas = new Set<AreaId>([turn.area.id]);
  for (const id of turn.area.def.rooms) for (const exit of turn.roomDef(id).exits) areas.add(turn.roomDef(exit.to).area);
  return [...areas];
}
