/** Carries an area's doings to its clients: synced state, lines once per tick, personal lines at once, transfers. */
import type { Client } from "@colyseus/core";
import { StateView } from "@colyseus/schema";
import type { DomainEvent } from "../src/engine/events.ts";
import type { CharacterId, RoomId } from "../src/engine/ids.ts";
import type { HeardLine } from "../src/engine/staff.ts";
import { CUT_MISSES_MS, MAX_BUFFERED_BYTES, PERSONAL_LINE_FRESH_MS, PERSONAL_LINES_KEPT, REPORT_LINES } from "../src/limits.ts";
import type { ErrorCode } from "../src/protocol/codes.ts";
import type { RoomMessage } from "../src/protocol/server-messages.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { LineRecorder } from "../src/runtime/line-recorder.ts";
import type { OutLine, Outlet, Seat } from "../src/runtime/outlet.ts";
import type { Clock } from "../src/runtime/ports.ts";
import { linesAfter, RoomLines, type KeptLine } from "../src/session/room-lines.ts";
import type { Projection } from "../schema/project.ts";
import { Deliveries } from "./deliveries.ts";
import { encodeLine, eventsFrame, linesIn, readRecorded } from "./frames.ts";
import { LineQueue } from "./line-queue.ts";

/** A connection closed because it did not read what was sent to it; it may come back and read on. */
export const CLOSE_SLOW = 4408;
/** Another connection has taken the character over; this one must not come back by itself. */
export const CLOSE_REPLACED = 4409;
/** The area is not served here any more; come in again. */
export const CLOSE_MOVED = 4410;

interface Listener {
  readonly client: Client;
  room: RoomId;
}

interface PersonalLine {
  readonly message: RoomMessage;
  readonly atMs: number;
}

/** A line in the two shapes it is sent in. */
interface EncodedLine {
  readonly message: RoomMessage;
  readonly bytes: Buffer;
}

const heardLine = ({ message, message_type, sender }: RoomMessage): HeardLine => ({ text: message, type: message_type, ...(sender === undefined ? {} : { sender }) });

export class AreaOutlet implements Outlet {
  readonly #active: ActiveArea;
  readonly #projection: Projection;
  readonly #describe: (room: RoomId) => string;
  readonly #listeners = new Map<CharacterId, Listener>();
  readonly #lines = new Map<RoomId, RoomLines<EncodedLine>>();
  /** Lines of earlier owners, by room, once somebody has asked for them. */
  readonly #earlier = new Map<RoomId, readonly KeptLine<RoomMessage | null>[]>();
  /** Looks for them that are under way: after a crash everybody comes back in the same moment. */
  readonly #looking = new Map<RoomId, Promise<void>>();
  readonly #queue: LineQueue<Client>;
  readonly #recorder: LineRecorder | null;
  /** Personal lines kept for whoever takes over, by character; bounded each. */
  readonly #personal = new Map<CharacterId, PersonalLine[]>();
  readonly #onClosed: (reason: string) => void;
  readonly #clock: Clock;
  readonly #deliveries: Deliveries;
  #personalCount = 0;

  /** `describe` words a room as it is now. */
  constructor(active: ActiveArea, projection: Projection, describe: (room: RoomId) => string, onClosed: (reason: string) => void, clock: Clock, recorder: LineRecorder | null, deliveries = new Deliveries()) {
    this.#deliveries = deliveries;
    this.#clock = clock;
    this.#recorder = recorder;
    this.#queue = new LineQueue({ listeners: (room) => this.#listenersIn(room), send: (client, frame) => this.#send(client, frame), recorder });
    this.#active = active;
    this.#describe = describe;
    this.#projection = projection;
    this.#onClosed = onClosed;
  }

  // ---- connections

  clientOf(id: CharacterId): Client | undefined {
    return this.#listeners.get(id)?.client;
  }

  /** The connection of a character that is here; its view is what the character sees. */
  attach(id: CharacterId, room: RoomId, client: Client): void {
    this.#listeners.set(id, { client, room });
    const view = new StateView();
    client.view = view;
    this.#see(client, room, true);
    const self = this.#projection.view.selves.get(id);
    if (self !== undefined) view.add(self);
  }

