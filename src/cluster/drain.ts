/**
 * A process that closes gives its areas to others, one after another: each stops for a moment, is written, changes its
 * owner in one statement, and is opened over there with everybody in it. From then on the other process answers what
 * people type; they walk over with their connections a few at a time, as if they had crossed a border, and until then
 * their commands are passed on. Nobody reads that the server was restarted.
 */
import type { AreaId, CharacterId } from "../engine/ids.ts";
import { DRAIN_LEAVE_MS, DRAIN_PASSING_MS, DRAIN_PEOPLE_AT_ONCE, DRAIN_WALK_MS, PEER_ADOPT_TIMEOUT_MS, PEER_COMMAND_TIMEOUT_MS, PEER_SEAT_TIMEOUT_MS } from "../limits.ts";
import type { Response } from "../protocol/server-messages.ts";
import type { ActiveArea } from "../runtime/active-area.ts";
import type { Give, Handing } from "../runtime/area-host.ts";
import type { Seat } from "../runtime/outlet.ts";
import type { Passenger } from "../runtime/passengers.ts";
import type { Clock } from "../runtime/ports.ts";
import type { RelayedCommand } from "../runtime/relay.ts";
import type { Log } from "../log.ts";
import type { Peers } from "./peers.ts";
import type { Processes } from "./processes.ts";
import { choose, type Candidate } from "./placement.ts";
import { seatAt } from "./seats.ts";
import { Turnstile } from "./turnstile.ts";
import { walkOver } from "./walk-over.ts";

/** The call `prepare`: this area will come in a moment, unless something else happens. */
export interface Preparation {
  readonly area: AreaId;
  readonly people: readonly CharacterId[];
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

/** The call `command`: somebody who stands in the other's area has typed this over a connection that still leads here. */
export interface RelayedAsk {
  readonly area: AreaId;
  readonly command: RelayedCommand;
}

export interface RelayedAnswer {
  readonly reply: Response;
  /** It has left the world by it. */
  readonly gone: boolean;
}

/** The call `withdraw`: somebody who stands in the other's area has left the world. */
export interface Withdrawal {
  readonly area: AreaId;
  readonly character: CharacterId;
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
  /** Stops an area, writes what is soft, and calls `give`; when that has ended, its room here is closed. */
  readonly handOver: (area: ActiveArea, give: Give) => Promise<void>;
  /** The lease changes hands; false when it cannot. */
  readonly giveLease: (area: AreaId, epoch: number, to: string) => Promise<boolean>;
  readonly moved: (area: AreaId, process: string) => void;
  /** Told of each area given away, for the metrics; `ms`: how long it stood still. */
  readonly onGiven?: (given: { area: AreaId; people: number; ms: number }) => void;
}

/** A connection that ends because its player wanted it to. */
const CLOSE_CONSENTED = 4000;

export class Drain {
  readonly #deps: DrainDeps;
  #turnstile: Turnstile;
  /** Areas given away by process, for the choice of the next. */
  readonly #given = new Map<string, number>();
  /** Areas whose people are on their way. */
  readonly #leaving: Promise<void>[] = [];

  constructor(deps: DrainDeps) {
    this.#deps = deps;
    this.#turnstile = this.#turnstileFor(0);
  }

