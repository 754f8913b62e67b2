import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { lookAt } from "./look.ts";

export const examine: CommandModule = {
  name: "examine",
  aliases: ["x", "inspect"],
  rank: 25,
  group: "looking",
  usage: ["examine <something>", "x <something>"],
  help: "Looks at something more closely than look does: what is in it, what is left of it, what it weighs.",
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "") return turn.refuse("no_target", "examine.what");
    return lookAt(turn, args.text, { closely: true });
  },
};
