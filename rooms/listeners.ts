/** The connections of those in an area, and whether somebody in it has none. */
import { ChurnMap, ChurnSet } from "../src/churn.ts";
import type { CharacterId } from "../src/engine/ids.ts";

export class Listeners<Listener> {
  readonly #all = new ChurnMap<CharacterId, Listener>();
  /** Are not in the area any more; what their connection has to be told comes after what others read of their going. */
  readonly #parting = new ChurnSet<CharacterId>();

  get(id: CharacterId): Listener | undefined {
    return this.#all.get(id);
  }

  set(id: CharacterId, listener: Listener): void {
    this.#all.set(id, listener);
    this.#parting.delete(id);
  }

  delete(id: CharacterId): void {
    this.#all.delete(id);
    this.#parting.delete(id);
  }

  /** The character is in the area no more; its connection is, until `delete`. */
  parts(id: CharacterId): void {
    if (this.#all.has(id)) this.#parting.add(id);
  }

  /** Of so many characters, all that the area has, somebody has no connection. */
  lackSomebodyOf(characters: number): boolean {
    return characters > this.#all.size - this.#parting.size;
  }
}
