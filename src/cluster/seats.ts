/** Seats in areas, wherever they are served: for whoever joins and for whoever walks in. */
import type { AreaId, CharacterId } from "../engine/ids.ts";
import { PEER_SEAT_TIMEOUT_MS } from "../limits.ts";
import type { RoomMessage } from "../protocol/server-messages.ts";
import type { Seat } from "../runtime/outlet.ts";
import type { Directory } from "./directory.ts";
import type { ProcessRecord } from "./lease-postgres.ts";
import type { Peers } from "./peers.ts";

/** Made by processes only, never by a client. */
export interface SeatWanted {
  readonly area: AreaId;
  readonly auth: { readonly characterId: CharacterId; readonly username: string };
  /** Lines that the character may not have received: they wait there, whether it takes this seat or comes back by another. */
  readonly personal?: readonly RoomMessage[];
  /** What the room's `onJoin` gets. */
  readonly options: object;
}

export interface SeatsDeps {
  readonly directory: Pick<Directory, "at">;
  readonly peers: Pick<Peers, "call">;
  /** A seat in an area that this process serves or can serve. Rejects with E_MOVED when another has it. */
  readonly here: (wanted: SeatWanted) => Promise<Seat>;
}

/** A seat that a process has granted, with where clients reach that process, unless it has said so itself. */
export const seatAt = (process: ProcessRecord, seat: Seat): Seat => ({ publicAddress: process.publicAddress ?? process.address, ...seat });

export class Seats {
  readonly #deps: SeatsDeps;
  readonly #met = new WeakSet<Seat>();

  constructor(deps: SeatsDeps) {
    this.#deps = deps;
  }

  /** Rejects with an AppError whose message a player may read; the seat, if there is one, expires by itself. */
  take(wanted: SeatWanted): Promise<Seat> {
    return this.#deps.directory.at(wanted.area, (place) => (place.kind === "here" ? this.#deps.here(wanted) : this.#there(place.process, wanted)));
  }

  /** Whoever granted this seat has a connection that its character has kept, and wants to know when it has left. */
  isMet(seat: Seat): boolean {
    return this.#met.has(seat);
  }

  async #there(process: ProcessRecord, wanted: SeatWanted): Promise<Seat> {
    // Between processes: no client is told.
    const { met, ...seat } = await this.#deps.peers.call<Seat & { readonly met?: true }>(process.address, "seat", wanted, PEER_SEAT_TIMEOUT_MS);
    const granted = seatAt(process, seat);
    if (met === true) this.#met.add(granted);
    return granted;
  }
}
