/** Carries an area's doings to its clients: synced state, lines once per tick, personal lines at once, transfers. */
import type { Client } from "@colyseus/core";
import type { StateView } from "@colyseus/schema";
import type { DomainEvent } from "../src/engine/events.ts";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import type { HeardLine } from "../src/engine/staff.ts";
import { MAX_BUFFERED_BYTES, PATCH_MS, REPORT_LINES } from "../src/limits.ts";
import type { ErrorCode } from "../src/protocol/codes.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { LineRecorder, PersonalLine, PersonalRecorder } from "../src/runtime/line-recorder.ts";
import type { MissedLines, OutLine, Outlet, Seat } from "../src/runtime/outlet.ts";
import type { Clock } from "../src/runtime/ports.ts";
import type { Projection } from "../schema/project.ts";
import { AreaLines } from "./area-lines.ts";
import type { Deliveries } from "./deliveries.ts";
import { encodeLine, eventsFrame, linesIn, messageOf } from "./frames.ts";
import { LineQueue } from "./line-queue.ts";
import { Listeners } from "./listeners.ts";
import { PersonalLines } from "./personal-lines.ts";
import type { SameConnection } from "./same-connection.ts";
import { ViewPool } from "./view-pool.ts";
import { OF_ITS_OWN, type Views } from "./view-serializer.ts";

/** A connection closed because it did not read what was sent to it; it may come back and read on. */
export const CLOSE_SLOW = 4408;
/** Another connection has taken the character over; this one must not come back by itself. */
export const CLOSE_REPLACED = 4409;
/** The area is not served here any more; come in again. */
export const CLOSE_MOVED = 4410;

interface Listener {
  readonly id: CharacterId;
  readonly client: Client;
  room: RoomId;
  /** It has been sent all that it sees, and hears of what changes. */
  shown: boolean;
}

export interface AreaOutletDeps {
  readonly active: ActiveArea;
  readonly projection: Projection;
  /** Words a room as it is now. */
  readonly describe: (room: RoomId) => string;
  readonly onClosed: (reason: string) => void;
  readonly clock: Clock;
  readonly recorder: (LineRecorder & PersonalRecorder) | null;
  readonly deliveries: Deliveries;
  /** Writes what waits for the recorder before anything more is sent. */
  readonly recordFirst: () => void;
  readonly connections: Pick<SameConnection, "isAble" | "canTake" | "mayKeep" | "take">;
}

const heardLine = ({ message, message_type, sender }: RoomMessage): HeardLine => ({ text: message, type: message_type, ...(sender === undefined ? {} : { sender }) });

export class AreaOutlet implements Outlet {
  readonly #active: ActiveArea;
  readonly #projection: Projection;
  readonly #describe: (room: RoomId) => string;
  readonly #listeners = new Listeners<Listener>();
  readonly #viewPool = new ViewPool();
  readonly lines: AreaLines;
  readonly #queue: LineQueue<Client>;
  readonly #recordFirst: () => void;
  readonly #recorder: (LineRecorder & PersonalRecorder) | null;
  readonly #personal: PersonalLines;
  readonly #onClosed: (reason: string) => void;
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  readonly #connections: AreaOutletDeps["connections"];
  #personalCount = 0;
  #viewsMoved = false;

