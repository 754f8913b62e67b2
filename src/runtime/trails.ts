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
  /** By character and room, oldest first. */
  readonly #trails = new Map<string, Trail>();

  constructor(area: ReadonlyArea, content: ContentIndex, clock: Clock) {
    this.#area = area;
    this.#content = content;
    this.#clock = clock;
  }

  /** Somebody has walked from one room to another. */
  left(id: CharacterId, from: RoomId, to: RoomId): void {
    // Where it came to it has left no trail since: what it left there on an earlier visit leads nowhere now.
    this.#trails.delete(`${id} ${to}`);
    const exit = this.#content.rooms.get(from)?.exits.find((candidate) => candidate.to === to);
    if (exit === undefined) return;
    const key = `${id} ${from}`;
    this.#trails.delete(key);
    this.#trails.set(key, { exit: exit.name, untilMs: this.#clock.nowMs() + TRAIL_MS });
    if (this.#trails.size > MAX_TRAILS) this.#trails.delete(this.#trails.keys().next().value!);
  }

  /** The command that takes a character after the one it follows; null when there is nobody to go after. */
  wayAfter(id: CharacterId): string | null {
    const follower = this.#area.characters.get(id);
    const leader = follower?.following ?? null;
    if (follower === undefined || leader === null || follower.position !== "standing") return null;
    if (this.#area.characters.get(leader)?.room === follower.room) return null;
    const trail = this.#trails.get(`${leader} ${follower.room}`);
    return trail === undefined || trail.untilMs < this.#clock.nowMs() ? null : `go ${trail.exit}`;
  }
}
