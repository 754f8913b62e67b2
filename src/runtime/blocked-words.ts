/** Words that are not said here, and how they are found however they are written. */
import { MAX_BLOCKED_WORDS } from "../limits.ts";

/** Signs that stand for letters, and letters without their marks; a run of three of the same letter counts as one. */
const LOOKS_LIKE: Readonly<Record<string, string>> = { "0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i" };

function plain(text: string): string {
  return text.normalize("NFKD").replaceAll(/[\p{M}\p{Cf}]/gu, "").toLowerCase().replaceAll(/[013457@$!](?=\p{L})|(?<=\p{L})[013457@$](?=[\p{L}\p{N}]|$|\s)/gu, (sign) => LOOKS_LIKE[sign] ?? sign).replaceAll(/(\p{L})\1{2,}/gu, "$1");
}

/** The words of a line, and what is spelt out letter by letter as one. */
function wordsOf(text: string): string[] {
  const words = plain(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
  const spelt = words.join(" ").matchAll(/(?:^| )((?:[\p{L}\p{N}] ){2,}[\p{L}\p{N}])(?= |$)/gu);
  return [...words, ...[...spelt].map(([, letters]) => letters!.replaceAll(" ", ""))];
}

export class BlockedWords {
  readonly #words = new Set<string>();
  readonly #beginnings = new Set<string>();

  /** One entry a line: a word, or its beginning and `*`; what follows `#` is a remark. Throws an Error that says what is wrong with which line. */
  constructor(list: string) {
    for (const [index, line] of list.split("\n").entries()) {
      const entry = line.replace(/#.*/, "").trim();
      if (entry === "") continue;
      const isBeginning = entry.endsWith("*");
      const words = wordsOf(isBeginning ? entry.slice(0, -1) : entry);
      if (words.length !== 1) throw new Error(`line ${index + 1} must be one word, or the beginning of one and *`);
      (isBeginning ? this.#beginnings : this.#words).add(words[0]!);
      if (this.#words.size + this.#beginnings.size > MAX_BLOCKED_WORDS) throw new Error(`there are more than ${MAX_BLOCKED_WORDS} words in it`);
    }
  }

  /** Whether one of them is in it. */
  isIn(text: string): boolean {
    return wordsOf(text).some((word) => this.#words.has(word) || (this.#beginnings.size > 0 && Array.from(word, (_, index) => word.slice(0, index + 1)).some((beginning) => this.#beginnings.has(beginning))));
  }
}
