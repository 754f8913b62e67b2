/** The table of commands, and how a typed word finds one. */
import type { CommandModule } from "./command.ts";
import type { ContentIndex } from "./content.ts";
import { get } from "./verbs/get.ts";
import { directions, go } from "./verbs/go.ts";
import { say } from "./verbs/say.ts";

/** Every command of the game. */
export const COMMANDS: readonly CommandModule[] = [...directions, go, get, say].toSorted((a, b) => a.rank - b.rank);

const byName = new Map<string, CommandModule>();
for (const command of COMMANDS.toReversed()) for (const name of [...command.aliases, command.name]) byName.set(name, command);

/**
 * The command a word means: the one so called, else an exit of that name, else the first by rank whose name
 * or alias begins with it. `isExit` says whether the room has an exit of a name.
 */
export function findCommand(word: string, isExit: (name: string) => boolean): CommandModule | "exit" | undefined {
  const exact = byName.get(word);
  if (exact !== undefined) return exact;
  if (isExit(word)) return "exit";
  return COMMANDS.find((command) => command.exact !== true && (command.name.startsWith(word) || command.aliases.some((alias) => alias.startsWith(word))));
}

/** Up to three names within two typing mistakes of a word, nearest first. */
export function suggest(word: string, content: ContentIndex): string[] {
  const limit = word.length <= 3 ? 1 : 2;
  const names = [...COMMANDS.map((command) => command.name), ...content.socials.keys()];
  return names
    .map((name) => ({ name, distance: distance(word, name, limit) }))
    .filter((candidate) => candidate.distance <= limit)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, 3)
    .map((candidate) => candidate.name);
}

/** Damerau–Levenshtein distance (optimal string alignment), `limit + 1` when it is certainly above the limit. */
export function distance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let best = Math.min(previous[j]! + 1, row[j - 1]! + 1, previous[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) best = Math.min(best, before[j - 2]! + 1);
      row.push(best);
    }
    before = previous;
    previous = row;
  }
  return previous[b.length]!;
}
