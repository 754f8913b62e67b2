import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { hear } from "../npc/hear.ts";

export const say: CommandModule = {
  name: "say",
  aliases: ["'", '"'],
  rank: 30,
  group: "talking",
  usage: ["say <words>", "'<words>"],
  help: "Speaks to everybody in the room. Those who are not people may answer too, when you name what they know about.",
  speaks: true,
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_text", "say.what");
    turn.toActor("say.actor", { text: args.text }, "say");
    turn.toOthers("say.others", { actor: turn.me, text: args.text }, "say");
    hear(turn, args.text);
  },
};
