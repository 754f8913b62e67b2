/**
 * One connection and the areas that it leads through, one after another. The first begins as Colyseus has it; each further one with a JOIN_ROOM frame and a
 * state of its own, and what came before that frame was of the area before. Colyseus' Room knows only one (it would take that frame for a reconnection), so
 * it never sees the frame and gets a new state to decode into.
 */
import { Protocol, type Room } from "@colyseus/sdk";
import { LEAVE_DEADLINE_MS } from "./bounds.ts";
import { WaystoneError } from "./errors.ts";
import type { KeptLink, Link, LinkEvents, Seat } from "./link.ts";

/** The lower bits of a frame's first byte say what it is; the others belong to it (`PROTOCOL_CODE_MASK`, @colyseus/shared-types 0.18). */
const CODE_MASK = 0x1f;

interface State { readonly constructor: new () => State }
interface Decoder { readonly context: unknown; readonly constructor: new (state: State, context: unknown) => Decoder }
/** What of Colyseus' schema serializer is set anew; its types leave the decoder's context out. */
interface Serializer { state: State; decoder: Decoder }

const closed = (): WaystoneError => new WaystoneError("E_NETWORK", "The connection was closed.");

/** Holds what happens until somebody is there for it. */
class HeldEvents implements LinkEvents {
  #to: LinkEvents | undefined;
  #held: ((to: LinkEvents) => void)[] = [];

  constructor(to?: LinkEvents) {
    this.#to = to;
  }

