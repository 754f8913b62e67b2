import { RETRY_AFTER_LONGEST_MS, RETRY_FIRST_MS, RETRY_LONGEST_MS } from "./bounds.ts";

/**
 * The pause before attempt `attempt` (0, 1, 2 …): doubling, with jitter, so that a thousand clients of a dead
 * process do not come back in the same instant. `retryAfterMs` is what the server asked for.
 */
export function retryDelayMs(attempt: number, random: () => number, retryAfterMs?: number): number {
  const grown = Math.min(RETRY_LONGEST_MS, RETRY_FIRST_MS * 2 ** Math.min(attempt, 16));
  const jittered = grown * (0.5 + random() / 2);
  return Math.round(Math.max(jittered, Math.min(retryAfterMs ?? 0, RETRY_AFTER_LONGEST_MS)));
}
