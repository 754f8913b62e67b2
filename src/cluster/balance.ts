/**
 * Areas do not stay where they once opened: all of them may have opened in one process while nobody was there, and after a rolling reload the
 * process that was started last has none. That costs less than spreading them, as long as the process can do it all. One that is busy, and has
 * the most to do, gives one area at a time to the one with the least, as a process that closes does: its people wait for some tenths of a second and stay
 * connected. Where all have too much to do nothing is gained by it, and the little that they can do is spent on it: whoever is late itself is given nothing.
 */
import type { AreaId } from "../engine/ids.ts";
import { BALANCE_AREA_RESTS_MS, BALANCE_FROM_BUSY, BALANCE_FROM_PLAYERS, BALANCE_TO_LAG_MS } from "../limits.ts";
import type { ActiveArea } from "../runtime/active-area.ts";
import type { Clock } from "../runtime/ports.ts";
import { weight, type Candidate } from "./placement.ts";

/** An area that a process serves. */
export interface Load {
  readonly area: AreaId;
  readonly players: number;
}

const ALL_EQUAL = { version: null, without: new Set<string>(), neighbours: new Set<string>(), placedLately: new Map<string, number>() };
/** An area that would leave more than this share of the difference is not worth its people's wait. */
const LEAVES_AT_MOST = 0.75;

/** Which area goes to whom, if any should; `areas`: those of `self` that may go. Pure. */
export function relief(self: Candidate, candidates: readonly Candidate[], areas: readonly Load[]): { readonly area: AreaId; readonly to: string } | undefined {
  const others = candidates.filter(({ id, draining, version }) => id !== self.id && !draining && version === self.version);
  const weightOf = (candidate: Candidate): number => weight(candidate, ALL_EQUAL);
  const own = weightOf(self);
  // One gives at a time: of two, both would give to the same.
  if (self.draining || others.some((other) => weightOf(other) > own)) return undefined;
  const able = others.filter(({ lagMs }) => lagMs <= BALANCE_TO_LAG_MS);
  if (able.length === 0) return undefined;
  const least = able.reduce((a, b) => (weightOf(b) < weightOf(a) ? b : a));
  const difference = own - weightOf(least);
  if (difference < BALANCE_FROM_PLAYERS) return undefined;
  const left = ({ players }: Load): number => Math.abs(difference - 2 * players);
  const best = areas.toSorted((a, b) => left(a) - left(b))[0];
  return best === undefined || left(best) > LEAVES_AT_MOST * difference ? undefined : { area: best.area, to: least.id };
}

export interface BalanceDeps {
  readonly clock: Pick<Clock, "nowMs">;
  /** As the lease's last beat said, this process among them. */
  readonly processes: () => readonly Candidate[];
  readonly self: () => string;
  readonly areas: () => Iterable<ActiveArea>;
  /** The share of the time since it was last asked in which this process had something to do, 0 to 1. */
  readonly busy: () => number;
  /** Nothing is given away now: this process closes, or cannot reach the database. */
  readonly mayNot: () => boolean;
  /** Resolves when it is over, whatever came of it. */
  readonly give: (area: ActiveArea, to: string) => Promise<void>;
}

export class Balance {
  readonly #deps: BalanceDeps;
  /** Since when each area has been seen here. */
  #sinceMs = new Map<AreaId, number>();

  constructor(deps: BalanceDeps) {
    this.#deps = deps;
  }

  /** Looks once, and gives an area away if that is worth it. One call at a time. */
  async look(): Promise<void> {
    const { clock, processes, self, areas, busy, mayNot, give } = this.#deps;
    const isBusy = busy() >= BALANCE_FROM_BUSY;
    const nowMs = clock.nowMs();
    const served = new Map([...areas()].map((area) => [area.id, area]));
    this.#sinceMs = new Map([...served.keys()].map((id) => [id, this.#sinceMs.get(id) ?? nowMs]));
    const candidates = processes();
    const own = candidates.find(({ id }) => id === self());
    if (own === undefined || !isBusy || mayNot()) return;
    const rested = [...served.values()].filter(({ id }) => nowMs - this.#sinceMs.get(id)! >= BALANCE_AREA_RESTS_MS);
    const wanted = relief(own, candidates, rested.map(({ id, area }) => ({ area: id, players: area.characters.size })));
    if (wanted !== undefined) await give(served.get(wanted.area)!, wanted.to);
  }
}
