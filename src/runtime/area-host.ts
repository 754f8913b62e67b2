/** The areas this process serves: acquired, loaded and opened on demand, put to sleep when nobody is there. */
import type { ContentIndex } from "../engine/content.ts";
import type { AreaId, CharacterId, DoorId, NpcId, RoomId } from "../engine/ids.ts";
import type { Walker } from "../engine/events.ts";
import { loadAreaState } from "../engine/load-area.ts";
import { AREA_SLEEPS_AFTER_MS, DRAIN_ARRIVALS_MS, DRAIN_ASK_MS, SETTLES_WITHIN_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import { outsideWork, spanning } from "../telemetry/tracing.ts";
import { ActiveArea, type ActiveAreaDeps, type NpcLeft } from "./active-area.ts";
import { OWNED_ELSEWHERE } from "./area-pump.ts";
import { LocalLines } from "./local-lines.ts";
import type { FarLines, LeftBehind, MissedLines, Outlet } from "./outlet.ts";
import type { Passenger } from "./passengers.ts";
import { Relay, type NextOwner } from "./relay.ts";
import type { Ownership } from "./ports.ts";
import { settled } from "./settled.ts";

export interface AreaHostDeps extends Omit<ActiveAreaDeps, "broken" | "far" | "holds" | "doorChanged" | "npcLeft"> {
  readonly content: ContentIndex;
  readonly ownership: Ownership;
  /** Opens the area to players (a Colyseus Room) and answers where its doings go. */
  readonly open: (area: ActiveArea) => Promise<void>;
  /** Carries lines to people in other processes too; absent: there are none. */
  readonly far?: (local: LocalLines) => FarLines;
  /** Called when an area is served here, and when it no longer is. */
  readonly served?: (area: ActiveArea, served: boolean) => void;
  /** Sends an NPC into an area of another process; false when no process serves it. Rejects when nobody can tell. */
  readonly sendNpc?: (arrival: NpcArrival) => Promise<boolean>;
  /** Somebody is on the way into an area of this process. */
  readonly expected?: (name: string) => void;
  /** A door was changed here; another process may serve its other side. */
  readonly doorChanged?: (door: DoorId) => void;
  readonly log: { info(fields: object, message: string): void; error(fields: object, message: string): void };
}

/** An NPC on its way into an area; its row says so already. */
export interface NpcArrival {
  readonly area: AreaId;
  readonly npc: Walker;
  readonly room: RoomId;
  readonly from: string;
}

/** An area that stands still, on its way to another process. */
export interface Handing {
  readonly people: readonly Passenger[];
  readonly stoppedMs: number;
  /** Called when they belong to that process, which is asked from then on for what people type over connections that still lead here. */
  readonly gave: (to: NextOwner) => void;
  /** Is told when somebody goes over. */
  readonly relay: Relay;
}

/** Brings the lease and the people of an area over to another process. */
export type Give = (handing: Handing) => Promise<void>;

/** What happens before an area has been opened, or after it was closed: there is nobody to hear it. */
const NOWHERE: Outlet = {
  applied: () => undefined, room: () => undefined, personal: () => undefined, recent: () => [], brought: () => undefined, transfer: () => undefined, dismiss: () => undefined, closed: () => undefined,
};

export class AreaHost {
  readonly #deps: AreaHostDeps;
  readonly #active = new Map<AreaId, ActiveArea>();
  readonly #opening = new Map<AreaId, Promise<ActiveArea>>();
  readonly #closing = new Map<AreaId, Promise<void>>();
  /** About to be another process's; resolved when that has it, or nobody. */
  readonly #passing = new Map<AreaId, PromiseWithResolvers<void>>();
  /** Being given to another process: their people are still reached by their old connections. */
  readonly #leaving = new Map<AreaId, ActiveArea>();
  /** Lines for those in the areas of this process. */
  readonly local: LocalLines;
  readonly #far: FarLines;
  #stopped = false;
  #full = false;

  constructor(deps: AreaHostDeps, areaOf: (id: CharacterId) => AreaId | undefined) {
    this.#deps = deps;
    this.local = new LocalLines({ areas: () => [...this.#active.values(), ...this.#leaving.values()], get: (id) => this.#active.get(id) ?? this.#leaving.get(id), areaOfRoom: (room) => this.areaOfRoom(room), areaOf, nowMs: () => deps.clock.nowMs(), ...(deps.expected === undefined ? {} : { expected: deps.expected }) });
    this.#far = deps.far?.(this.local) ?? this.local;
  }

  get(id: AreaId): ActiveArea | undefined {
    return this.#active.get(id);
  }

  /** Served by this process, or until a moment ago: whoever wants to come in is told where it is then. */
  isHere(id: AreaId): boolean {
    return this.#active.has(id) || this.#passing.has(id);
  }

  get areas(): Iterable<ActiveArea> {
    return this.#active.values();
  }

  /** The areas served here, with the epochs they were acquired with. */
  serving(): ReadonlyMap<AreaId, number> {
    return new Map([...this.#active].map(([id, { epoch }]) => [id, epoch]));
  }

  /** Characters in the areas of this process. */
  get players(): number {
    let count = 0;
    for (const { area } of this.#active.values()) count += area.characters.size;
    return count;
  }

  /** The rows say that this process does not own the area with that epoch (any more): it is closed, and its players sent on. */
  lost(id: AreaId, epoch: number): void {
    const active = this.#active.get(id);
    if (active?.epoch === epoch) this.#broken(active, OWNED_ELSEWHERE);
  }

  /**
   * What somebody who has left an area of this process missed there; undefined when it is not served here. Not complete while the area
   * does not know yet that they have left: more may be said there before that.
   */
  async missedIn(area: AreaId, { character, room, line }: LeftBehind): Promise<MissedLines | undefined> {
    const active = this.#active.get(area);
    if (active?.outlet.left === undefined) return undefined;
    await settled(active, character, this.#deps.clock, SETTLES_WITHIN_MS);
    const { lines, complete } = await active.outlet.left(character, room, line);
    return { lines, complete: complete && !active.area.characters.has(character) };
  }

  areaOfRoom(room: RoomId): AreaId | undefined {
    return this.#deps.content.rooms.get(room)?.area;
  }

  /**
   * The area, served by this process: opened now when it sleeps. Rejects with E_STORAGE (the database cannot
   * be reached, or this process's lease may have run out), E_MOVED (another process has it) or E_DRAINING.
   */
  async ensure(id: AreaId): Promise<ActiveArea> {
    if (this.#stopped) throw new AppError("E_DRAINING", undefined, { retryAfterMs: 1000 });
    // What is in memory may be somebody else's by now: whoever comes in would be answered from the past.
    if (!this.#deps.ownership.alive) throw new AppError("E_STORAGE", undefined, { retryAfterMs: 1000 });
    const passing = this.#passing.get(id);
    if (passing !== undefined) {
      await this.#within(DRAIN_ASK_MS, passing.promise);
      throw new AppError("E_MOVED", undefined, { retryAfterMs: 1000 });
    }
    const opening = this.#opening.get(id);
    if (opening !== undefined) return await opening;
    const active = this.#active.get(id);
    if (active !== undefined) {
      active.expect();
      return active;
    }
    if (this.#full) throw new AppError("E_DRAINING", undefined, { retryAfterMs: 1000 });
    // It lives on for everybody, whoever came first.
    const started = outsideWork(() => this.#activate(id));
    this.#opening.set(id, started);
    try {
      return await spanning("open area", "internal", { "waystone.area": id }, () => started);
    } finally {
      this.#opening.delete(id);
    }
  }

  async #activate(id: AreaId): Promise<ActiveArea> {
    await this.#closing.get(id);
    const def = this.#deps.content.areas.get(id);
    if (def === undefined) throw new AppError("E_NOT_FOUND", `There is no area ${id}.`);
    const owned = await this.#deps.ownership.acquire(id);
    if ("heldBy" in owned) throw new AppError("E_MOVED", "That part of the world is served elsewhere just now.", { retryAfterMs: 1000 });
    try {
      const active = await this.#load(id, owned.epoch);
      this.#active.set(id, active);
      await this.#deps.open(active);
      this.#deps.served?.(active, true);
      // What came due while the area slept is there before anybody comes in.
      active.tick();
      this.#deps.log.info({ area: id, epoch: owned.epoch, items: active.area.items.size }, "area opened");
      return active;
    } catch (error) {
      this.#active.delete(id);
      await this.#deps.ownership.release(id, owned.epoch);
      throw error;
    }
  }

  async #load(id: AreaId, epoch: number): Promise<ActiveArea> {
    const { content, store } = this.#deps;
    const def = content.areas.get(id)!;
    const spawns = [...content.spawns.values()].filter((spawn) => spawn.area === id);
    const doors = new Set(def.rooms.flatMap((room) => content.rooms.get(room)?.exits.flatMap((exit) => exit.door ?? []) ?? []));
    const npcs = spawns.flatMap((spawn) => (spawn.what.type === "npc" ? Array.from({ length: spawn.quantity }, (_, index) => `${spawn.id}#${index + 1}` as NpcId) : []));
    const loaded = await store.loadArea({ rooms: def.rooms, doors: [...doors], spawns: spawns.map((spawn) => spawn.id), npcs });
    const area = loadAreaState(def, content, loaded);
    return new ActiveArea(area, epoch, NOWHERE, { ...this.#deps, far: this.#far, holds: () => this.#deps.ownership.alive, npcLeft: (from, left) => this.#npcLeft(from, left), doorChanged: (from, door) => this.#doorChanged(from, door), broken: (active, reason, cause) => this.#broken(active, reason, cause) });
  }

  /**
   * About once a second: every awake area's tick; whoever has been alone for long goes to sleep. While the lease may have run out the world does nothing
   * by itself: another process may do it.
   */
  tick(): void {
    for (const active of this.#active.values()) {
      if (active.idleMs() > AREA_SLEEPS_AFTER_MS) this.#closeSoon(active, "nobody is here");
      else if (this.#deps.ownership.alive) active.tick();
    }
  }

  /** The database went away, or came back. */
  storageChanged(down: boolean): void {
    for (const active of this.#active.values()) active.storageChanged(down);
  }

  /** Gives every area up, in order; what players asked for before is finished. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await Promise.allSettled(this.#opening.values());
    for (const active of this.#active.values()) this.#closeSoon(active, "the server is closing");
    await Promise.all(this.#closing.values());
  }

  /** From now on no area is opened here; those that are open are served until they are given away or closed. */
  openNoMore(): void {
    this.#full = true;
  }

  /**
   * Gives an area to another process: nothing new is taken on, what is under way ends, everything is written, and `give`
   * brings lease and people over. Rejects with what `give` rejects with; the area is closed here in any case.
   */
  async handOver(active: ActiveArea, give: Give): Promise<void> {
    if (this.#active.get(active.id) !== active || this.#passing.has(active.id)) return;
    this.#passing.set(active.id, Promise.withResolvers());
    // Those who are on their way would find it closed, and have to ask again where they stand.
    await active.allHere(DRAIN_ARRIVALS_MS);
    if (this.#active.get(active.id) !== active) return this.#passed(active);
    this.#active.delete(active.id);
    this.#leaving.set(active.id, active);
    const passed = this.#pass(active, give);
    const closing = passed.catch(() => undefined).finally(() => {
      if (this.#closing.get(active.id) === closing) this.#closing.delete(active.id);
    });
    this.#closing.set(active.id, closing);
    await passed;
  }

  async #within(ms: number, done: Promise<void>): Promise<void> {
    let cancel = (): void => undefined;
    await Promise.race([done, new Promise<void>((resolve) => { cancel = this.#deps.clock.after(ms, resolve); })]);
    cancel();
  }

  /** Whoever wants to come in can be told where it is now. */
  #passed(active: ActiveArea): void {
    this.#passing.get(active.id)?.resolve();
    this.#passing.delete(active.id);
  }

  async #pass(active: ActiveArea, give: Give): Promise<void> {
    const relay = new Relay();
    active.relaysBy(relay);
    const stoppedMs = this.#deps.clock.nowMs();
    const gave = (to: NextOwner): void => {
      this.#gave(active);
      relay.open(to);
    };
    try {
      await active.freeze();
      await Promise.all([this.#deps.soft.flush(), active.outlet.recorded?.()]);
      await give({ people: active.people(), stoppedMs, gave, relay });
    } catch (error) {
      await this.#deps.ownership.release(active.id, active.epoch);
      throw error;
    } finally {
      relay.end();
      this.#gave(active);
      active.outlet.closed("another process serves the area");
    }
  }

  /** Reads what an area and some people consist of, and forgets it: whoever takes them over in a moment has done all of it once. */
  async rehearse(id: AreaId, people: readonly CharacterId[]): Promise<void> {
    if (this.#active.has(id) || !this.#deps.content.areas.has(id)) return;
    await Promise.all([this.#load(id, 0), this.#deps.store.loadCharacters(people)]);
  }

  /** Its people belong to the other process now. */
  #gave(active: ActiveArea): void {
    this.#passed(active);
    if (this.#leaving.get(active.id) !== active) return;
    this.#leaving.delete(active.id);
    this.#deps.served?.(active, false);
    active.forgetEverybody();
  }

  /** An NPC comes into an area of this process; false when it is not served here. */
  async takeNpc({ area, npc, room, from }: NpcArrival): Promise<boolean> {
    // One that is being loaded may have read the row before it said so.
    await this.#opening.get(area);
    const active = this.#active.get(area);
    active?.npcCame(npc, room, from);
    return active !== undefined;
  }

  /** First the row, then the word: whatever happens in between, it is in one of the two areas when they are next loaded. */
  #npcLeft(active: ActiveArea, { npc, from, to, toArea, came }: NpcLeft): void {
    const { soft, bug, sendNpc } = this.#deps;
    const arrival: NpcArrival = { area: toArea, npc, room: to, from: came };
    const go = async (): Promise<void> => {
      soft.npc(npc.id, { room: to, goneUntilMs: null }, { area: active.id, epoch: active.epoch });
      await soft.flush();
      const taken = await this.takeNpc(arrival) || (await sendNpc?.(arrival) ?? false);
      if (!taken) active.npcTurnedBack(npc, from);
    };
    go().catch((error: unknown) => {
      active.npcTurnedBack(npc, from);
      if (!(error instanceof AppError)) bug(error, { npc: npc.id });
    });
  }

  #broken(active: ActiveArea, reason: string, cause?: unknown): void {
    // Each command that was on its way finds out by itself that the area is another's.
    if (this.#active.get(active.id) === active || cause !== undefined) this.#deps.log.error({ area: active.id, epoch: active.epoch, err: cause, reason }, "area closed: it cannot go on");
    this.#closeSoon(active, reason);
  }

  #closeSoon(active: ActiveArea, reason: string): void {
    if (this.#active.get(active.id) !== active) return;
    this.#active.delete(active.id);
    this.#deps.served?.(active, false);
    const closing = this.#close(active, reason)
      .catch((error: unknown) => this.#deps.bug(error, { closing: active.id }))
      .finally(() => {
        if (this.#closing.get(active.id) === closing) this.#closing.delete(active.id);
      });
    this.#closing.set(active.id, closing);
  }

  async #close(active: ActiveArea, reason: string): Promise<void> {
    const lost = reason === OWNED_ELSEWHERE;
    const closed = active.close(reason, lost);
    // What is still found out here is told by whoever serves it now.
    if (lost) active.outlet = NOWHERE;
    await closed;
    await this.#deps.soft.flush();
    await this.#deps.ownership.release(active.id, active.epoch);
    this.#deps.log.info({ area: active.id, epoch: active.epoch, reason }, "area closed");
  }

  /** Shows a changed door to the awake areas that have its other side; a sleeping one reads the row when it wakes. */
  #doorChanged(from: ActiveArea, door: Parameters<ActiveArea["doorSeen"]>[0]): void {
    this.local.doorSeen(door, from);
    this.#deps.doorChanged?.(door.door);
  }
}
