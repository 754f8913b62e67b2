/** A connection that speaks the wire format itself: thousands of them fit in a process, and cost it less than they cost the server. */
import { randomBytes } from "node:crypto";
import { connect, type Socket } from "node:net";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import { takeSeat, type Connector, type Link, type LinkEvents, type Seat } from "./link.ts";
import { BINARY, clientFrame, CLOSE, FrameReader, PING, pongFrame } from "./websocket-frames.ts";
import { commandMessage, joinedMessage, keepMessage, leaveMessage, lineToReadInto, readMessage, takeMessage, type WireEvents } from "./wire-messages.ts";

/** All sockets of the process read into it, one after another. */
const READ_BUFFER = Buffer.alloc(256 * 1024);
const NEVER_CAME = 1006;

export class RawConnector implements Connector {
  readonly #endpoint: URL;

  constructor(endpoint: string) {
    this.#endpoint = new URL(endpoint);
  }

  async join(token: string, options: JoinOptions, events: LinkEvents): Promise<Link> {
    return this.open(await takeSeat(this.#endpoint.origin, token, { ...options, same_connection: true }), token, events);
  }

  open(seat: Seat, token: string, events: LinkEvents): Link {
    const base = seat.publicAddress === undefined ? this.#endpoint : new URL(`http://${seat.publicAddress}`);
    const path = `${base.pathname.replace(/\/$/, "")}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}&_authToken=${encodeURIComponent(token)}`;
    return new RawLink({ host: base.hostname, port: Number(base.port || "80"), path, process: seat.processId }, events);
  }
}

export class RawLink implements Link, WireEvents {
  readonly #socket: Socket;
  #events: LinkEvents;
  /** Those of the areas that it leads into next. */
  readonly #next: LinkEvents[] = [];
  #isJoined = false;
  #isKept = false;
  readonly process: string | undefined;
  readonly #frames = new FrameReader((opcode, bytes, start, end) => this.#frame(opcode, bytes, start, end));
  /** The answer to the upgrade, until it is complete. */
  #head: string | null = "";
  #closeCode = NEVER_CAME;

  constructor({ host, port, path, process }: { host: string; port: number; path: string; process?: string | undefined }, events: LinkEvents) {
    this.#events = events;
    this.process = process;
    this.#socket = connect({
      host, port, noDelay: true,
      onread: { buffer: READ_BUFFER, callback: (length, buffer) => this.#read(Buffer.from(buffer.buffer, buffer.byteOffset, length)) },
    });
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: ${host}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString("base64")}\r\n\r\n`,
    );
    // What it failed with is told by its closing.
    this.#socket.on("error", () => this.#socket.destroy());
    // Whoever waits for it to lead on waits in vain; where it has led before is left.
    this.#socket.on("close", () => (this.#next.at(-1) ?? this.#events).closed(this.#closeCode));
  }

  get bytesIn(): number {
    return this.#socket.bytesRead;
  }

  get bytesOut(): number {
    return this.#socket.bytesWritten;
  }

  command(command: string, id: string, seq: number): void {
    this.#send(commandMessage(command, id, seq));
  }

  leave(): void {
    this.#send(leaveMessage);
  }

  drop(): void {
    this.#socket.destroy();
  }

  goOn(events: LinkEvents): this {
    this.#next.push(events);
    return this;
  }

  keep(): void {
    this.#isKept = true;
    this.#send(keepMessage);
  }

  take({ roomId, sessionId }: Seat, events: LinkEvents): this {
    if (!(this.#events instanceof HeldEvents)) {
      this.#send(takeMessage(roomId, sessionId));
      return this.goOn(events);
    }
    // The server has been told before, and it has begun. Whoever asks for it is told when what has arrived over the old line is read.
    const held = this.#events;
    setImmediate(() => {
      this.#events = events;
      held.deliverTo(events);
    });
    return this;
  }

  #send(message: Uint8Array): void {
    if (this.#socket.writable) this.#socket.write(clientFrame(message));
  }

  /** Always true: goes on reading. */
  #read(chunk: Buffer): boolean {
    let rest = chunk;
    if (this.#head !== null) {
      const upgraded = this.#upgrade(chunk);
      if (upgraded === undefined) return true;
      rest = upgraded;
    }
    if (rest.length > 0) this.#frames.read(rest);
    return true;
  }

  /** What follows the answer to the upgrade; undefined when that is not all there, or a refusal. */
  #upgrade(chunk: Buffer): Buffer | undefined {
    const before = Buffer.byteLength(this.#head ?? "", "latin1");
    this.#head += chunk.toString("latin1");
    const end = this.#head!.indexOf("\r\n\r\n");
    if (end === -1) return undefined;
    if (!this.#head!.startsWith("HTTP/1.1 101")) {
      this.#socket.destroy();
      return undefined;
    }
    this.#head = null;
    return chunk.subarray(end + 4 - before);
  }

  #frame(opcode: number, bytes: Buffer, start: number, end: number): void {
    if (opcode === BINARY) readMessage(bytes, start, end, this);
    else if (opcode === PING) this.#socket.write(pongFrame(bytes.subarray(start, end)));
    else if (opcode === CLOSE) {
      this.#closeCode = end - start >= 2 ? bytes.readUInt16BE(start) : 1005;
      this.#socket.end(clientFrame(bytes.subarray(start, Math.min(start + 2, end)), CLOSE));
    }
  }

  // ---- messages of the room

  joined(): void {
    // That it is ready for what comes is said once.
    if (!this.#isJoined) this.#send(joinedMessage);
    this.#isJoined = true;
    this.#leadsOn();
  }

  #leadsOn(): void {
    this.#events = this.#next.shift() ?? (this.#isKept ? new HeldEvents() : this.#events);
    this.#isKept = false;
  }

  welcome(welcome: Parameters<LinkEvents["welcome"]>[0]): void {
    this.#events.welcome(welcome);
  }

  lines(count: number, read: Parameters<WireEvents["lines"]>[1]): void {
    for (let left = count; left > 0; left -= 1) {
      read(lineToReadInto);
      this.#events.line(lineToReadInto);
    }
  }

  reply(reply: Parameters<LinkEvents["reply"]>[0]): void {
    this.#events.reply(reply);
  }

  transfer(transfer: Parameters<LinkEvents["transfer"]>[0]): void {
    // The area there is served elsewhere by now: nothing begins.
    if (this.#isKept) this.#leadsOn();
    this.#events.transfer(transfer);
  }
}

/** Of an area that has begun before anybody has gone on to it. */
class HeldEvents implements LinkEvents {
  #held: ((to: LinkEvents) => void)[] = [];

  deliverTo(to: LinkEvents): void {
    for (const deliver of this.#held.splice(0)) deliver(to);
  }

  welcome(welcome: Parameters<LinkEvents["welcome"]>[0]): void {
    this.#held.push((to) => to.welcome(welcome));
  }

  line(line: Parameters<LinkEvents["line"]>[0]): void {
    const copy = { ...line };
    this.#held.push((to) => to.line(copy));
  }

  reply(reply: Parameters<LinkEvents["reply"]>[0]): void {
    this.#held.push((to) => to.reply(reply));
  }

  transfer(transfer: Parameters<LinkEvents["transfer"]>[0]): void {
    this.#held.push((to) => to.transfer(transfer));
  }

  closed(code: number): void {
    this.#held.push((to) => to.closed(code));
  }
}