  constructor({ active, projection, describe, onClosed, clock, recorder, deliveries, recordFirst, connections }: AreaOutletDeps) {
    this.#deliveries = deliveries;
    this.#clock = clock;
    this.#personal = new PersonalLines(clock);
    this.#recordFirst = recordFirst;
    this.#recorder = recorder;
    this.#queue = new LineQueue({ listeners: (room, each) => this.#listenersIn(room, each), send: (client, frame) => this.#send(client, frame), recorder, recordFirst });
    this.#active = active;
    this.lines = new AreaLines({ epoch: active.epoch, clock, recorder, hasRoom: (room) => active.area.rooms.has(room), peopleIn: (room) => active.area.rooms.get(room)?.characters ?? [], awaitsSomebody: () => this.#listeners.lackSomebodyOf(active.area.characters.size) });
    this.#describe = describe;
    this.#projection = projection;
    this.#onClosed = onClosed;
    this.#connections = connections;
  }

  // ---- connections

  clientOf(id: CharacterId): Client | undefined {
    return this.#listeners.get(id)?.client;
  }

  /** The connection of a character that is here; its view is what the character sees. */
  attach(id: CharacterId, room: RoomId, client: Client): void {
    this.#blind(id);
    this.#listeners.set(id, { id, client, room, shown: false });
    client.view = this.#viewPool.take();
  }

  /** Gives a client's view what it sees, when it is about to be sent all of it: what is given earlier may have changed by then. */
  #show(client: Client): void {
    const listener = this.#listenerOf(client);
    if (listener === undefined || listener.shown) return;
    listener.shown = true;
    this.#see(client, listener.room, true);
    const self = this.#projection.view.selves.get(listener.id);
    if (self !== undefined) client.view!.add(self);
  }

  /** Undefined: on its way out, into another area or replaced. */
  #listenerOf(client: Client): Listener | undefined {
    const id = (client.auth as { characterId?: CharacterId } | undefined)?.characterId;
    const listener = id === undefined ? undefined : this.#listeners.get(id);
    return listener?.client === client ? listener : undefined;
  }

  /** Forgets a connection, if it is still the character's. */
  detach(id: CharacterId, client: Client): boolean {
    if (this.#listeners.get(id)?.client !== client) return false;
    this.#forget(id);
    return true;
  }

  #forget(id: CharacterId): void {
    this.#blind(id);
    this.#listeners.delete(id);
  }

