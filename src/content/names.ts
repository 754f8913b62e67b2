/** What a name implies when the builder says no more: keywords, plural, the line in the room. */

const ARTICLE = /^(?:an?|the|some)\s+/i;
/** Words that nobody would use to point at a thing. */
const SMALL_WORDS: ReadonlySet<string> = new Set(["a", "an", "the", "some", "of", "and", "in", "on", "at", "to", "with", "from", "for"]);

/** "a brass lantern" -> "brass lantern" */
export const withoutArticle = (name: string): string => name.replace(ARTICLE, "");

/** "a brass lantern" -> brass, lantern */
export function keywordsOf(name: string): readonly string[] {
  const words = name.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'-]*/gu) ?? [];
  return [...new Set(words.filter((word) => !SMALL_WORDS.has(word)))];
}

/** "a brass lantern" -> "brass lanterns" */
export const pluralOf = (name: string): string => `${withoutArticle(name)}s`;

/** "a brass lantern" -> "A brass lantern" */
export const capitalised = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);
