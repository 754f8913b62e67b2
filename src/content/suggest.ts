/** "Did you mean": the known word nearest to a mistyped one. */
import { distance } from "../engine/parse/suggest.ts";

/** The candidate that a typing error away from `word` would give, or null. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  // A quarter of the letters may be wrong: enough for a typo, too little for a different word.
  const bound = Math.max(1, Math.floor(word.length / 4));
  let best: string | null = null;
  let bestDistance = bound + 1;
  for (const candidate of candidates) {
    const typos = distance(word, candidate, bestDistance - 1);
    if (typos < bestDistance) [best, bestDistance] = [candidate, typos];
  }
  return best;
}

/** A hint for an unknown word: the nearest known one, else the given advice. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise: string | null): string | null {
  const near = nearest(word, candidates);
  return near === null ? otherwise : `Did you mean '${near}'?`;
}
