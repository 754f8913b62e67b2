import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";

export const emote: CommandModule = {
  name: "emote",
  aliases: ["pose", ":"],
  rank: 40,
  group: "talking",
  usage: ["emote <what you do>", ":<what you do>", ":'s <something of yours does>"],
  help: "Tells everybody here what you do, after your name: :waves slowly.",
  speaks: true,
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_text", "emote.what");
    // "'s hat falls" and ", smiling, ..." belong to the name without a space.
    const key = /^['’,]/.test(args.text) ? "emote.joined" : "emote.line";
    turn.toActor(key, { actor: turn.characterNoun(turn.actor), text: args.text }, "emote");
    turn.toOthers(key, { actor: turn.me, text: args.text }, "emote");
  },
};