  deliverTo(to: LinkEvents): void {
    this.#to = to;
    for (const deliver of this.#held) deliver(to);
    this.#held = [];
  }

  message(type: string, payload: unknown): void {
    this.#deliver((to) => to.message(type, payload));
  }

  stateChanged(): void {
    this.#deliver((to) => to.stateChanged());
  }

  closed(code: number, reason: string): void {
    this.#deliver((to) => to.closed(code, reason));
  }

  #deliver(deliver: (to: LinkEvents) => void): void {
    if (this.#to === undefined) this.#held.push(deliver);
    else deliver(this.#to);
  }
}

export class AreaConnection {
  readonly #room: Room<unknown, unknown>;
  /** Of the area that it led into first. */
  readonly first: Link;
  /** Of the area that it leads into now. */
  #link: AreaLink;
  /** Areas that have begun, and that nobody has gone on to yet. */
  readonly #begun: AreaLink[] = [];
  /** The next of them, which somebody waits for. */
  #awaited: PromiseWithResolvers<AreaLink> | undefined;
  #joined = false;
  /** It leads nowhere until it leads on: should the area that it is to lead into be served elsewhere by now, that is said before anything begins. */
  #isKept = false;
  readonly process: string | undefined;

  /** Before the room connects. `process`: which it connects to. */
  constructor(room: Room<unknown, unknown>, process: string | undefined, events: LinkEvents) {
    this.#room = room;
    this.process = process;
    this.first = this.#link = new AreaLink(this, new HeldEvents(events));
    // Its own way of coming back would ask the process that died.
    room.reconnection.enabled = false;
    room.onMessage("*", (type: string | number, payload: unknown) => {
      if (this.#isKept && type === "transfer") this.#next();
      this.#link.events.message(String(type), payload);
    });
    room.onStateChange(() => this.#link.events.stateChanged());
    room.onLeave((code, reason) => {
      this.#link.events.closed(code, reason ?? "");
      this.#awaited?.reject(closed());
    });
  }

  /** When the room has its connection: from now on it may lead on. */
  opened(): void {
    const { events } = this.#room.connection;
    const read = events.onmessage;
    events.onmessage = (frame: { data: ArrayBuffer }) => {
      const begins = ((new Uint8Array(frame.data)[0] ?? 0) & CODE_MASK) === Protocol.JOIN_ROOM;
      if (begins && this.#joined) return this.#begin();
      this.#joined ||= begins;
      read?.(frame);
    };
  }

  /** The next area that it leads into: the server has said that it does. Rejects when it ends before; whoever gives it up ends it. */
  async goOn(events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const link = this.#begun.shift() ?? await this.#nextBegun(signal);
    link.events.deliverTo(events);
    return link;
  }

  async #nextBegun(signal: AbortSignal): Promise<AreaLink> {
    const awaited = this.#awaited = Promise.withResolvers<AreaLink>();
    const abandon = (): void => {
      this.close();
      awaited.reject(signal.reason);
    };
    if (!this.isOpen) awaited.reject(closed());
    else if (signal.aborted) abandon();
    signal.addEventListener("abort", abandon, { once: true });
    try {
      return await awaited.promise;
    } finally {
      signal.removeEventListener("abort", abandon);
      this.#awaited = undefined;
    }
  }

  #begin(): void {
    const serializer = this.#room.serializer as unknown as Serializer;
    const { state, decoder } = serializer;
    this.#link.ends(state);
    serializer.state = new state.constructor();
    serializer.decoder = new decoder.constructor(serializer.state, decoder.context);
    this.#next();
  }

  #next(): void {
    this.#isKept = false;
    this.#link = new AreaLink(this, new HeldEvents());
    if (this.#awaited === undefined) this.#begun.push(this.#link);
    else this.#awaited.resolve(this.#link);
    this.#awaited = undefined;
  }

  keep(): void {
    this.#isKept = true;
    this.send("keep", undefined);
  }

  /** Takes a seat in an area of its process, after having been kept. The server, which may have been told of it before, may have begun already. */
  async take({ roomId, sessionId }: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    if (this.#begun.length === 0) this.send("take", { room_id: roomId, session_id: sessionId });
    // The answer to the step comes over the old connection, and has arrived as well: read now, it is not asked for again.
    else await new Promise((read) => setTimeout(read, 0));
    return await this.goOn(events, signal);
  }

  // ---- for its links

  get state(): unknown {
    return this.#room.state;
  }

  get isOpen(): boolean {
    return this.#room.connection.isOpen;
  }

  send(type: string, payload: unknown): void {
    if (this.isOpen) this.#room.send(type, payload);
  }

  ping(answered: () => void): void {
    this.#room.ping(answered);
  }

  async leave(): Promise<void> {
    if (!this.isOpen) return;
    let stop = (): void => undefined;
    const late = new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, LEAVE_DEADLINE_MS);
      stop = () => clearTimeout(timer);
    });
    await Promise.race([this.#room.leave(true), late]);
    stop();
    this.close();
  }

  close(): void {
    // There is none before the room connects.
    this.#room.connection?.close();
  }
}

/** The part of a connection that is of one area. Once the next has been gone on to it has nothing to end any more. */
class AreaLink implements Link {
  readonly events: HeldEvents;
  readonly #connection: AreaConnection;
  /** What it was like here in the end: the connection leads into another area. */
  #last: { readonly state: unknown } | undefined;
  #isLeft = false;

  constructor(connection: AreaConnection, events: HeldEvents) {
    this.#connection = connection;
    this.events = events;
  }

  ends(state: unknown): void {
    this.#last = { state };
  }

  get state(): unknown {
    return this.#last === undefined ? this.#connection.state : this.#last.state;
  }

  send(type: string, payload: unknown): void {
    if (this.#last === undefined) this.#connection.send(type, payload);
  }

  ping(answered: () => void): void {
    if (!this.#isLeft) this.#connection.ping(answered);
  }

  async leave(): Promise<void> {
    if (!this.#isLeft) await this.#connection.leave();
  }

  drop(): void {
    if (!this.#isLeft) this.#connection.close();
  }

  async goOn(events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const next = await this.#connection.goOn(events, signal);
    this.#isLeft = true;
    return next;
  }

  keep(): KeptLink {
    const connection = this.#connection;
    connection.keep();
    this.#isLeft = true;
    return {
      process: connection.process,
      get isOpen() { return connection.isOpen; },
      take: (seat, events, signal) => connection.take(seat, events, signal),
      close: () => connection.close(),
    };
  }
}
