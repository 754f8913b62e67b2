/**
 * Finds connections whose other end is gone without a word: whoever has said nothing since the last look is sent a ping (RFC 6455, section
 * 5.5.2), and is cut off after two that were not answered. In place of the transport's own check, which pings everybody
 * in one go: with a thousand connections the process did nothing else for 20 ms each three seconds.
 */
import { WebSocketTransport } from "@colyseus/ws-transport";
import { LINE_CHECK_SLICES, PINGS_MISSED } from "./limits.ts";

/** Of a WebSocket of `ws`, what is needed of it. */
export interface CheckedSocket {
  on(event: "message" | "pong", heard: () => void): unknown;
  once(event: "close", closed: () => void): unknown;
  ping(): void;
  terminate(): void;
}

interface Line {
  readonly socket: CheckedSocket;
  /** Looks since it was last heard of; the first finds that it was heard, each after it sends a ping. */
  looks: number;
}

export class LineCheck {
  readonly #lines = new Set<Line>();
  /** Those of this round whose turn has yet to come. */
  #waiting: Line[] = [];
  #slice = 0;

  watch(socket: CheckedSocket): void {
    const line: Line = { socket, looks: 0 };
    const heard = (): void => void (line.looks = 0);
    this.#lines.add(line);
    socket.on("message", heard);
    socket.on("pong", heard);
    socket.once("close", () => this.#lines.delete(line));
  }

  /** Looks at a part of all connections; at each once in `LINE_CHECK_SLICES` calls. */
  slice(): void {
    if (this.#slice === 0) this.#waiting = [...this.#lines];
    const share = Math.ceil(this.#waiting.length / (LINE_CHECK_SLICES - this.#slice));
    this.#slice = (this.#slice + 1) % LINE_CHECK_SLICES;
    for (const line of this.#waiting.splice(0, share)) if (this.#lines.has(line)) this.#look(line);
  }

  #look(line: Line): void {
    const { looks } = line;
    line.looks += 1;
    if (looks > PINGS_MISSED) line.socket.terminate();
    else if (looks > 0) line.socket.ping();
  }
}

/** The transport, with this check of its connections. */
export class CheckedTransport extends WebSocketTransport {
  constructor(options: NonNullable<ConstructorParameters<typeof WebSocketTransport>[0]>, check: LineCheck) {
    super({ ...options, pingInterval: 0 });
    this.wss.on("connection", (socket) => check.watch(socket));
  }
}
