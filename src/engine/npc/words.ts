/** Hearing: does a text name something, as whole words and without case? */

const wordsOf = (text: string): string => ` ${(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).join(" ")} `;

/** True when one of the words (or phrases) stands in the text as whole words: "ring" is not in "spring". */
export function mentions(text: string, words: readonly string[]): boolean {
  const heard = wordsOf(text);
  return words.some((word) => {
    const wanted = wordsOf(word);
    return wanted.trim() !== "" && heard.includes(wanted);
  });
}
