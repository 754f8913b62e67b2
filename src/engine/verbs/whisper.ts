import type { CommandModule } from "../command.ts";
import { AWAKE } from "../command.ts";
import { hear } from "../npc/hear.ts";
import { findPerson, isRefused, isSelf, nounOf, splitAddressee } from "./people.ts";

export const whisper: CommandModule = {
  name: "whisper",
  aliases: [],
  rank: 50,
  group: "talking",
  usage: ["whisper <somebody> <words>", "whisper to <somebody> <words>"],
  help: "Says something to one person here. The others see that you whisper, but hear nothing.",
  speaks: true,
  positions: AWAKE,

  decide(turn, args) {
    const { whom, what } = splitAddressee(args.text);
    if (whom === "") return turn.refuse("no_target", "whisper.whom");
    const found = findPerson(turn, whom);
    if (isRefused(found)) return found;
    if (isSelf(turn, found)) return turn.refuse("self", "whisper.self");
    const person = nounOf(turn, found);
    if (what === "") return turn.refuse("no_text", "whisper.what", { person });

    const target = found.type === "character" ? [found.character.id] : [];
    turn.toActor("whisper.actor", { person, text: what }, "whisper");
    for (const id of target) turn.toTarget(id, "whisper.target", { actor: turn.me, text: what }, "whisper");
    turn.toOthers("whisper.others", { actor: turn.me, person: turn.inSight(person) }, "whisper", target);
    if (found.type === "npc") hear(turn, what, found.npc);
  },
};
