/**
 * Lines for one person alone, kept for a while for whoever missed them: after a cut, and on the way into another area. What was told
 * somebody in one go (all that they see where they come in) is kept as one.
 */
import type { CharacterId } from "../src/engine/ids.ts";
import { CUT_MISSES_MS, PERSONAL_LINE_FRESH_MS, PERSONAL_LINES_KEPT, PERSONAL_LINES_KEPT_MS, SEATS_SWEPT_EVERY_MS } from "../src/limits.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import { pack, unpack, type Packed } from "../src/runtime/packed.ts";
import type { Clock } from "../src/runtime/ports.ts";

interface Told {
  readonly lines: Packed<RoomMessage[]>;
  readonly count: number;
  readonly atMs: number;
  /**
   * The seat it came along with. Whoever takes that seat has the lines: they were told of the seat over the connection that the lines had been
   * sent over before, or were sent them when that connection began. They are sent again to whoever comes by another way.
   */
  readonly seat: string | null;
  /** That seat has been taken: the lines need not go along any further. */
  had: boolean;
}

export class PersonalLines {
  readonly #clock: Pick<Clock, "nowMs">;
  /** Oldest first; at most PERSONAL_LINES_KEPT lines of each person, for at most PERSONAL_LINES_KEPT_MS. */
  readonly #kept = new Map<CharacterId, Told[]>();
  #sweptMs = -Infinity;

  constructor(clock: Pick<Clock, "nowMs">) {
    this.#clock = clock;
  }

  /** Keeps what somebody is told, or was told before they came along with `seat`. */
  keep(id: CharacterId, told: readonly RoomMessage[], seat: string | null = null): void {
    const lines = told.slice(-PERSONAL_LINES_KEPT);
    if (lines.length === 0) return;
    const nowMs = this.#clock.nowMs();
    const newest: Told = { lines: pack(lines), count: lines.length, atMs: nowMs, seat, had: false };
    const kept = this.#kept.get(id);
    if (kept === undefined) {
      this.#kept.set(id, [newest]);
      return;
    }
    kept.push(newest);
    let first = kept.length - 1;
    for (let count = newest.count; first > 0; first -= 1) {
      const before = kept[first - 1]!;
      count += before.count;
      if (count > PERSONAL_LINES_KEPT || nowMs - before.atMs > PERSONAL_LINES_KEPT_MS) break;
    }
    kept.splice(0, first);
  }

  /** Those that somebody may not have received, who was told them a moment ago; `toGo`: only those that have to go along into another area. */
  fresh(id: CharacterId, { toGo = false } = {}): RoomMessage[] {
    const sinceMs = this.#clock.nowMs() - PERSONAL_LINE_FRESH_MS;
    return this.#read(id, ({ atMs, had }) => atMs >= sinceMs && !(toGo && had));
  }

  /** Somebody has come by a seat: what did not come along with it, and may have been missed. */
  missedBy(id: CharacterId, seat: string): RoomMessage[] {
    for (const told of this.#kept.get(id) ?? []) told.had ||= told.seat === seat;
    return this.#read(id, (told) => told.seat !== seat);
  }

  idsOf(id: CharacterId): ReadonlySet<string> {
    return new Set(this.#read(id, () => true).map((line) => line.id));
  }

  forget(id: CharacterId): void {
    this.#kept.delete(id);
  }

  /** Forgets those who had a seat here and never came; looks at most every SEATS_SWEPT_EVERY_MS. */
  sweep(isHere: (id: CharacterId) => boolean): void {
    const nowMs = this.#clock.nowMs();
    if (nowMs - this.#sweptMs < SEATS_SWEPT_EVERY_MS) return;
    this.#sweptMs = nowMs;
    for (const [id, kept] of this.#kept) if (!isHere(id) && (kept.at(-1)?.atMs ?? 0) < nowMs - CUT_MISSES_MS) this.#kept.delete(id);
  }

  #read(id: CharacterId, which: (told: Told) => boolean): RoomMessage[] {
    return (this.#kept.get(id) ?? []).filter(which).flatMap(({ lines }) => unpack(lines));
  }
}