  /** The character's connection, if it has one, which is its no longer; what waits for the tick is sent to it first. */
  #letGo(id: CharacterId): Client | undefined {
    const listener = this.#listeners.get(id);
    if (listener !== undefined) this.#queue.takeOut(id, listener.room, listener.client);
    this.#forget(id);
    return listener?.client;
  }

  /** A character's connection, if it has one, sees nothing of the area any more but what everybody sees. */
  #blind(id: CharacterId): void {
    const listener = this.#listeners.get(id);
    const view = listener?.client.view;
    if (listener === undefined || view === undefined) return;
    (listener.client as { view?: StateView | undefined }).view = undefined;
    const { rooms, selves } = this.#projection.view;
    this.#viewPool.giveBack(view, listener.shown ? [rooms.get(listener.room), selves.get(id)] : []);
  }

  /** For the serializer. */
  readonly views: Views = {
    show: (client) => this.#show(client),
    concern: (client) => this.#concern(client),
    moved: () => this.#viewsMoved,
    patched: () => {
      this.#projection.touched.rooms.clear();
      this.#projection.touched.selves.clear();
      this.#viewsMoved = false;
    },
  };

  /** What changed since the last patch of what the client sees: its room, its own character, or neither. */
  #concern(client: Client): RoomId | typeof OF_ITS_OWN | null {
    const listener = this.#listenerOf(client);
    // It sees nothing more. Before it is let in Colyseus asks not.
    if (listener === undefined) return null;
    const { rooms, selves } = this.#projection.touched;
    return selves.has(listener.id) ? OF_ITS_OWN : rooms.has(listener.room) ? listener.room : null;
  }

  // ---- lines

  room(room: RoomId, line: OutLine, except: readonly CharacterId[]): void {
    const { bytes } = this.lines.push(room, except, (number) => encodeLine(messageOf(line, room, line.id ?? `${room}:${number}`, number)));
    this.#queue.add(room, except, bytes);
  }

  personal(id: CharacterId, ...lines: readonly OutLine[]): void {
    const room = this.#listeners.get(id)?.room ?? this.#active.area.characters.get(id)?.room;
    if (room === undefined || lines.length === 0) return;
    const messages = lines.map((line) => {
      this.#personalCount += 1;
      return messageOf(line, room, line.id ?? `${id}:${this.#active.id}:${this.#active.epoch}:${this.#personalCount}`);
    });
    this.#personal.keep(id, messages);
    for (const [index, line] of lines.entries()) this.#record(id, { ...line, id: messages[index]!.id });
    const listener = this.#listeners.get(id);
    if (listener === undefined) return;
    this.#queue.addPersonal(listener.room, id, listener.client, messages.map((message) => encodeLine(message)));
  }

  /** Before it is sent, and before whoever said it has their answer. */
  #record(id: CharacterId, line: PersonalLine): void {
    const name = this.#active.area.characters.get(id)?.name;
    if (this.#recorder === null || name === undefined || line.recorded === true || !this.#recorder.addPersonal(id, name, line)) return;
    void this.#recorder.write();
  }

  recent(id: CharacterId): readonly RoomMessage[] {
    return this.#personal.fresh(id, { toGo: true });
  }

  brought(id: CharacterId, lines: readonly RoomMessage[], seat: string | null = null): void {
    if (lines.length === 0) return;
    this.#personal.sweep((other) => this.#active.area.characters.has(other));
    this.#personal.keep(id, lines, seat);
    const listener = this.#listeners.get(id);
    if (listener !== undefined) this.#sendLines(listener.client, lines, true);
  }

  /** Once a tick, `patches` when it brings patches (`LineQueue.flush`). True when something was said. */
  flush(nowMs: number, patches: boolean): boolean {
    return this.#queue.flush(nowMs, patches);
  }

  /** How long the next patch has to wait for after one that changed something, in ms: where a room is lively for as long as its lines, with which it goes. */
  get patchMs(): number {
    return this.#queue.livelyMs ?? PATCH_MS;
  }

  /** Does something in the same turn in which this tick's lines are sent. */
  along(run: () => void): void {
    this.#queue.along(run);
  }

  #listenersIn(room: RoomId, each: (id: CharacterId, client: Client) => void): void {
    for (const id of this.#active.area.rooms.get(room)?.characters ?? []) {
      const client = this.#listeners.get(id)?.client;
      if (client !== undefined) each(id, client);
    }
  }

  /** What a character that has left the area missed of it after a line that it heard in one of its rooms. */
  async left(id: CharacterId, room: RoomId, line: number): Promise<MissedLines> {
    await this.lines.lookBack(room, line);
    const { left, here, complete } = this.lines.since(id, { room, line });
    return { lines: [...left, ...here], complete };
  }

  async recorded(): Promise<void> {
    await this.#recorder?.write();
  }

  stayed(id: CharacterId): void {
    this.lines.stayed(id);
  }

  /** Sends lines of rooms to a client that has missed them; `again` says so of each. Nothing that waits in its room waits for it any longer. */
  catchUp(id: CharacterId, lines: readonly RoomMessage[], again: boolean): void {
    const listener = this.#listeners.get(id);
    if (listener === undefined) return;
    // What has yet to be sent in the room is among it.
    this.#queue.takeOut(id, listener.room, null);
    if (lines.length === 0) return;
    // Some of it may have been said in this very tick: nobody reads what is not on its way to the recorder.
    this.#recordFirst();
    this.#sendLines(listener.client, lines, again);
  }

  #sendLines(client: Client, lines: readonly RoomMessage[], again: boolean): void {
    this.#send(client, eventsFrame(lines.map((message) => encodeLine(again ? { ...message, replayed: true } : message))));
  }

  /**
   * Sends the newest personal lines, and those that were recorded elsewhere, which a client has missed or can drop by their ids; `seat` is
   * the one that it came by.
   */
  personalAgain(id: CharacterId, again: boolean, recorded: readonly PersonalLine[], seat: string): void {
    this.again(id, this.unknownOf(id, recorded));
    const due = this.#personal.missedBy(id, seat);
    const listener = this.#listeners.get(id);
    // Nothing waits for the recorder: of these, what is recorded was so when it was said.
    if (listener !== undefined && due.length > 0) this.#sendLines(listener.client, due, again);
  }

  /** Those of a character's personal lines that did not come by here. */
  unknownOf(id: CharacterId, lines: readonly PersonalLine[]): readonly PersonalLine[] {
    if (lines.length === 0) return lines;
    const known = this.#personal.idsOf(id);
    return lines.filter((line) => !known.has(line.id));
  }

  /** Sends lines that a client may have missed, and drops by their ids otherwise. */
  again(id: CharacterId, lines: readonly OutLine[]): void {
    const listener = this.#listeners.get(id);
    if (listener === undefined || lines.length === 0) return;
    const messages = lines.flatMap((line) => (line.id === undefined ? [] : { ...messageOf(line, listener.room, line.id), replayed: true }));
    this.#send(listener.client, eventsFrame(messages.map((message) => encodeLine(message))));
  }

  /** Sends, unless the client does not read: then it is cut, and resumes when it can. */
  #send(client: Client, frame: Buffer): void {
    if ((client.ref as { bufferedAmount?: number }).bufferedAmount! > MAX_BUFFERED_BYTES) {
      this.#deliveries.slowCuts += 1;
      client.leave(CLOSE_SLOW);
      return;
    }
    this.#deliveries.frames += 1;
    this.#deliveries.lines += linesIn(frame);
    client.enqueueRaw(frame);
  }

  // ---- the area's doings

  applied(events: readonly DomainEvent[]): void {
    for (const event of events) {
      this.#projection.apply(event, this.#describe);
      switch (event.type) {
        case "character-entered": {
          const { id, room } = event.character;
          // What was said there before was not heard by it.
          this.#queue.takeOut(id, room, null);
          this.lines.came(id, room, true);
          break;
        }
        case "character-moved": this.#moved(event.character, event.from, event.to, event.toArea === this.#active.id); break;
        case "character-withdrew":
          this.lines.went(event.character);
          this.#listeners.parts(event.character);
          this.#personal.forget(event.character);
          break;
        default: break;
      }
    }
  }

  #moved(id: CharacterId, from: RoomId, to: RoomId, within: boolean): void {
    this.lines.went(id);
    if (within) this.lines.came(id, to, false);
    else this.#listeners.parts(id);
    const listener = this.#listeners.get(id);
    // What was said until now was heard there, and what was said over there before was not.
    this.#queue.takeOut(id, from, listener?.client ?? null);
    if (!within) {
      this.#blind(id);
      return;
    }
    this.#queue.takeOut(id, to, null);
    if (listener === undefined) return;
    if (listener.shown) {
      this.#see(listener.client, from, false);
      this.#see(listener.client, to, true);
    }
    listener.room = to;
    this.#projection.startsAt(id, this.lines.of(to).last);
  }

  #see(client: Client, room: RoomId, visible: boolean): void {
    const view = this.#projection.view.rooms.get(room);
    if (view === undefined || client.view === undefined) return;
    this.#viewsMoved = true;
    if (visible) client.view.add(view);
    else client.view.remove(view);
  }

  transfer(id: CharacterId, seat: Seat, room: RoomId, gone?: () => void): void {
    // What becomes of the old connection is no longer the character's, who may even be back before it ends.
    const client = this.#letGo(id);
    this.#personal.forget(id);
    if (gone !== undefined) {
      if (client === undefined) gone();
      else client.ref.once("close", gone);
    }
    if (client === undefined) return;
    const same = gone === undefined && this.#connections.canTake(client, seat);
    // Whoever goes since the area does is waited for until their connection is over.
    const keep = gone === undefined && !same && this.#connections.mayKeep(client);
    client.send("transfer", { type: "transfer", seat, room_id: room, ...(same && { same_connection: true }), ...(keep && { keep }) });
    if (same) this.#connections.take(client, seat);
  }

  sameConnection(id: CharacterId): boolean {
    const client = this.clientOf(id);
    return client !== undefined && this.#connections.isAble(client);
  }

  heardIn(room: RoomId): HeardLine[] {
    return this.lines.newest(room, REPORT_LINES).map(heardLine);
  }

  heard(id: CharacterId): HeardLine[] {
    const room = this.#active.area.characters.get(id)?.room;
    if (room === undefined) return [];
    const said = this.lines.newest(room, REPORT_LINES, id);
    // Personal lines have no place among those of the room; they come after, marked by their type.
    return [...said, ...this.#personal.fresh(id)].slice(-REPORT_LINES).map(heardLine);
  }

  dismiss(id: CharacterId, closeCode: number, reason?: ErrorCode): void {
    // What was said to it last, and above all why it has to go, is not left waiting for the tick.
    const client = this.#letGo(id);
    // The reply to whatever ended it (`quit`) is on its way and leaves first.
    if (client !== undefined) setImmediate(() => client.leave(closeCode, reason));
  }

  closed(reason: string): void {
    this.#queue.finish(this.#clock.nowMs());
    this.#onClosed(reason);
  }
}
