/**
 * One connection to an area as bytes: what a player's client sends and reads of Colyseus' protocol, without keeping the
 * synced state. A tenth of the work of the real client, so that hundreds of them leave a machine to its servers.
 */
import { Packr, unpack } from "msgpackr";
import { WebSocket } from "ws";

/** First bytes of frames (`Protocol` of @colyseus/shared-types). */
const JOIN_ROOM = 10;
const ERROR = 11;
const ROOM_DATA = 13;
/** Short msgpack strings begin with their length over this; names of messages are written alike. */
const FIXSTR = 0xa0;
const TYPES = { command: name("command"), keep: name("keep"), take: name("take") };

const packr = new Packr({ useRecords: false });

/** What Colyseus answers to whoever may come in. */
export interface RawSeat {
  readonly sessionId: string;
  readonly roomId: string;
  readonly processId: string;
  readonly publicAddress?: string;
}

export interface WireEvents {
  /** The socket is open (`opened`), the room has let it in (`joined`). */
  readonly opened: () => void;
  readonly joined: () => void;
  /** Lines are counted only: `payload` is undefined for them. */
  readonly message: (type: string, payload: unknown) => void;
  readonly closed: (code: number) => void;
}

function name(type: string): Buffer {
  return Buffer.concat([Buffer.from([ROOM_DATA, FIXSTR | type.length]), Buffer.from(type)]);
}

export class Wire {
  readonly address: string;
  readonly process: string;
  readonly #socket: WebSocket;
  #events: WireEvents;
  /** Those of the areas that it leads into next. */
  readonly #next: WireEvents[] = [];
  #isJoined = false;
  #isKept = false;
  /** What an area says that it leads into, before anybody has gone on to it. */
  #held: ((events: WireEvents) => void)[] | null = null;

  constructor(seat: RawSeat, endpoint: string, token: string, events: WireEvents) {
    this.address = seat.publicAddress ?? endpoint;
    this.process = seat.processId;
    this.#socket = new WebSocket(`ws://${this.address}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}&_authToken=${token}`, { perMessageDeflate: false, skipUTF8Validation: true });
    this.#events = events;
    this.#socket.on("open", events.opened);
    this.#socket.on("message", (frame: Buffer) => this.#read(frame));
    // Whoever waits for it to lead on waits in vain; where it has led before is left.
    this.#socket.on("close", (code) => (this.#next.at(-1) ?? this.#events).closed(code));
    // What went wrong is said by the close that follows.
    this.#socket.on("error", () => undefined);
  }

  get open(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  command(payload: object): void {
    if (this.open) this.#socket.send(Buffer.concat([TYPES.command, packr.pack(payload)]));
  }

  close(): void {
    this.#socket.close();
  }

  /** It leads into another area: what is heard from there on goes to `events`. */
  goOn(events: WireEvents): this {
    this.#next.push(events);
    return this;
  }

  /** Nobody asks anything more of it, until it takes a seat. */
  keep(): void {
    this.#isKept = true;
    if (this.open) this.#socket.send(TYPES.keep);
  }

  /** Takes a seat in an area of the process that it leads to, after having been kept. */
  take({ roomId, sessionId }: RawSeat, events: WireEvents): this {
    const held = this.#held;
    if (held !== null) {
      // The server has been told before, and it has begun. Told when what has arrived over the old line, the answer to the step, is read.
      setImmediate(() => {
        this.#held = null;
        this.#events = events;
        for (const deliver of held) deliver(events);
      });
      return this;
    }
    this.#socket.send(Buffer.concat([TYPES.take, packr.pack({ room_id: roomId, session_id: sessionId })]));
    return this.goOn(events);
  }

  #leadsOn(): void {
    const next = this.#next.shift();
    if (next === undefined && this.#isKept) this.#held = [];
    this.#events = next ?? this.#events;
    this.#isKept = false;
  }

  #tell(deliver: (events: WireEvents) => void): void {
    if (this.#held === null) deliver(this.#events);
    else this.#held.push(deliver);
  }

  #read(frame: Buffer): void {
    if (frame[0] === JOIN_ROOM) {
      this.#leadsOn();
      this.#tell((events) => events.joined());
      // That it is ready for what comes is said once.
      if (!this.#isJoined) this.#socket.send(Buffer.from([JOIN_ROOM]));
      this.#isJoined = true;
      return;
    }
    if (frame[0] === ERROR) {
      this.#socket.close();
      return;
    }
    if (frame[0] !== ROOM_DATA) return;
    const length = frame[1]! & 0x1f;
    const type = frame.toString("latin1", 2, 2 + length);
    // Before anything begins: the area there is served elsewhere by now.
    if (this.#isKept && type === "transfer") this.#leadsOn();
    const payload: unknown = type === "events" ? undefined : unpack(frame.subarray(2 + length));
    this.#tell((events) => events.message(type, payload));
  }
}
