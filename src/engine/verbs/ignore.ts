/** Not hearing somebody any more: a list of one's own, kept for ever. Whoever is on it is not told. */
import { MAX_IGNORED } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { conflict, type Refused } from "../decision.ts";
import type { CharacterId } from "../ids.ts";
import { mayBeIgnored } from "../ignoring.ts";
import type { Turn } from "../turn.ts";
import type { Role } from "../world.ts";
import { farNoun } from "./people.ts";

export const ignore: CommandModule = {
  name: "ignore",
  aliases: [],
  rank: 63,
  group: "people",
  usage: ["ignore", "ignore <player>"],
  help: "You hear no words of theirs any more, wherever they are, and read no letters. They are not told. Alone it lists whom you ignore; unignore ends it.",
  positions: ANY_POSITION,

  decide(turn, args) {
    const ignored = turn.actor.settings.ignored ?? {};
    const name = args.text.trim().toLowerCase();
    if (name === "") return list(turn, ignored);
    const found = somebody(turn, name);
    if ("kind" in found) return found;
    const person = farNoun(found);
    if (found.id === turn.actor.id) return turn.refuse("self", "ignore.self");
    if (Object.hasOwn(ignored, found.id)) return turn.refuse("already", "ignore.already", { person });
    if (!mayBeIgnored(found)) return turn.refuse("staff", "ignore.staff", { person });
    if (Object.keys(ignored).length >= MAX_IGNORED) return turn.refuse("too_many", "ignore.too_many", { limit: MAX_IGNORED });
    keep(turn, { ...ignored, [found.id]: found.name });
    turn.toActor("ignore.actor", { person }, "info");
  },
};

export const unignore: CommandModule = {
  name: "unignore",
  aliases: [],
  rank: 64,
  group: "people",
  usage: ["unignore <player>"],
  help: "You hear somebody again whom you have ignored.",
  positions: ANY_POSITION,

  decide(turn, args) {
    const ignored = turn.actor.settings.ignored ?? {};
    const name = args.text.trim();
    if (name === "") return turn.refuse("no_target", "unignore.whom");
    // By the name they had then, or by the one they have now.
    const now = turn.ctx.online.byName(name.toLowerCase())?.id;
    const [id, known] = Object.entries(ignored).find(([other, called]) => other === now || called.toLowerCase() === name.toLowerCase()) ?? [];
    if (id === undefined || known === undefined) return turn.refuse("not_ignored", "unignore.not_ignored", { name });
    const { [id]: _, ...rest } = ignored;
    keep(turn, rest);
    turn.toActor("unignore.actor", { person: farNoun({ id, name: known }) }, "info");
  },
};

function list(turn: Turn, ignored: Readonly<Record<string, string>>): void {
  const people = Object.entries(ignored).map(([id, name]) => farNoun({ id, name })).toSorted((a, b) => (a.text < b.text ? -1 : 1));
  if (people.length === 0) turn.toActor("ignore.none", {}, "info");
  else turn.toActor("ignore.list", { people }, "info");
}

/** A player by full name, in the world or not. */
function somebody(turn: Turn, asked: string): { readonly id: CharacterId; readonly name: string; readonly role: Role } | Refused {
  const here = [...turn.area.characters.values()].find((character) => character.name.toLowerCase() === asked) ?? turn.ctx.online.byName(asked);
  if (here !== undefined) return here;
  const fact = turn.ctx.facts?.somebody;
  if (fact?.asked !== asked) return turn.need({ type: "somebody", name: asked });
  return fact.found ?? turn.refuse("no_such_player", "ignore.nobody", { name: asked });
}

function keep(turn: Turn, ignored: Readonly<Record<string, string>>): void {
  turn.reads(conflict.character(turn.actor.id));
  turn.event({ type: "character-changed", character: turn.actor.id, settings: { ...turn.actor.settings, ignored } });
}
