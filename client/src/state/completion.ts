import type { WorldView } from "../../sdk/index.ts";

/** A walk through the ways to complete what is typed. */
export interface Completion {
  /** The line with each candidate in place. */
  readonly lines: readonly string[];
}

const MAX_CANDIDATES = 30;

/** Words that name what can be seen: people, things, ways. Nearest first. */
export function visibleWords({ room, self }: WorldView): string[] {
  const words = [
    ...(room?.characters ?? []).filter(({ id }) => id !== self?.id).map(({ name }) => name),
    ...(room?.npcs ?? []).flatMap(({ word, name }) => [word, ...nounsOf(name)]),
    ...(room?.items ?? []).flatMap(({ word, name }) => [word, ...nounsOf(name)]),
    ...(self?.items ?? []).flatMap(({ word, name }) => [word, ...nounsOf(name)]),
    ...(room?.exits ?? []).map(({ name }) => name),
  ];
  return [...new Set(words.map((word) => word.toLowerCase()).filter((word) => word !== ""))];
}

/** Words of a name that could stand for it: not the articles. */
const nounsOf = (name: string): string[] => name.split(/\s+/).filter((word) => word.length > 3 && /^\p{L}/u.test(word)).reverse();

/**
 * How the word before the caret could go on: the first word of a command by the commands, the others by what is in
 * sight. Only what changes the line counts; where nothing does, the Tab key is free to go its way.
 */
export function complete(line: string, commands: readonly string[], targets: readonly string[]): Completion {
  const [, before = "", word = ""] = /^(.*?)(\S*)$/s.exec(line) ?? [];
  if (word === "") return { lines: [] };
  const first = before.trim() === "" || /;\s*$/.test(before);
  const candidates = first ? [...commands, ...targets] : [...targets, ...commands.filter((it) => it.length > 3)];
  const typed = word.toLowerCase();
  const found = [...new Set(candidates)].filter((it) => it.toLowerCase().startsWith(typed) && it.length > word.length);
  return { lines: found.slice(0, MAX_CANDIDATES).map((it) => before + it) };
}
