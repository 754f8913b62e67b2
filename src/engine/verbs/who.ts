import type { CommandModule } from "../command.ts";
import { LEAST_NAMES_OF_AREA, MAX_AREAS_OF_WHO, MAX_NAMES_IN_LINE, MAX_NAMES_OF_WHO } from "../../limits.ts";
import { ANY_POSITION } from "../command.ts";
import type { OnlineCharacter } from "../context.ts";
import type { Noun } from "../decision.ts";
import { countText } from "../nouns.ts";
import { farNoun } from "./people.ts";
import { atMost } from "./room-text.ts";

export const who: CommandModule = {
  name: "who",
  aliases: [],
  rank: 40,
  group: "people",
  usage: ["who", "who <beginning of a name>"],
  help: "Lists who is in the world now, by the part of it they are in. Where very many are, some of each part; \"who\" and the beginning of a name finds the others.",
  positions: ANY_POSITION,

  decide(turn, args) {
    const wanted = args.text.toLowerCase();
    const all = turn.ctx.online.list();
    const shown = wanted === "" ? all : all.filter((person) => person.name.toLowerCase().startsWith(wanted));
    if (shown.length === 0) return turn.refuse("no_such_player", wanted === "" ? "who.nobody" : "who.no_such", { word: args.text });

    const areas = new Map<string, OnlineCharacter[]>();
    for (const person of shown) {
      const group = areas.get(person.areaName);
      if (group === undefined) areas.set(person.areaName, [person]);
      else group.push(person);
    }
    const most = shown.length <= MAX_NAMES_OF_WHO ? MAX_NAMES_IN_LINE : Math.min(MAX_NAMES_IN_LINE, Math.max(LEAST_NAMES_OF_AREA, Math.floor(MAX_NAMES_OF_WHO / areas.size)));
    const sorted = [...areas].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [area, people] of sorted.slice(0, MAX_AREAS_OF_WHO)) {
      turn.toActor("who.area", { area, people: atMost(people, nounOf, most) }, "info");
    }
    const elsewhere = sorted.slice(MAX_AREAS_OF_WHO).reduce((sum, [, people]) => sum + people.length, 0);
    if (elsewhere > 0) turn.toActor("who.elsewhere", { count: countText(elsewhere) }, "info");
    if (wanted === "") turn.toActor(all.length === 1 ? "who.one" : "who.count", { count: countText(all.length) }, "info");
    if (!turn.ctx.farTalk) turn.toActor("who.local_only", {}, "info");
  },
};

/** "Ada (builder, away)". */
function nounOf(person: OnlineCharacter): Noun {
  const notes = [...(person.role === "player" ? [] : [person.role]), ...(person.afk === null ? [] : ["away"])];
  return notes.length === 0 ? farNoun(person) : { ...farNoun(person), text: `${person.name} (${notes.join(", ")})` };
}
