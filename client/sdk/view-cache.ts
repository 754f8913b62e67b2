import { readView } from "./view.ts";
import type { WorldView } from "./view.ts";

/** The last snapshot of the synced state, read anew only when somebody asks after a change. */
export class ViewCache {
  #view: WorldView = readView(undefined);
  #stale = false;

  changed(): void {
    this.#stale = true;
  }

  /** The snapshot, brought up to date from `live` if there is one; over a cut the last one stays readable. */
  read(live: { readonly state: unknown } | undefined): WorldView {
    if (this.#stale && live !== undefined) this.#view = readView(live.state);
    this.#stale = false;
    return this.#view;
  }
}
