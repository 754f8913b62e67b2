/** Words of one's own for lines one types often. `parse/line.ts` puts them in. */
import { MAX_ALIASES, MAX_ALIAS_CHARS } from "../../limits.ts";
import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { conflict, type Refused } from "../decision.ts";
import type { Turn } from "../turn.ts";

const NAME = /^[a-z][a-z0-9]{0,15}$/;
/** With these shadowed one could not get rid of an alias, or leave. */
const RESERVED: readonly string[] = ["alias", "unalias", "quit"];

export const alias: CommandModule = {
  name: "alias",
  aliases: [],
  rank: 90,
  group: "yourself",
  usage: ["alias", "alias <word> <commands>", "alias <word>", "alias <word> ="],
  help: "Makes a word stand for commands: alias gac get all corpse. Separate several with ; and use $1 to $9 for the words after it, $* for all of them. alias <word> = removes it. Both words, alias and unalias, must be typed in full.",
  exact: true,
  positions: ANY_POSITION,

  decide(turn, args) {
    if (args.text === "") return list(turn);
    const [, typed = "", sign = "", body = ""] = /^([^\s=]+)\s*(=?)\s*([\s\S]*)$/.exec(args.text) ?? [];
    const name = typed.toLowerCase();
    if (body !== "") return define(turn, name, body);
    if (sign === "=") return undefine(turn, name);
    const known = bodyOf(turn, name);
    if (known === undefined) return turn.refuse("no_such_alias", "alias.unknown", { name: typed });
    turn.toActor("alias.line", { name, text: known }, "info");
  },
};

export const unalias: CommandModule = {
  name: "unalias",
  aliases: [],
  rank: 91,
  group: "yourself",
  usage: ["unalias <word>"],
  help: "Removes an alias.",
  exact: true,
  positions: ANY_POSITION,
  decide: (turn, args) => (args.text === "" ? turn.refuse("no_target", "alias.which") : undefine(turn, args.text.toLowerCase())),
};

const bodyOf = (turn: Turn, name: string): string | undefined => (Object.hasOwn(turn.actor.settings.aliases, name) ? turn.actor.settings.aliases[name] : undefined);

function list(turn: Turn): void {
  const all = Object.entries(turn.actor.settings.aliases).toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (all.length === 0) return turn.toActor("alias.none", {}, "info");
  for (const [name, text] of all) turn.toActor("alias.line", { name, text }, "info");
}

function define(turn: Turn, name: string, body: string): Refused | void {
  if (!NAME.test(name)) return turn.refuse("bad_name", "alias.bad_name");
  if (RESERVED.includes(name)) return turn.refuse("reserved_name", "alias.reserved", { name });
  if (body.length > MAX_ALIAS_CHARS) return turn.refuse("too_long", "alias.too_long", { limit: MAX_ALIAS_CHARS });
  const { aliases } = turn.actor.settings;
  if (bodyOf(turn, name) === undefined && Object.keys(aliases).length >= MAX_ALIASES) return turn.refuse("too_many", "alias.too_many", { limit: MAX_ALIASES });
  keep(turn, { ...aliases, [name]: body });
  turn.toActor("alias.defined", { name, text: body }, "info");
}

function undefine(turn: Turn, name: string): Refused | void {
  if (bodyOf(turn, name) === undefined) return turn.refuse("no_such_alias", "alias.unknown", { name });
  const { [name]: _, ...rest } = turn.actor.settings.aliases;
  keep(turn, rest);
  turn.toActor("alias.removed", { name }, "info");
}

function keep(turn: Turn, aliases: Readonly<Record<string, string>>): void {
  turn.reads(conflict.character(turn.actor.id));
  turn.event({ type: "character-changed", character: turn.actor.id, settings: { ...turn.actor.settings, aliases } });
}
