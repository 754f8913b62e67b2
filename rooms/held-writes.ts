/**
 * What is sent to clients is held until what the event loop does just now is done, with all promises that it settles, and leaves as one write to
 * each: an answer, what was said meanwhile and what has changed cost one call of the system instead of three, and so does what many commits that end
 * together have for one client. It does not wait for what else the loop has to do in this turn, which on a busy server is milliseconds
 * (docs/performance.md), and where it goes to very many, whoever waits for an answer does not wait for all of them. Frames are made here, header and payload in one buffer, and one that goes to many is made once
 * (RFC 6455, section 5.2; a server's frames are not masked).
 */
import type { Client } from "@colyseus/core";
import { ChurnSet } from "../src/churn.ts";
import { MAX_WRITES_AT_ONCE, WRITES_PUT_OFF_FOR_TURNS } from "../src/limits.ts";

const OPEN = 1;
const FIN_BINARY = 0x82;

/** A socket of `ws`. `_socket` is not in its types; without it, or with an extension, everything goes by `send`. */
interface Wire {
  readonly readyState: number;
  readonly extensions: string;
  readonly _socket?: { write(bytes: Buffer): unknown } | null;
  close(code?: number, reason?: string): void;
}

/** Whether a connection is up, as far as this process has heard. */
export const isOpen = (client: Client): boolean => (client.ref as unknown as Wire).readyState === OPEN;

export class HeldWrites {
  readonly #held = new WeakMap<Wire, HeldClient>();
  readonly #first = new ChurnSet<() => void>();
  /** What the event loop does just now sends to these. */
  #waiting: HeldClient[] = [];
  /** There were too many for one go: their turn comes in order, and may have come by something sent later. Each is here once. */
  #rest: HeldClient[] = [];
  #scheduled = false;
  #data: Uint8Array | null = null;
  #framed: Buffer = Buffer.alloc(0);

  /** From now on what is sent to this client is held, behind what others of the same connection have sent. */
  hold(client: Client): void {
    const wire = client.ref as unknown as Wire;
    if (typeof wire._socket?.write !== "function" || wire.extensions !== "") return;
    const held = this.#held.get(wire) ?? this.#hold(wire);
    client.raw = (data: Uint8Array) => {
      if (held.add(this.#frame(data))) this.#waiting.push(held);
      this.#soon();
    };
  }

  #hold(wire: Wire): HeldClient {
    const held = new HeldClient(wire);
    this.#held.set(wire, held);
    // Nothing may follow the frame that closes.
    const close = wire.close.bind(wire);
    wire.close = (code?: number, reason?: string): void => {
      this.#doFirst();
      held.send();
      close(code, reason);
    };
    return held;
  }

  /** Does something before anything more is sent, once however often it is asked for. */
  before(run: () => void): void {
    this.#first.add(run);
    this.#soon();
  }

  #doFirst(): void {
    for (const run of this.#first) run();
    this.#first.clear();
  }

  #soon(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the promises that are settled now, and what they settle: ticks come before those, but for one that is asked for among them.
    queueMicrotask(() => process.nextTick(() => {
      this.#scheduled = false;
      const waiting = this.#waiting;
      this.#waiting = [];
      this.#data = null;
      if (waiting.length > MAX_WRITES_AT_ONCE) this.#putOff(waiting.splice(MAX_WRITES_AT_ONCE));
      this.#send(waiting);
    }));
  }

  #putOff(clients: readonly HeldClient[]): void {
    // As long as there are any, they go on by themselves.
    if (this.#rest.length === 0) setImmediate(() => this.#goOn());
    for (const held of clients) {
      held.putOff = true;
      if (!held.inRest) this.#rest.push(held);
      held.inRest = true;
    }
  }

  /** The next of those who were too many, once whoever has sent something meanwhile has been read. */
  #goOn(): void {
    const next = this.#rest.splice(0, Math.max(MAX_WRITES_AT_ONCE, Math.ceil(this.#rest.length / WRITES_PUT_OFF_FOR_TURNS)));
    for (const held of next) held.inRest = false;
    if (this.#rest.length > 0) setImmediate(() => this.#goOn());
    this.#send(next);
  }

  #send(clients: readonly HeldClient[]): void {
    this.#doFirst();
    for (const held of clients) held.send();
  }

  /** A copy: the same bytes sent again are not framed again, and whoever made them may go on using theirs after this turn. */
  #frame(data: Uint8Array): Buffer {
    if (data !== this.#data) {
      this.#framed = frameOf(data);
      this.#data = data;
    }
    return this.#framed;
  }
}

/** What waits for one client. */
class HeldClient {
  /** It waits among those who were too many: what is sent to it next takes it along. */
  putOff = false;
  /** Its turn among them is still to come, whatever has been sent to it meanwhile. */
  inRest = false;
  readonly #wire: Wire;
  #first: Buffer | null = null;
  /** Hardly ever any: made when there is one. */
  #more: Buffer[] | null = null;

  constructor(wire: Wire) {
    this.#wire = wire;
  }

  /** True for the first of a turn. */
  add(frame: Buffer): boolean {
    if (this.#first === null) {
      this.#first = frame;
      return true;
    }
    if (this.#more === null) this.#more = [frame];
    else this.#more.push(frame);
    const wasPutOff = this.putOff;
    this.putOff = false;
    return wasPutOff;
  }

  send(): void {
    const [first, more] = [this.#first, this.#more];
    this.#first = null;
    this.#more = null;
    this.putOff = false;
    // Gone meanwhile: it will ask for what it has missed.
    if (first === null || this.#wire.readyState !== OPEN) return;
    this.#wire._socket?.write(more === null ? first : Buffer.concat([first, ...more]));
  }
}

function frameOf(data: Uint8Array): Buffer {
  const { length } = data;
  const head = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(head + length);
  frame[0] = FIN_BINARY;
  if (head === 2) frame[1] = length;
  else if (head === 4) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
  frame.set(data, head);
  return frame;
}
