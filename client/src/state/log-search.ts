import type { Entry } from "./log-buffer.ts";
import { wordsOf } from "./log-buffer.ts";

/** Found entries are counted and walked up to so many, the newest first. */
const MAX_FOUND = 2_000;

/** Keys of the entries that contain the words, oldest first. */
export function searchLog(entries: readonly Entry[], words: string): number[] {
  const wanted = words.trim().toLowerCase();
  if (wanted === "") return [];
  const found: number[] = [];
  for (let at = entries.length - 1; at >= 0 && found.length < MAX_FOUND; at--) {
    const entry = entries[at];
    if (entry !== undefined && wordsOf(entry).toLowerCase().includes(wanted)) found.push(entry.key);
  }
  return found.reverse();
}
