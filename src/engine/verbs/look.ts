import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { DIRECTIONS } from "../content.ts";
import type { Refused } from "../decision.ts";
import { parseTarget, withoutFill } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { longDirection } from "./go.ts";
import { lookAtNamed, lookIn, lookThrough } from "./look-at.ts";
import { describeRoom } from "./room-text.ts";

export const look: CommandModule = {
  name: "look",
  aliases: ["l"],
  rank: 12,
  group: "looking",
  usage: ["look", "look <direction>", "look at <something>", "look in <container>", "look self"],
  help: "Shows the place you are in, or something or somebody in it more closely. What the description mentions can often be looked at too.",
  positions: AWAKE,

  decide(turn, args) {
    if (args.text === "" || /^(around|here)$/i.test(args.text)) return describeRoom(turn, turn.actor.room, { brief: false });
    return lookAt(turn, args.text, { closely: false });
  },
};

/** What `look X` and `examine X` share: a direction, the inside of something, or something by name. */
export function lookAt(turn: Turn, text: string, options: { closely: boolean }): Refused | void {
  const inside = /^(?:in|into|inside)\s+(\S[\s\S]*)$/i.exec(text);
  const word = withoutFill(text).toLowerCase();
  const target = parseTarget(word);
  if (target === null) return turn.refuse("no_target", inside === null ? "look.what" : "look.in_what");
  if (target.all) return turn.refuse("one_at_a_time", "look.one_thing");
  if (!turn.isLit()) return turn.refuse("too_dark", "decide.too_dark");
  if (inside !== null && turn.exit(word) === undefined) return lookIn(turn, target, word);

  const direction = longDirection(word);
  if ((DIRECTIONS as readonly string[]).includes(direction)) {
    const exit = turn.exit(direction);
    return exit === undefined ? turn.refuse("no_such_exit", "look.no_way", { direction }) : lookThrough(turn, exit);
  }
  return lookAtNamed(turn, target, word, options);
}
