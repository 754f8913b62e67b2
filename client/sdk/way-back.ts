/** The connection that a session has kept to the process it came from last: whoever walks back need not open another. */
import type { KeptLink, Seat } from "./link.ts";
import type { Dial } from "./live-link.ts";

export class WayBack {
  #kept: KeptLink | undefined;

  /** Keeps this one, and no other. */
  keep(kept: KeptLink | undefined): void {
    this.#kept?.close();
    this.#kept = kept;
  }

  /** A way to a seat over what has been kept, once; undefined when that does not lead there. */
  to(seat: Seat): Dial | undefined {
    const kept = this.#kept;
    if (kept === undefined || !kept.isOpen || kept.process === undefined || kept.process !== seat.processId) return undefined;
    this.#kept = undefined;
    return (events, signal) => kept.take(seat, events, signal);
  }

  /** Keeps nothing. */
  end(): void {
    this.keep(undefined);
  }
}
