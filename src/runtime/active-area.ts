/**
 * One area served by this process: its pump, the replies it remembers, who comes in and goes out, its ticks.
 * Everything that happens in the area passes through here, whatever it came by (socket, timer, bus).
 */
import type { Arrival } from "../engine/arrive.ts";
import type { EngineContext } from "../engine/context.ts";
import { conflict, happened, type Accepted } from "../engine/decision.ts";
import { decideDeparture, type Departure } from "../engine/depart.ts";
import type { DomainEvent, Walker } from "../engine/events.ts";
import type { AreaId, CharacterId, DoorId, RoomId } from "../engine/ids.ts";
import { decideNpcCame, decideNpcTurnedBack } from "../engine/npc/ways.ts";
import { decideTick, type TickState } from "../engine/tick.ts";
import type { AreaState, Character } from "../engine/world.ts";
import { AppError } from "../protocol/codes.ts";
import type { Response } from "../protocol/server-messages.ts";
import { render } from "../text/render.ts";
import { AreaPump, type PumpDeps } from "./area-pump.ts";
import { Attendance } from "./attendance.ts";
import { CommandDesk, type Deliver, type DeskDeps } from "./command-desk.ts";
import type { CommandRequest } from "./command-task.ts";
import { Entrance } from "./entrance.ts";
import type { OnlineEntry } from "./online.ts";
import { passengersOf, type Brought, type Passenger } from "./passengers.ts";
import { PostNotices } from "./post-notices.ts";
import type { FarLines, Gate, Onward, Outlet } from "./outlet.ts";
import { Trails } from "./trails.ts";
import type { ParkingSpace } from "./parking.ts";
import type { AreaStore, Clock, Committer, SoftWriter } from "./ports.ts";
import type { Relay } from "./relay.ts";
import { Replies } from "./replies.ts";
import type { Task } from "./task.ts";

export type NpcLeft = Extract<DomainEvent, { type: "npc-left" }>;

export interface ActiveAreaDeps {
  readonly committer: Committer;
  readonly store: AreaStore;
  readonly soft: SoftWriter;
  readonly clock: Clock;
  readonly gate: Gate;
  readonly storage: PumpDeps["storage"];
  readonly parkingSpace: ParkingSpace;
  readonly far: FarLines;
  readonly online: { set(entry: OnlineEntry): void; remove(id: CharacterId, area: AreaId, towards?: AreaId): void };
  /** Time, chance, ids and content, for a decision made now. */
  readonly context: () => EngineContext;
  /** A door of this area was changed; another area may have its other side. */
  readonly doorChanged: (area: ActiveArea, door: { readonly door: DoorId; readonly open: boolean; readonly locked: boolean }) => void;
  /** An NPC has walked out, towards another area. */
  readonly npcLeft: (area: ActiveArea, left: NpcLeft) => void;
  /** These events have been applied. */
  readonly happened?: (area: ActiveArea, events: readonly DomainEvent[]) => void;
  /** The area must be closed and loaded again (or left to its new owner). */
  readonly broken: (area: ActiveArea, reason: string, cause?: unknown) => void;
  /** The lease holds. Without it a row that comes back late says nothing: another process may serve whoever it is. */
  readonly holds?: () => boolean;
  readonly bug: (error: unknown, context: Record<string, unknown>) => void;
  /** Undefined: the character may do that now; asked once for each step that players ask for. Absent: whatever the rules of the world allow. */
  readonly mayDo?: DeskDeps["mayDo"];
  /** For the metrics; `line` as it was typed. */
  readonly answered: (result: { line: string; status: Response["status"]; code: string | undefined; durable: boolean; ms: number }) => void;
  /** Memory and database disagree, or a rule of the program was broken: must never happen, and is counted. */
  readonly violated?: () => void;
}

export { broughtBy, type Brought } from "./passengers.ts";

const NOBODY: ReadonlySet<CharacterId> = new Set();

export class ActiveArea {
  readonly id: AreaId;
  readonly area: AreaState;
  readonly epoch: number;
  readonly #deps: ActiveAreaDeps;
  readonly #pump: AreaPump;
  readonly #replies = new Replies();
  readonly #desk: CommandDesk;
  readonly #attendance: Attendance;
  readonly #notices: PostNotices;
  readonly #trails: Trails;
  readonly #entrance: Entrance;
  /** Who is asked for what comes in now that the area changes hands. */
  #relay: Relay | null = null;
  #tick: TickState | null = null;
  #lastSeenMs: number;
  #tasks = 0;

