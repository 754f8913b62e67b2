/**
 * A process that closes gives its areas to others, one after another: each stops for a moment, is written, changes its
 * owner in one statement, and is opened over there; its people get seats and walk over with their connections, as if
 * they had crossed a border. Nobody reads that the server was restarted.
 */
import type { AreaId, CharacterId, RoomId } from "../engine/ids.ts";
import { DRAIN_AREAS_AT_ONCE, DRAIN_LEAVE_MS, PEER_ADOPT_TIMEOUT_MS } from "../limits.ts";
import type { RoomMessage } from "../protocol/server-messages.ts";
import type { ActiveArea, Brought } from "../runtime/active-area.ts";
import type { Seat } from "../runtime/outlet.ts";
import type { Clock } from "../runtime/ports.ts";
import type { Log } from "../log.ts";
import type { Peers } from "./peers.ts";
import type { Processes } from "./processes.ts";
import { choose, type Candidate } from "./placement.ts";
import { seatAt } from "./seats.ts";

/** Somebody in an area that changes hands. */
export interface Passenger {
  readonly id: CharacterId;
  readonly name: string;
  readonly room: RoomId;
  readonly brings: Brought;
  readonly personal: readonly RoomMessage[];
  /** It has a connection to take along; otherwise it waits over there for one. */
  readonly connected: boolean;
}

/** The call `adopt`: an area whose lease is the other's already. */
export interface Adoption {
  readonly area: AreaId;
  readonly people: readonly Passenger[];
}

export interface Adopted {
  /** Seats by character; whoever has none comes in by itself. */
  readonly seats: Readonly<Record<CharacterId, Seat>>;
}

export interface DrainDeps {
  readonly self: string;
  readonly version: string | null;
  readonly clock: Clock;
  readonly log: Pick<Log, "info" | "warn">;
  readonly processes: Processes;
  readonly peers: Pick<Peers, "call">;
  /** The areas of this process; no new one is opened any more. */
  readonly areas: () => Iterable<ActiveArea>;
  /** Stops an area, writes what is soft, and calls `give`, which says when everybody has been told; then its room here is closed. */
  readonly handOver: (area: ActiveArea, give: (people: readonly Passenger[], gave: () => void) => Promise<void>) => Promise<void>;
  /** The lease changes hands; false when it cannot. */
  readonly giveLease: (area: AreaId, epoch: number, to: string) => Promise<boolean>;
  readonly moved: (area: AreaId, process: string) => void;
  /** Told of each area given away, for the metrics; `ms` from stopping it to the last seat told. */
  readonly onGiven?: (given: { area: AreaId; people: number; ms: number }) => void;
}

export class Drain {
  readonly #deps: DrainDeps;
  /** Areas given away by process, for the choice of the next. */
  readonly #given = new Map<string, number>();
  /** Areas whose people are on their way. */
  readonly #leaving: Promise<void>[] = [];

  constructor(deps: DrainDeps) {
    this.#deps = deps;
  }

  /** Resolves when every area that could be given away has been. What goes wrong with one leaves it to be closed. */
  async run(): Promise<void> {
    const waiting = [...this.#deps.areas()].toSorted((a, b) => b.area.characters.size - a.area.characters.size);
    const worker = async (): Promise<void> => {
      for (let area = waiting.shift(); area !== undefined; area = waiting.shift()) await this.#give(area);
    };
    await Promise.all(Array.from({ length: DRAIN_AREAS_AT_ONCE }, worker));
    await Promise.all(this.#leaving);
  }

  async #give(area: ActiveArea): Promise<void> {
    const { log, handOver } = this.#deps;
    const target = this.#choose();
    if (target === undefined) return;
    const people = area.area.characters.size;
    this.#given.set(target.id, (this.#given.get(target.id) ?? 0) + Math.max(1, people));
    // The next one begins as soon as everybody has been told; until they have left, this one stays.
    await new Promise<void>((told) => {
      const leaving = handOver(area, (passengers, gave) => this.#pass(area, target.id, passengers, () => { gave(); told(); })).catch((error: unknown) => {
        log.warn({ err: error, area: area.id, to: target.id }, "an area could not be handed over; its people come in again by themselves");
      }).finally(told);
      this.#leaving.push(leaving);
    });
  }

  async #pass(area: ActiveArea, to: string, people: readonly Passenger[], told: () => void): Promise<void> {
    const { clock, giveLease, moved, peers, processes, log, onGiven } = this.#deps;
    const startedMs = clock.nowMs();
    if (!await giveLease(area.id, area.epoch, to)) throw new Error("the other process cannot take it");
    moved(area.id, to);
    const process = processes.get(to);
    if (process === undefined) throw new Error("the other process is gone");
    const { seats } = await peers.call<Adopted>(process.address, "adopt", { area: area.id, people } satisfies Adoption, PEER_ADOPT_TIMEOUT_MS);
    let seated = 0;
    for (const { id, room } of people) {
      const seat = seats[id];
      if (seat === undefined) continue;
      area.outlet.transfer(id, seatAt(process, seat), room);
      seated += 1;
    }
    told();
    const ms = clock.nowMs() - startedMs;
    onGiven?.({ area: area.id, people: seated, ms });
    log.info({ area: area.id, to, people: seated, ms }, "area handed over");
    // Their old connections still deliver; who has not gone by then is told to come in again.
    if (seated > 0) await new Promise<void>((resolve) => void clock.after(DRAIN_LEAVE_MS, resolve));
  }

  #choose(): Candidate | undefined {
    const { processes, self, version } = this.#deps;
    // The newest first: whoever closes does so because a newer version takes its place, when there is one.
    const newest = processes.others().map((process) => process.version).filter((other) => other !== null && other !== version);
    return choose(processes.list(), { version: newest[0] ?? version, without: new Set([self]), neighbours: new Set(), placedLately: this.#given });
  }
}