  /** Forgets a connection, if it is still the character's. */
  detach(id: CharacterId, client: Client): boolean {
    if (this.#listeners.get(id)?.client !== client) return false;
    this.#listeners.delete(id);
    return true;
  }

  /** True when the client's room or own character changed since the last patch. */
  concerns(client: Client): boolean {
    const id = (client.auth as { characterId?: CharacterId } | undefined)?.characterId;
    const listener = id === undefined ? undefined : this.#listeners.get(id);
    // On its way out, into another area or replaced: it sees nothing more. Before it is let in Colyseus asks not.
    if (id === undefined || listener === undefined || listener.client !== client) return false;
    const { rooms, selves } = this.#projection.touched;
    return rooms.has(listener.room) || selves.has(id);
  }

  patched(): void {
    this.#projection.touched.rooms.clear();
    this.#projection.touched.selves.clear();
  }

  // ---- lines

  linesOf(room: RoomId): RoomLines<EncodedLine> {
    let lines = this.#lines.get(room);
    if (lines === undefined) {
      lines = new RoomLines(this.#active.epoch);
      this.#lines.set(room, lines);
      this.#recorder?.add(room, { line: lines.first, except: [], bytes: null });
    }
    return lines;
  }

  room(room: RoomId, line: OutLine, except: readonly CharacterId[]): void {
    const kept = this.linesOf(room).push(except, (number) => this.#encode(line, room, line.id ?? `${room}:${number}`, number));
    this.#recorder?.add(room, { line: kept.line, except, bytes: kept.value.bytes });
    this.#queue.add(room, except, kept.value.bytes);
  }

  personal(id: CharacterId, line: OutLine): void {
    const room = this.#listeners.get(id)?.room ?? this.#active.area.characters.get(id)?.room;
    if (room === undefined) return;
    this.#personalCount += 1;
    const encoded = this.#encode(line, room, line.id ?? `${id}:${this.#active.id}:${this.#active.epoch}:${this.#personalCount}`);
    this.#keep(id, encoded.message);
    const listener = this.#listeners.get(id);
    if (listener === undefined) return;
    this.#queue.addPersonal(listener.room, id, listener.client, encoded.bytes);
  }

  #keep(id: CharacterId, message: RoomMessage): void {
    const line = { message, atMs: this.#clock.nowMs() };
    const kept = this.#personal.get(id);
    if (kept === undefined) this.#personal.set(id, [line]);
    else if (kept.push(line) > PERSONAL_LINES_KEPT) kept.shift();
  }

  recent(id: CharacterId): readonly RoomMessage[] {
    const sinceMs = this.#clock.nowMs() - PERSONAL_LINE_FRESH_MS;
    return (this.#personal.get(id) ?? []).filter(({ atMs }) => atMs >= sinceMs).map(({ message }) => message);
  }

  brought(id: CharacterId, lines: readonly RoomMessage[]): void {
    if (lines.length === 0) return;
    // Whoever had a seat and never came is not waited for.
    const beforeMs = this.#clock.nowMs() - CUT_MISSES_MS;
    for (const [other, kept] of this.#personal) {
      if (!this.#active.area.characters.has(other) && (kept.at(-1)?.atMs ?? 0) < beforeMs) this.#personal.delete(other);
    }
    for (const line of lines) this.#keep(id, line);
    const listener = this.#listeners.get(id);
    if (listener !== undefined) this.#send(listener.client, eventsFrame(lines.map((line) => encodeLine({ ...line, replayed: true }))));
  }

  /** Once a tick: what was said in each room goes to everybody in it as one frame. */
  flush(): void {
    this.#queue.flush();
  }

  *#listenersIn(room: RoomId): Iterable<readonly [CharacterId, Client]> {
    for (const id of this.#active.area.rooms.get(room)?.characters ?? []) {
      const client = this.#listeners.get(id)?.client;
      if (client !== undefined) yield [id, client];
    }
  }

  /** Whoever left off at a line of an earlier owner of the area is about to come: looks for what they have missed. */
  async lookBack(room: RoomId, line: number): Promise<void> {
    if (this.#recorder === null || this.#earlier.has(room) || !this.#active.area.rooms.has(room) || line >= this.linesOf(room).first) return;
    let look = this.#looking.get(room);
    if (look === undefined) {
      look = this.#readEarlier(this.#recorder, room).finally(() => this.#looking.delete(room));
      this.#looking.set(room, look);
    }
    await look;
  }

  async #readEarlier(recorder: LineRecorder, room: RoomId): Promise<void> {
    const recorded = await recorder.read(room, this.linesOf(room).first);
    // Nobody can tell now: whoever comes next asks again.
    if (recorded === undefined) return;
    this.#earlier.set(room, readRecorded(recorded));
  }

  /** The room's lines after one that was heard there, and whether these are all. */
  missed(room: RoomId, line: number): { readonly lines: readonly KeptLine<RoomMessage>[]; readonly complete: boolean } {
    const lines = this.linesOf(room);
    const own = lines.since(line);
    const ours = own.lines.map((kept) => ({ ...kept, value: kept.value.message }));
    if (line >= lines.first) return { lines: ours, complete: own.complete };
    const before = linesAfter(this.#earlier.get(room) ?? [], line);
    return { lines: [...before.lines, ...ours], complete: before.complete && lines.whole };
  }

  /**
   * Sends what a client has not had: lines of a room that it has left meanwhile, the room's lines after `line` (null:
   * none), and the newest personal ones, which it has missed or can drop by their id.
   */
  replay(id: CharacterId, room: RoomId, line: number | null, before: readonly RoomMessage[] = []): void {
    const client = this.#listeners.get(id)?.client;
    if (client === undefined) return;
    // What has yet to be sent in the room is among it.
    if (line !== null) this.#queue.takeOut(id, room, null);
    const missed = line === null ? [] : this.missed(room, line).lines.filter((kept) => !kept.except.includes(id)).map((kept) => kept.value);
    const personal = (this.#personal.get(id) ?? []).map((kept) => kept.message);
    const again = [...before, ...missed, ...personal].map((message) => encodeLine(line === null ? message : { ...message, replayed: true }));
    if (again.length > 0) this.#send(client, eventsFrame(again));
  }

  /** Sends lines that a client may have missed, and drops by their ids otherwise. */
  again(id: CharacterId, lines: readonly OutLine[]): void {
    const listener = this.#listeners.get(id);
    if (listener === undefined || lines.length === 0) return;
    const messages = lines.flatMap((line) => (line.id === undefined ? [] : { ...this.#encode(line, listener.room, line.id).message, replayed: true }));
    this.#send(listener.client, eventsFrame(messages.map((message) => encodeLine(message))));
  }

  #encode(line: OutLine, room: RoomId, id: string, number?: number): EncodedLine {
    const message: RoomMessage = {
      type: "room_message", id, ...(number === undefined ? {} : { line: number }), room_id: room, message: line.text, message_type: line.type,
      ...(line.sender === undefined ? {} : { sender: line.sender }), ...(line.channel === undefined ? {} : { channel: line.channel }),
      ...(line.refs.length === 0 ? {} : { refs: line.refs.map((ref) => ({ ...ref })) }),
    };
    return { message, bytes: encodeLine(message) };
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
      if (event.type === "character-moved") this.#moved(event.character, event.from, event.to, event.toArea === this.#active.id);
      if (event.type === "character-withdrew") this.#personal.delete(event.character);
    }
  }

  #moved(id: CharacterId, from: RoomId, to: RoomId, within: boolean): void {
    const listener = this.#listeners.get(id);
    if (listener === undefined) return;
    // What was said until now was heard there, and what was said over there before was not.
    this.#queue.takeOut(id, from, listener.client);
    if (within) this.#queue.takeOut(id, to, null);
    this.#see(listener.client, from, false);
    if (!within) return;
    this.#see(listener.client, to, true);
    listener.room = to;
    this.#projection.startsAt(id, this.linesOf(to).last);
  }

  #see(client: Client, room: RoomId, visible: boolean): void {
    const view = this.#projection.view.rooms.get(room);
    if (view === undefined || client.view === undefined) return;
    if (visible) client.view.add(view);
    else client.view.remove(view);
  }

  transfer(id: CharacterId, seat: Seat, room: RoomId): void {
    const listener = this.#listeners.get(id);
    const client = listener?.client;
    if (listener !== undefined) this.#queue.takeOut(id, listener.room, listener.client);
    this.#personal.delete(id);
    // What becomes of the old connection is no longer the character's, who may even be back before it ends.
    this.#listeners.delete(id);
    client?.send("transfer", { type: "transfer", seat, room_id: room });
  }

  heardIn(room: RoomId): HeardLine[] {
    return this.linesOf(room).newest(REPORT_LINES).map(({ value }) => heardLine(value.message));
  }

  heard(id: CharacterId): HeardLine[] {
    const room = this.#active.area.characters.get(id)?.room;
    if (room === undefined) return [];
    const said = this.linesOf(room).newest(REPORT_LINES).filter(({ except }) => !except.includes(id)).map(({ value }) => value.message);
    // Personal lines have no place among those of the room; they come after, marked by their type.
    return [...said, ...this.recent(id)].slice(-REPORT_LINES).map(heardLine);
  }

  dismiss(id: CharacterId, closeCode: number, reason?: ErrorCode): void {
    const listener = this.#listeners.get(id);
    const client = listener?.client;
    // What was said to it last, and above all why it has to go, is not left waiting for the tick.
    if (listener !== undefined) this.#queue.takeOut(id, listener.room, listener.client);
    this.#listeners.delete(id);
    // The reply to whatever ended it (`quit`) is on its way and leaves first.
    if (client !== undefined) setImmediate(() => client.leave(closeCode, reason));
  }

  closed(reason: string): void {
    this.#queue.finish();
    this.#onClosed(reason);
  }
}
