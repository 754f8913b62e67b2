/** Since when everybody is in an area, and their soft state on its way to the database. */
import type { AreaId, CharacterId } from "../engine/ids.ts";
import type { Character } from "../engine/world.ts";
import type { Clock, SoftWriter } from "./ports.ts";

export class Attendance {
  readonly #soft: Pick<SoftWriter, "character">;
  readonly #clock: Pick<Clock, "nowMs">;
  readonly #owner: { readonly area: AreaId; readonly epoch: number };
  readonly #sinceMs = new Map<CharacterId, number>();

  constructor(soft: Pick<SoftWriter, "character">, clock: Pick<Clock, "nowMs">, owner: { readonly area: AreaId; readonly epoch: number }) {
    this.#soft = soft;
    this.#clock = clock;
    this.#owner = owner;
  }

  came(id: CharacterId): void {
    this.#sinceMs.set(id, this.#clock.nowMs());
  }

  left(id: CharacterId): void {
    this.#sinceMs.delete(id);
  }

  /** Remembers the soft state of a character that is here for writing, the time it has played so far included. */
  write(character: Character | undefined): void {
    if (character === undefined) return;
    const nowMs = this.#clock.nowMs();
    const sinceMs = this.#sinceMs.get(character.id) ?? nowMs;
    character.playtimeS += Math.floor((nowMs - sinceMs) / 1000);
    this.#sinceMs.set(character.id, nowMs - ((nowMs - sinceMs) % 1000));
    const { position, health, vigour, playtimeS } = character;
    this.#soft.character(character.id, { position, health, vigour, playtimeS }, this.#owner);
  }
}
