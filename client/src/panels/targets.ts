/** How commands name what stands in the panels. */

interface Named {
  id: string;
  name: string;
  /** The word that the world itself gives for it; may be empty. */
  word: string;
}

const SMALL_WORDS = /^(a|an|the|some|my|\d+|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)$/i;

/** Without a word of the world's own: the last of the name, where in English the noun stands. */
function wordOf({ name, word }: Named): string {
  if (word !== "") return word;
  return name.split(/\s+/).filter((part) => !SMALL_WORDS.test(part)).at(-1) ?? name;
}

/** By id, what a command calls each of them: of several with one word, the second is `2.word`. */
export function targetsOf(things: readonly Named[]): ReadonlyMap<string, string> {
  const counts = new Map<string, number>();
  return new Map(things.map((thing) => {
    const word = wordOf(thing).toLowerCase();
    const nth = (counts.get(word) ?? 0) + 1;
    counts.set(word, nth);
    return [thing.id, nth === 1 ? word : `${nth}.${word}`];
  }));
}
