/**
 * Which way somebody went lately, for those who follow and come a moment later: the one they follow may have walked
 * several rooms on, or into another area, in one line.
 */
import type { ContentIndex } from "../engine/content.ts";
import type { CharacterId, RoomId } from "../engine/ids.ts";
import type { ReadonlyArea } from "../engine/world.ts";
import { MAX_TRAILS, TRAIL_MS } from "../limits.ts";
import type { Clock } from "./ports.ts";

interface Trail {
  readonly exit: string;
  readonly untilMs: number;
}

export class Trails {
  readonly #area: ReadonlyArea;
  readonly #content: ContentIndex;
  readonly #clock: Clock;
  /**
   * By character and room: the newer half, and the half before it, which is dropped whole. Taking the oldest out of one map again and
   * again means walking over the holes of those taken out before. Null: left by no way that is known.
   */
  #newer = new Map<string, Trail | null>();
  #older: ReadonlyMap<string, Trail | null> = new Map();

  constructor(area: ReadonlyArea, content: ContentIndex, clock: Clock) {
    this.#area = area;
    this.#content = content;
    this.#clock = clock;
  }

  /** Somebody has walked from one room to another. */
  left(id: CharacterId, from: RoomId, to: RoomId): void {
    // Where it came to it has left no trail since: what it left there on an earlier visit leads nowhere now.
    this.#keep(`${id} ${to}`, null);
    const exit = this.#content.rooms.get(from)?.exits.find((candidate) => candidate.to === to);
    if (exit !== undefined) this.#keep(`${id} ${from}`, { exit: exit.name, untilMs: this.#clock.nowMs() + TRAIL_MS });
  }

  #keep(key: string, trail: Trail | null): void {
    if (trail === null && !this.#newer.has(key) && !this.#older.has(key)) return;
    this.#newer.set(key, trail);
    if (this.#newer.size < MAX_TRAILS / 2) return;
    this.#older = this.#newer;
    this.#newer = new Map();
  }

  /** The command that takes a character after the one it follows; null when there is nobody to go after. */
  wayAfter(id: CharacterId): string | null {
    const follower = this.#area.characters.get(id);
    const leader = follower?.following ?? null;
    if (follower === undefined || leader === null || follower.position !== "standing") return null;
    if (this.#area.characters.get(leader)?.room === follower.room) return null;
    const key = `${leader} ${follower.room}`;
    const trail = this.#newer.get(key) ?? (this.#newer.has(key) ? null : this.#older.get(key)) ?? null;
    return trail === null || trail.untilMs < this.#clock.nowMs() ? null : `go ${trail.exit}`;
  }
}