  /** Resolves when every area that could be given away has been. What goes wrong with one leaves it to be closed. */
  async run(): Promise<void> {
    const areas = [...this.#deps.areas()].toSorted((a, b) => b.area.characters.size - a.area.characters.size);
    this.#turnstile = this.#turnstileFor(areas.reduce((count, { area }) => count + area.characters.size, 0));
    // The largest is placed first, which spreads them best, and goes last: what a process that has only just started does for the first time takes it
    // four times as long, and the fewer wait for it then the better.
    const placed = areas.map((area) => ({ area, target: this.#place(area) }));
    // One at a time: of two, each would wait for those who walk from it into the other.
    for (const { area, target } of placed.reverse()) await this.#give(area, target);
    await Promise.all(this.#leaving);
  }

  /**
   * Gives one area to another process, and goes on with the rest. Not when that process does not answer: then nobody has noticed anything.
   * Resolves when its people have left, whatever came of it.
   */
  async giveOne(area: ActiveArea, to: string): Promise<void> {
    const people = [...area.area.characters.keys()];
    this.#turnstile = this.#turnstileFor(people.length);
    if (!await this.#prepare(to, { area: area.id, people })) return;
    await this.#handTo(area, to);
    await Promise.all(this.#leaving);
  }

  #turnstileFor(people: number): Turnstile {
    return new Turnstile({ clock: this.#deps.clock, atOnce: Math.max(DRAIN_PEOPLE_AT_ONCE, Math.ceil((people * DRAIN_PASSING_MS) / DRAIN_WALK_MS)), countsMs: DRAIN_PASSING_MS });
  }

  #place(area: ActiveArea): Candidate | undefined {
    const target = this.#choose();
    if (target !== undefined) this.#given.set(target.id, (this.#given.get(target.id) ?? 0) + Math.max(1, area.area.characters.size));
    return target;
  }

  async #give(area: ActiveArea, placed: Candidate | undefined): Promise<void> {
    // It may have gone meanwhile, or begun to close itself.
    const isThere = placed !== undefined && this.#deps.processes.get(placed.id)?.draining === false;
    const target = isThere ? placed : this.#place(area);
    if (target === undefined) return;
    const people = [...area.area.characters.keys()];
    if (people.length > 0) await this.#prepare(target.id, { area: area.id, people });
    await this.#handTo(area, target.id);
  }

  async #handTo(area: ActiveArea, to: string): Promise<void> {
    const { log, handOver } = this.#deps;
    // The next one begins as soon as everybody has been told; until they have left, this one stays.
    await new Promise<void>((told) => {
      const leaving = handOver(area, (handing) => this.#pass(area, to, handing, told)).catch((error: unknown) => {
        log.warn({ err: error, area: area.id, to }, "an area could not be handed over; its people come in again by themselves");
      }).finally(told);
      this.#leaving.push(leaving);
    });
  }

  /** While the area still goes on here. False when it could not be done; what is wrong shows soon enough. */
  async #prepare(to: string, preparation: Preparation): Promise<boolean> {
    const { peers, processes, log } = this.#deps;
    const process = processes.get(to);
    if (process === undefined) return false;
    try {
      await peers.call(process.address, "prepare", preparation, PEER_SEAT_TIMEOUT_MS);
      return true;
    } catch (error) {
      log.info({ err: error, area: preparation.area, to }, "an area comes unprepared");
      return false;
    }
  }

  async #pass(area: ActiveArea, to: string, { people, stoppedMs, gave, relay }: Handing, told: () => void): Promise<void> {
    const { clock, giveLease, moved, peers, processes, log, onGiven } = this.#deps;
    if (!await giveLease(area.id, area.epoch, to)) throw new Error("the other process cannot take it");
    moved(area.id, to);
    const process = processes.get(to);
    if (process === undefined) throw new Error("the other process is gone");
    const { seats } = await peers.call<Adopted>(process.address, "adopt", { area: area.id, people } satisfies Adoption, PEER_ADOPT_TIMEOUT_MS);
    /** Those who have left the world meanwhile need no seat. */
    const gone = new Set<CharacterId>();
    gave({
      command: async (command) => {
        const answer = await peers.call<RelayedAnswer>(process.address, "command", { area: area.id, command } satisfies RelayedAsk, PEER_COMMAND_TIMEOUT_MS);
        if (answer.gone) {
          gone.add(command.actor);
          area.outlet.dismiss(command.actor, CLOSE_CONSENTED);
        }
        return answer.reply;
      },
      withdraw: async (character) => {
        gone.add(character);
        await peers.call(process.address, "withdraw", { area: area.id, character } satisfies Withdrawal, PEER_COMMAND_TIMEOUT_MS);
      },
    });
    const ms = clock.nowMs() - stoppedMs;
    const seated = people.flatMap(({ id, room }) => (seats[id] === undefined ? [] : { id, room, seat: seatAt(process, seats[id]) }));
    onGiven?.({ area: area.id, people: seated.length, ms });
    log.info({ area: area.id, to, people: seated.length, ms }, "area handed over");
    const { left } = await walkOver({ seated, relay, gone, turnstile: this.#turnstile, transfer: ({ id, room, seat }, over) => area.outlet.transfer(id, seat, room, over) });
    told();
    // Their old connections still deliver; who has not gone by then is told to come in again.
    let cancel = (): void => undefined;
    const late = new Promise<void>((resolve) => { cancel = clock.after(DRAIN_LEAVE_MS, resolve); });
    await Promise.race([left, late]);
    cancel();
  }

  #choose(): Candidate | undefined {
    const { processes, self, version } = this.#deps;
    // The newest first: whoever closes does so because a newer version takes its place, when there is one.
    const newest = processes.others().map((process) => process.version).filter((other) => other !== null && other !== version);
    return choose(processes.list(), { version: newest[0] ?? version, without: new Set([self]), neighbours: new Set(), placedLately: this.#given });
  }
}
