/** Which process opens an area that nobody serves: the one with the least to do, neighbours preferred. Pure. */
import { LAG_MS_PER_PLAYER, NEIGHBOUR_BONUS_PLAYERS } from "../limits.ts";

export interface Candidate {
  readonly id: string;
  readonly players: number;
  readonly lagMs: number;
  readonly draining: boolean;
  readonly version: string | null;
}

export interface Wish {
  /** The version of whoever asks: during a deploy an area goes to one of the same, while there is one. */
  readonly version: string | null;
  /** Processes that have been tried in vain, or are to be left. */
  readonly without: ReadonlySet<string>;
  /** Which of the candidates serve areas that one can walk to from this one. */
  readonly neighbours: ReadonlySet<string>;
  /** Areas placed lately by whoever asks, by process: their players are not in the counts yet. */
  readonly placedLately: ReadonlyMap<string, number>;
}

/**
 * How busy a process is, in players. Lag counts since players cost differently: a process whose event loop runs late
 * has enough, however few it has.
 */
export function weight(candidate: Candidate, wish: Wish): number {
  return candidate.players + candidate.lagMs / LAG_MS_PER_PLAYER + (wish.placedLately.get(candidate.id) ?? 0)
    - (wish.neighbours.has(candidate.id) ? NEIGHBOUR_BONUS_PLAYERS : 0);
}

/** Undefined when there is none that could. */
export function choose(candidates: readonly Candidate[], wish: Wish): Candidate | undefined {
  const able = candidates.filter(({ id, draining }) => !draining && !wish.without.has(id));
  const alike = able.filter(({ version }) => version === wish.version);
  let best: Candidate | undefined;
  for (const candidate of alike.length > 0 ? alike : able) {
    if (best === undefined || weight(candidate, wish) < weight(best, wish)) best = candidate;
  }
  return best;
}