  constructor(area: AreaState, epoch: number, outlet: Outlet, deps: ActiveAreaDeps) {
    this.id = area.id;
    this.area = area;
    this.epoch = epoch;
    this.#deps = deps;
    this.#attendance = new Attendance(deps.soft, deps.clock, { area: area.id, epoch });
    this.#notices = new PostNotices({ area, store: deps.store, context: deps.context });
    this.#trails = new Trails(area, deps.context().content, deps.clock);
    this.#lastSeenMs = deps.clock.nowMs();
    this.#pump = new AreaPump(area, epoch, outlet, {
      ...deps, nowMs: () => deps.clock.nowMs(),
      observer: { applied: (_, events, followUps) => this.#observe(events, followUps.length === 0 ? NOBODY : new Set(followUps.map(({ character }) => character))) },
      followUp: (character, line) => this.#followUp(character, line),
      broken: (reason, cause) => deps.broken(this, reason, cause),
    });
    this.#entrance = new Entrance({
      area, store: deps.store, clock: deps.clock, replies: this.#replies, attendance: this.#attendance, context: deps.context, bug: deps.bug, outlet: () => this.outlet, closed: () => this.#pump.closed, holds: deps.holds,
      post: (lane, turn) => this.#post(lane, turn),
      came: (id, how, mayHavePost) => this.#came(id, how, mayHavePost),
      givenUp: (id) => void this.withdraw(id, "link-dead").catch((error: unknown) => deps.bug(error, { linkDead: id })),
    });
    this.#desk = new CommandDesk(area, this.#pump, this.#replies, {
      ...deps, quits: (actor) => void this.withdraw(actor, "quit").catch((error: unknown) => deps.bug(error, { quit: actor })),
    });
  }

  get outlet(): Outlet {
    return this.#pump.outlet;
  }

  set outlet(outlet: Outlet) {
    this.#pump.outlet = outlet;
  }

  get mailboxSize(): number {
    return this.#pump.size;
  }

  /** Milliseconds since somebody was here or was expected. */
  idleMs(): number {
    return this.area.characters.size > 0 || this.#pump.size > 0 ? 0 : this.#deps.clock.nowMs() - this.#lastSeenMs;
  }

  /** Somebody is about to come: the area stays awake for them. */
  expect(id?: CharacterId): void {
    this.#lastSeenMs = this.#deps.clock.nowMs();
    if (id !== undefined) this.#entrance.expects(id);
  }

  /** Resolves when everybody who has been granted a seat is here, or after `withinMs`. */
  allHere(withinMs: number): Promise<void> {
    return this.#entrance.allHere(withinMs);
  }

  /** Takes up what a character had begun in the area it comes from. */
  goOn(onward: Onward, actor: CharacterId, deliver: Deliver): void {
    this.command({ ...onward, actor }, deliver);
  }

  lastSeq(id: CharacterId): number {
    return this.#replies.lastSeq(id);
  }

  /** The character's client has all answers up to this number. */
  answered(id: CharacterId, seq: number): void {
    this.#replies.answered(id, seq);
  }

  /** Takes a command on; the reply comes by `deliver`, also when it is refused at the door. Never throws. */
  command(request: CommandRequest, deliver: Deliver): void {
    this.#desk.command(request, (reply) => {
      if (reply.code !== "E_MOVED" || this.#relay?.take(request, deliver) !== true) deliver(reply);
    });
  }

  /** The area is about to change hands: what can no longer be done here is asked of its next owner. */
  relaysBy(relay: Relay): void {
    this.#relay = relay;
  }

  /** Whoever came to a leader's side while the leader's step was being written is taken along all the same. */
  #leftBehind(leader: CharacterId, room: RoomId, told: ReadonlySet<CharacterId>): void {
    for (const id of this.area.rooms.get(room)?.characters ?? []) {
      if (this.area.characters.get(id)?.following === leader && !told.has(id)) this.#catchUp(id);
    }
  }

  /** Whoever it follows may have gone on already: then it goes after them. */
  #catchUp(id: CharacterId): void {
    const line = this.#trails.wayAfter(id);
    if (line !== null) this.#followUp(id, line);
  }

  #followUp(character: CharacterId, line: string): void {
    this.#desk.followUp(character, line);
  }

  /**
   * Lets a character in: loads it, unless it is here already. Resolves with it once it stands in the room.
   * Rejects with E_MOVED when it stands in another area, E_STORAGE when it cannot be loaded.
   */
  admit(id: CharacterId, how: Arrival, brings: Brought = {}): Promise<Character> {
    this.expect();
    return this.#entrance.admit(id, how, brings);
  }

  /** Takes in everybody who comes along with the area; they stand here before their connections do. Rejects when they cannot be loaded. */
  takeIn(people: readonly Passenger[]): Promise<void> {
    this.expect();
    return this.#entrance.takeIn(people);
  }

  #came(id: CharacterId, how: Arrival, mayHavePost: boolean): void {
    if (how.kind === "walk") this.#catchUp(id);
    // What is sent after its rows were read comes by the outbox. No harm when it fails: `mail` shows what there is.
    if (how.kind === "login" && mayHavePost) this.readPost(id).catch((error: unknown) => { if (!(error instanceof AppError)) this.#deps.bug(error, { post: id }); });
  }

  /** Looks for letters that wait for somebody here, and tells of new ones. Rejects when the database cannot be reached. */
  readPost(id: CharacterId): Promise<void> {
    return new Promise<void>((resolve, reject) => this.#post(id, this.#notices.look(id, resolve, reject)));
  }

  /** The other side of a door that this area shares has been changed, and written, by the area over there. */
  doorSeen(door: { readonly door: DoorId; readonly open: boolean; readonly locked: boolean }): void {
    if (!this.area.doors.has(door.door) || this.#pump.closed) return;
    this.#post(`door ${door.door}`, { decide: () => happened({ ...door, type: "door-seen" }, conflict.door(door.door)), failed: () => undefined });
  }

  /** An NPC walks in from another area. */
  npcCame(npc: Walker, room: RoomId, from: string): void {
    this.#post(`npc ${npc.id}`, { decide: () => decideNpcCame(this.area, npc, room, from, this.#deps.context()) ?? "done", failed: () => undefined });
  }

  /** One that walked out finds nobody where it wanted to go. */
  npcTurnedBack(npc: Walker, room: RoomId): void {
    if (this.#pump.closed) return;
    this.#post(`npc ${npc.id}`, { decide: () => decideNpcTurnedBack(this.area, npc, room, this.#deps.context()) ?? "done", failed: () => undefined });
  }

  /** Takes on what is nobody's command; throws as the pump does. */
  post = (task: Task): void => this.#pump.post(task);

  /** A character's row says a new name (a guest became an account). */
  renamed(id: CharacterId, name: string): void {
    this.#post(id, { decide: () => (this.area.characters.has(id) ? happened({ type: "character-renamed", character: id, name }) : "done"), failed: () => undefined });
  }

  /** Shows a character where it is, without its asking (its connection took over a character already here). */
  lookAround(id: CharacterId): void {
    this.#followUp(id, "look");
  }

  /** The connection is gone: the character waits a while for another, then is put away. */
  linkLost = (id: CharacterId): void => this.#entrance.linkLost(id);
  /** The connection of a character that has been let in is ready. */
  linkBack = (id: CharacterId): void => this.#entrance.linkBack(id);

  /** Puts a character away after what it has asked for before; its soft state is written. Nothing happens when it is not here. */
  withdraw(id: CharacterId, why: Departure): Promise<void> {
    if (this.#relay !== null && this.#pump.closed) return this.#relay.withdraw(id);
    this.#entrance.linked(id);
    return new Promise<void>((resolve, reject) => {
      this.#post(id, {
        decide: () => {
          const character = this.area.characters.get(id);
          if (character === undefined) {
            resolve();
            return "done";
          }
          this.#attendance.write(character);
          return decideDeparture(this.area, id, why, this.#deps.context());
        },
        applied: () => {
          if (why === "quit") this.outlet.dismiss(id, 4000);
          resolve();
        },
        failed: reject,
      });
    });
  }

  /** The database went away, or came back. Everybody here is told, once each way. */
  storageChanged(down: boolean): void {
    const line = render({ key: down ? "storage.lost" : "storage.back", params: {}, type: "system" });
    for (const room of this.area.rooms.values()) if (room.characters.size > 0) this.outlet.room(room.id, line, []);
    if (down) this.#pump.storageLost();
    else this.#pump.storageBack();
  }

  /** About once a second: what the world does by itself. */
  tick(): void {
    if (this.#pump.closed) return;
    this.#pump.giveUpExpired();
    const { decisions, state } = decideTick(this.area, this.#deps.context(), this.#tick);
    this.#tick = state;
    for (const decision of decisions) {
      // The world's own doings are dropped when something is in the way: they are due again at the next tick.
      let tried = false;
      this.#post(`world ${++this.#tasks}`, {
        optional: true,
        decide: () => {
          if (tried) return "done";
          tried = true;
          return decision;
        },
        deterministicId: decision.deterministicId,
        failed: () => undefined,
      });
    }
  }

  /**
   * Closes it: nothing new is taken on, what is in flight ends, everybody has to come in again. Where another process serves it (`lost`),
   * they go there at once: it knows what was written, and nothing more is.
   */
  async close(reason: string, lost: boolean): Promise<void> {
    const frozen = this.freeze();
    if (!lost) await frozen;
    this.forgetEverybody();
    this.outlet.closed(reason);
    await frozen;
  }

  /** Nobody here is in the world any more, as far as this process knows. */
  forgetEverybody(): void {
    for (const { id } of this.area.characters.values()) this.#deps.online.remove(id, this.id);
  }

  /** Everybody here, as they go along to another process with the area. */
  people(): readonly Passenger[] {
    return passengersOf(this.area, this.outlet);
  }

  /** Stops taking things on, lets what is in flight end, and writes everybody's soft state behind. */
  async freeze(): Promise<void> {
    this.#entrance.close();
    this.#pump.close();
    await this.#pump.drained();
    for (const character of this.area.characters.values()) this.#attendance.write(character);
  }

  #post(lane: string, part: Pick<Task, "decide"> & Partial<Pick<Task, "prepare" | "optional">> & { applied?(decision: Accepted): void; failed(error: AppError): void; deterministicId?: string | null }): void {
    const task: Task = {
      lane,
      ...(part.prepare === undefined ? {} : { prepare: part.prepare.bind(part) }),
      ...(part.optional === undefined ? {} : { optional: part.optional }),
      decide: part.decide.bind(part),
      unit: () => ({ actor: null, room: null, command: "", request: part.deterministicId == null ? null : { deterministicId: part.deterministicId }, reply: null }),
      applied: (decision) => {
        part.applied?.(decision);
        return "over";
      },
      refused: (decision) => part.failed(new AppError("E_INTERNAL", undefined, { cause: decision.code })),
      failed: (error) => part.failed(error),
    };
    try {
      this.#pump.post(task);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      part.failed(error);
    }
  }

  /** Keeps the online index and the write-behind up to date with what has been applied. */
  #observe(events: readonly DomainEvent[], following: ReadonlySet<CharacterId>): void {
    this.#deps.happened?.(this, events);
    for (const event of events) {
      switch (event.type) {
        case "character-entered": this.#listOnline(event.character.id); break;
        case "character-renamed":
        case "standing-changed":
        case "afk-changed": this.#listOnline(event.character); break;
        case "character-withdrew": this.#gone(event.character); break;
        case "character-moved":
          this.#trails.left(event.character, event.from, event.to);
          if (event.toArea !== this.id) this.#gone(event.character, event.toArea);
          else this.#catchUp(event.character);
          this.#leftBehind(event.character, event.from, following);
          break;
        case "vitals-changed":
        case "position-changed": this.#attendance.write(this.area.characters.get(event.character)); break;
        case "door-changed": this.#deps.doorChanged(this, event); break;
        case "npc-left": this.#deps.npcLeft(this, event); break;
        case "npc-came": this.#deps.soft.npc(event.npc.id, { room: event.room, goneUntilMs: event.goneUntilMs }, { area: this.id, epoch: this.epoch }); break;
        case "npc-moved":
        case "npc-gone":
        case "npc-returned": {
          const npc = this.area.npcs.get(event.npc);
          if (npc !== undefined) this.#deps.soft.npc(npc.id, { room: npc.room, goneUntilMs: npc.goneUntilMs }, { area: this.id, epoch: this.epoch });
          break;
        }
        default: break;
      }
    }
  }

  #listOnline(id: CharacterId): void {
    const character = this.area.characters.get(id);
    if (character === undefined) return;
    this.#deps.online.set({ id, name: character.name, role: character.role, guest: character.guest, afk: character.afk, areaName: this.area.def.name, area: this.id });
  }

  #gone(id: CharacterId, towards?: AreaId): void {
    this.#lastSeenMs = this.#deps.clock.nowMs();
    this.#deps.online.remove(id, this.id, towards);
    this.#replies.forget(id);
    this.#attendance.left(id);
    this.#notices.forget(id);
    this.#entrance.left(id);
  }
}
