/**
 * Where everybody has been in the rooms of one area under one owner, from which line of a room to which: what was said there
 * meanwhile is theirs to read, also when their connection was cut, and nothing else is.
 */
import type { CharacterId, RoomId } from "../engine/ids.ts";
import { MAX_STAYS_REMEMBERED, STAYS_FORGOTTEN_EVERY_MS, STAYS_KEPT, STAYS_REMEMBERED_MS } from "../limits.ts";

export interface Stay {
  readonly room: RoomId;
  /** The room's newest line when it began: what came after it was heard. */
  from: number;
  /** The newest line when it ended; null: it goes on. */
  until: number | null;
  /** The character came in from outside the area by it. */
  readonly entered: boolean;
  /** It began under an earlier owner of the area. */
  continues: boolean;
}

interface Way {
  stays: Stay[];
  /** When the last of them ended; null: it goes on. */
  goneMs: number | null;
}

export class Stays {
  /** Whoever left the area longest ago comes first. */
  readonly #ways = new Map<CharacterId, Way>();
  #forgotMs = 0;

  /** Oldest first; empty when nothing is known. */
  of(id: CharacterId): readonly Stay[] {
    return this.#ways.get(id)?.stays ?? [];
  }

  came(id: CharacterId, stay: Omit<Stay, "until">): void {
    let way = this.#ways.get(id);
    if (way === undefined) this.#ways.set(id, way = { stays: [], goneMs: null });
    way.goneMs = null;
    way.stays.push({ ...stay, until: null });
    if (way.stays.length > STAYS_KEPT) way.stays.shift();
  }

  /** Ends the stay that goes on; `last` is the newest line of its room. */
  went(id: CharacterId, last: number, nowMs: number): void {
    const way = this.#ways.get(id);
    const stay = way?.stays.at(-1);
    if (way === undefined || stay === undefined || stay.until !== null) return;
    stay.until = last;
    way.goneMs = nowMs;
    this.#ways.delete(id);
    this.#ways.set(id, way);
    if (nowMs - this.#forgotMs >= STAYS_FORGOTTEN_EVERY_MS || this.#ways.size > MAX_STAYS_REMEMBERED) this.#forget(nowMs);
  }

  #forget(nowMs: number): void {
    this.#forgotMs = nowMs;
    for (const [id, { goneMs }] of this.#ways) {
      if (goneMs === null) continue;
      if (goneMs >= nowMs - STAYS_REMEMBERED_MS && this.#ways.size <= MAX_STAYS_REMEMBERED) return;
      this.#ways.delete(id);
    }
  }
}
