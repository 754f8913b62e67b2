/** How players name things: `sword`, `2.sword`, `sword-2`, `second sword`, `brass lantern`, `long.sword`, `3 apples`, `all`, `all.potion`. */

export interface Target {
  /** Lower-case words, each of which must begin some keyword of the thing. Empty with `all` alone. */
  readonly words: readonly string[];
  /** Which of those that match, from 1. */
  readonly nth: number;
  /** Everything that matches. */
  readonly all: boolean;
  /** How many of a stack; null: all of it. */
  readonly quantity: number | null;
}

const ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];
const ARTICLES = new Set(["a", "an", "the", "my", "some"]);

/** Reads a target; null when nothing is named. */
export function parseTarget(text: string): Target | null {
  let words = text.toLowerCase().split(/\s+/).filter((word) => word !== "");
  while (words.length > 1 && ARTICLES.has(words[0]!)) words = words.slice(1);
  let all = false;
  let quantity: number | null = null;
  const first = words[0];
  if (first === undefined) return null;
  if (first === "all" || first === "everything") {
    all = true;
    words = words.slice(1);
  } else if (first.startsWith("all.")) {
    all = true;
    words = [first.slice(4), ...words.slice(1)].filter((word) => word !== "");
  } else if (/^\d{1,9}$/.test(first) && words.length > 1) {
    quantity = Number(first);
    words = words.slice(1);
  }
  while (words.length > 1 && ARTICLES.has(words[0]!)) words = words.slice(1);

  let nth = 1;
  const head = words[0];
  const dotted = head === undefined ? null : /^(\d{1,4})\.(.+)$/.exec(head);
  const last = words.at(-1);
  const dashed = last === undefined ? null : /^(.+)-(\d{1,4})$/.exec(last);
  if (dotted !== null) {
    nth = Math.max(1, Number(dotted[1]));
    words = [dotted[2]!, ...words.slice(1)];
  } else if (dashed !== null) {
    nth = Math.max(1, Number(dashed[2]));
    words = [...words.slice(0, -1), dashed[1]!];
  } else if (head !== undefined && words.length > 1 && ORDINALS.includes(head)) {
    nth = ORDINALS.indexOf(head) + 1;
    words = words.slice(1);
  }
  words = words.flatMap((word) => word.split(".")).filter((word) => word !== "");
  // "marta the baker": an article within says nothing either.
  if (words.some((word) => !ARTICLES.has(word))) words = words.filter((word) => !ARTICLES.has(word));
  // No word matches every thing there is: only `all` may mean that.
  return words.length === 0 && !all ? null : { words, nth, all, quantity };
}

/** True when every word begins a keyword ("bra lan" names a brass lantern); a plural is forgiven. */
export function matches(keywords: readonly string[], words: readonly string[]): boolean {
  return words.every((word) => keywords.some((keyword) => keyword.startsWith(word) || (word.length > 3 && isPluralOf(word, keyword))));
}

const isPluralOf = (word: string, keyword: string): boolean => word === `${keyword}s` || word === `${keyword}es` || (keyword.endsWith("y") && word === `${keyword.slice(0, -1)}ies`);

const PREPOSITIONS = new Set(["from", "in", "into", "to", "with", "on", "onto", "at", "inside", "about", "under", "behind", "for"]);

/**
 * Splits `bread from the oven` into what and where. Without a preposition the last word may be the second
 * thing (`get all bag`, `give bread marta`): `second` is then empty and the command decides.
 */
export function splitTargets(text: string, prepositions: ReadonlySet<string> = PREPOSITIONS): { first: string; preposition: string; second: string } {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const at = words.findIndex((word, index) => index > 0 && prepositions.has(word.toLowerCase()));
  if (at < 0) return { first: words.join(" "), preposition: "", second: "" };
  return { first: words.slice(0, at).join(" "), preposition: words[at]!.toLowerCase(), second: words.slice(at + 1).join(" ") };
}

/** Drops the fill words before a target: `at the fountain` is `fountain`. */
export function withoutFill(text: string): string {
  const words = text.split(/\s+/).filter((word) => word !== "");
  while (words.length > 1 && (PREPOSITIONS.has(words[0]!.toLowerCase()) || ARTICLES.has(words[0]!.toLowerCase()))) words.shift();
  return words.join(" ");
}
