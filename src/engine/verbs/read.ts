import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { matches, parseTarget, withoutFill } from "../parse/target.ts";
import { wordOf } from "./things.ts";

export const read: CommandModule = {
  name: "read",
  aliases: [],
  rank: 62,
  group: "looking",
  usage: ["read <thing>"],
  help: "Reads what is written on something you carry or that is here.",
  positions: AWAKE,
  needsLight: true,

  decide(turn, args) {
    const target = parseTarget(withoutFill(args.text));
    if (target === null || target.words.length === 0) return turn.refuse("no_target", "read.what");
    const one = { ...target, all: false };
    const things = [...turn.carried(), ...turn.worn(), ...turn.onGround()];
    const item = turn.pick(one, things.filter((thing) => turn.kindOf(thing).readText !== null))[0];
    if (item !== undefined) {
      const others = { actor: turn.me, item: turn.itemNoun(item, 1) };
      turn.toActor("read.actor", { item: turn.itemNoun(item, 1) }, "info");
      turn.toActor("prose", { text: turn.kindOf(item).readText?.trim() ?? "" }, "info");
      turn.toOthers("read.others", others);
      return;
    }
    const detail = turn.room.details.filter((candidate) => matches(candidate.keywords, target.words))[target.nth - 1];
    if (detail !== undefined) {
      turn.toActor("prose", { text: detail.text.trim() }, "info");
      return;
    }
    const other = turn.pick(one, things)[0];
    return other === undefined ? turn.refuse("no_such_item", "things.not_here", { word: wordOf(target) }) : turn.refuse("nothing_written", "read.nothing_written", { item: turn.itemNoun(other, 1) });
  },
};
