import { isFields, isText, listOf } from "./kept.ts";

/** A short word of one's own for longer commands. `$1` … `$9` are the words behind it, `$*` all of them. */
export interface ClientAlias {
  name: string;
  expansion: string;
}

export const MAX_CLIENT_ALIASES = 200;
/** Aliases may use each other this deep; one that uses itself ends here. */
const MAX_DEPTH = 8;
/** A line may not grow beyond this many characters by aliases; the server has a bound of its own. */
const MAX_EXPANDED_CHARS = 4_000;

export function readAliases(value: unknown): ClientAlias[] {
  return listOf(value).flatMap((it) => {
    if (!isFields(it) || !isText(it.name) || !isText(it.expansion)) return [];
    const name = it.name.trim().toLowerCase();
    return /^\S+$/.test(name) && it.expansion.trim() !== "" ? [{ name, expansion: it.expansion.trim() }] : [];
  }).slice(0, MAX_CLIENT_ALIASES);
}

/** The line with its first word looked up, and the first word of each part that came of it. */
export function expandAliases(line: string, aliases: readonly ClientAlias[], depth = MAX_DEPTH): string {
  const [, word = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(line.trim()) ?? [];
  const alias = aliases.find(({ name }) => name === word.toLowerCase());
  if (alias === undefined || depth === 0) return line;
  const filled = fill(alias.expansion, rest);
  if (filled.length > MAX_EXPANDED_CHARS) return line;
  // An alias that begins with its own name adds to the command of that name.
  const others = aliases.filter((other) => other !== alias);
  return filled.split(";").map((part) => expandAliases(part.trim(), others, depth - 1)).filter((part) => part !== "").join("; ");
}

function fill(expansion: string, rest: string): string {
  const words = rest.split(/\s+/).filter((word) => word !== "");
  if (!/\$[1-9*]/.test(expansion)) return rest === "" ? expansion : `${expansion} ${rest}`;
  return expansion.replace(/\$([1-9*])/g, (_, which: string) => (which === "*" ? rest : words[Number(which) - 1] ?? "")).trim();
}
