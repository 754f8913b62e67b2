/** "Did you mean": the known word nearest to a mistyped one. */

/** The candidate that a typing error away from `word` would give, or null. */
export function nearest(word: string, candidates: Iterable<string>): string | null {
  // A quarter of the letters may be wrong: enough for a typo, too little for a different word.
  const bound = Math.max(1, Math.floor(word.length / 4));
  let best: string | null = null;
  let bestDistance = bound + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) >= bestDistance) continue;
    const distance = editDistance(word, candidate);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** A hint for an unknown word: the nearest known one, else the given advice. */
export function didYouMean(word: string, candidates: Iterable<string>, otherwise: string | null): string | null {
  const near = nearest(word, candidates);
  return near === null ? otherwise : `Did you mean '${near}'?`;
}

/** Insertions, deletions, replacements and swaps of neighbours (Damerau-Levenshtein, restricted). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(row[j - 1]! + 1, last[j]! + 1, last[j - 1]! + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) cost = Math.min(cost, beforeLast[j - 2]! + 1);
      row.push(cost);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length]!;
}
