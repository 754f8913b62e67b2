/**
 * The players' ends of their connections, which can be hurt like a wire in between (test/support/tcp-proxy.ts) and cost nothing:
 * 200 players read a thousand frames a second, and each would pass another socket twice. They connect by `ws`, which
 * takes less than Node's own WebSocket. Must be read before anything that reads `@colyseus/sdk`.
 */
import { Socket } from "node:net";
import { WebSocket } from "ws";

type Written = (error?: Error | null) => void;
type Chunks = { chunk: unknown; encoding: BufferEncoding }[];

/** Held, it neither delivers what comes nor sends what is written, and nobody is told. */
class HeldSocket extends Socket {
  #held = false;
  readonly #came: { readonly chunk: unknown; readonly encoding: BufferEncoding | undefined }[] = [];
  readonly #waits: (() => void)[] = [];

  hold(): void {
    this.#held = true;
  }

  /** Passes on what was held back, in its order. */
  mend(): void {
    this.#held = false;
    for (const go of this.#waits.splice(0)) if (!this.destroyed) go();
    for (const { chunk, encoding } of this.#came.splice(0)) if (!this.destroyed) super.push(chunk, encoding);
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (!this.#held) return super.push(chunk, encoding);
    this.#came.push({ chunk, encoding });
    return true;
  }

  override _write(chunk: unknown, encoding: BufferEncoding, done: Written): void {
    this.#pass(() => super._write(chunk, encoding, done));
  }

  override _writev(chunks: Chunks, done: Written): void {
    this.#pass(() => super._writev!(chunks, done));
  }

  override _final(done: Written): void {
    this.#pass(() => super._final(done));
  }

  #pass(go: () => void): void {
    if (this.#held) this.#waits.push(go);
    else go();
  }
}

class PlayersWire {
  readonly #sockets = new Set<HeldSocket>();
  #held = false;

  connect(to: { readonly host?: string; readonly port?: number | string }): Socket {
    const socket = new HeldSocket();
    if (this.#held) socket.hold();
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return socket.connect({ host: to.host ?? "127.0.0.1", port: Number(to.port) });
  }

  /** Nothing passes either way and nobody is told, until `mend` delivers what was held back. */
  blackHole(): void {
    this.#held = true;
    for (const socket of this.#sockets) socket.hold();
  }

  /** Ends connections by RST. */
  reset(which: () => boolean): void {
    for (const socket of [...this.#sockets]) if (which()) socket.resetAndDestroy();
  }

  mend(): void {
    this.#held = false;
    for (const socket of this.#sockets) socket.mend();
  }
}

/** Of all players of this process. */
export const playersWire = new PlayersWire();

class PlayersSocket extends WebSocket {
  constructor(address: string, { headers }: { readonly headers?: Record<string, string> } = {}) {
    super(address, { perMessageDeflate: false, ...(headers === undefined ? {} : { headers }), createConnection: ((to: { host?: string; port?: number }) => playersWire.connect(to)) as never });
  }
}

const ofNode = globalThis.WebSocket;
// Colyseus' client takes what it finds when it is read.
Object.assign(globalThis, { WebSocket: PlayersSocket });
await import("@colyseus/sdk");
Object.assign(globalThis, { WebSocket: ofNode });
