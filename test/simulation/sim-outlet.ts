/** Where an area's doings go in a simulation: to connections, and before the eyes of whoever checks them. */
import { isDurable, type DomainEvent } from "../../src/engine/events.ts";
import type { CharacterId, RoomId } from "../../src/engine/ids.ts";
import { checkInvariants } from "../../src/engine/invariants.ts";
import type { RoomMessage } from "../../src/protocol/server-messages.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import type { Outlet, Seat } from "../../src/runtime/outlet.ts";
import type { Connection } from "./connection.ts";
import type { SimSeat, World } from "./sim-process.ts";

export class SimOutlet implements Outlet {
  readonly #clients = new Map<CharacterId, Connection>();
  readonly #active: ActiveArea;
  readonly #world: World;

  constructor(active: ActiveArea, world: World) {
    this.#active = active;
    this.#world = world;
  }

  attach(id: CharacterId, conn: Connection): void {
    const before = this.#clients.get(id);
    this.#clients.set(id, conn);
    if (before !== undefined && before !== conn) before.close("replaced");
  }

  detach(id: CharacterId, conn: Connection): boolean {
    if (this.#clients.get(id) !== conn) return false;
    this.#clients.delete(id);
    return true;
  }

  applied(events: readonly DomainEvent[]): void {
    const durable = events.filter(isDurable);
    if (durable.length > 0) this.#world.shown(durable, this.#active);
    try {
      checkInvariants(this.#active.area);
    } catch (error) {
      this.#world.violation(`memory of ${this.#active.id}: ${String(error)}`);
    }
  }

  room(): void { /* lines are not what this simulation is about */ }
  personal(): void { /* nor these */ }
  recent(): readonly RoomMessage[] { return []; }
  brought(): void { /* nor are these judged */ }

  transfer(id: CharacterId, seat: Seat, room: RoomId): void {
    this.#clients.get(id)?.transfer(seat as unknown as SimSeat, room);
    this.#clients.delete(id);
  }

  dismiss(id: CharacterId): void {
    this.#clients.get(id)?.close("dismissed");
    this.#clients.delete(id);
  }

  closed(): void {
    for (const conn of this.#clients.values()) conn.close("moved");
    this.#clients.clear();
  }
}
