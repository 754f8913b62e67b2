/** A wire between two ends that can be cut, held up, half closed, or made to lose what comes back. */
import { connect, createServer, type Socket } from "node:net";

/** `client` opened the connection, `target` took it. */
export type End = "client" | "target";

export interface TcpProxy {
  readonly port: number;
  /** How many connections there are. */
  readonly connections: number;
  /** Connections made from now on go to this port. */
  retarget(port: number): void;
  /** Requests arrive, answers do not, until `mend`. */
  loseAnswers(): void;
  /** Closes every connection now. */
  cut(): void;
  /** Ends connections as a crashed machine's neighbour does (RST); `which` picks some of them. */
  reset(which?: (index: number) => boolean): void;
  /** Nothing passes either way and nobody is told, until `mend` delivers what was held back. */
  blackHole(): void;
  /**
   * The same, and neither end learns that the other has closed, nor closes for it: what is held back is delivered by `mend` all the
   * same, and the end after it, as a network does that was down for a while.
   */
  partition(): void;
  /** Everything arrives this much later, in its order, until `mend`. */
  delay(delayMs: number): void;
  /** Tells that end that nothing more will come; what it still says is delivered. */
  halfClose(end: End): void;
  /** Connections made from now on are refused (closed at once). */
  refuse(): void;
  /** Nothing listens there any more (ECONNREFUSED), and whoever was connected reads RST, as of a process that has died. */
  leave(): void;
  /** Listens again, on the same port. */
  comeBack(): Promise<void>;
  mend(): void;
  close(): Promise<void>;
}

/** Hears what passes, before it is passed on. `connection` numbers the connections from 1. */
export interface Watch {
  sent?(connection: number, bytes: Buffer): void;
  answered?(connection: number, bytes: Buffer): void;
  closed?(connection: number): void;
}

/** One direction of a connection: chunks in their order, each when it is due. */
class Wire {
  readonly #to: Socket;
  /** `bytes` null: the end. */
  #waiting: { bytes: Buffer | null; dueMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  held = false;

  constructor(to: Socket) {
    this.#to = to;
  }

  pass(bytes: Buffer | null, delayMs: number): void {
    if (!this.held && delayMs === 0 && this.#waiting.length === 0) return this.#deliver(bytes);
    this.#waiting.push({ bytes, dueMs: performance.now() + delayMs });
    this.#arm();
  }

  /** Delivers all that waits, now. */
  mend(): void {
    this.held = false;
    const waiting = this.#waiting;
    this.stop();
    for (const { bytes } of waiting) this.#deliver(bytes);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#waiting = [];
  }

  #arm(): void {
    const next = this.#waiting[0];
    if (this.held || next === undefined || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      const nowMs = performance.now();
      while (!this.held && this.#waiting[0] !== undefined && this.#waiting[0].dueMs <= nowMs) this.#deliver(this.#waiting.shift()!.bytes);
      this.#arm();
    }, Math.max(1, next.dueMs - performance.now()));
  }

  #deliver(bytes: Buffer | null): void {
    if (this.#to.destroyed || this.#to.writableEnded) return;
    if (bytes === null) this.#to.end();
    else this.#to.write(bytes);
  }
}

interface Connection {
  readonly client: Socket;
  readonly target: Socket;
  readonly there: Wire;
  readonly back: Wire;
  /** One side has closed, and the network is not there to say so. */
  over: boolean;
  end(): void;
}

/** `at`: where it listens; on a free port of 127.0.0.1 otherwise. */
export async function tcpProxy(firstPort: number, watch: Watch = {}, at: { readonly host: string; readonly port: number } = { host: "127.0.0.1", port: 0 }): Promise<TcpProxy> {
  const connections = new Set<Connection>();
  let targetPort = firstPort;
  let made = 0;
  let losing = false;
  let refusing = false;
  let holding = false;
  let parted = false;
  let delayMs = 0;
  const server = createServer({ allowHalfOpen: true }, (client) => {
    client.on("error", () => client.destroy());
    if (refusing) {
      client.destroy();
      return;
    }
    made += 1;
    const number = made;
    const target = connect({ port: targetPort, host: "127.0.0.1", allowHalfOpen: true });
    const end = (): void => {
      if (parted) {
        connection.over = true;
        return;
      }
      if (!connections.delete(connection)) return;
      connection.there.stop();
      connection.back.stop();
      client.destroy();
      target.destroy();
      watch.closed?.(number);
    };
    const connection: Connection = { client, target, there: new Wire(target), back: new Wire(client), over: false, end };
    connection.there.held = connection.back.held = holding;
    connections.add(connection);
    client.on("data", (bytes) => {
      watch.sent?.(number, bytes);
      connection.there.pass(bytes, delayMs);
    });
    target.on("data", (bytes) => {
      watch.answered?.(number, bytes);
      if (!losing) connection.back.pass(bytes, delayMs);
    });
    client.on("end", () => connection.there.pass(null, delayMs));
    target.on("end", () => connection.back.pass(null, delayMs));
    target.on("error", end);
    for (const socket of [client, target]) socket.on("close", end);
  });
  const listen = (port: number): Promise<void> => new Promise((resolve, reject) => {
    server.once("error", reject).listen(port, at.host, () => {
      server.removeListener("error", reject);
      resolve();
    });
  });
  await listen(at.port);
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const { port } = address;
  const cut = (): void => {
    parted = false;
    for (const { client, target } of connections) {
      client.destroy();
      target.destroy();
    }
  };
  const hold = (held: boolean): void => {
    holding = held;
    for (const { there, back, over, end } of connections) {
      if (held) there.held = back.held = true;
      else {
        there.mend();
        back.mend();
        if (over) end();
      }
    }
  };
  const reset = (which: (index: number) => boolean): void => {
    [...connections].filter((_, index) => which(index)).forEach(({ client, target }) => {
      client.resetAndDestroy();
      target.resetAndDestroy();
    });
  };
  return {
    port,
    get connections() {
      return connections.size;
    },
    retarget: (port) => (targetPort = port),
    loseAnswers: () => (losing = true),
    cut,
    reset: (which = () => true) => reset(which),
    blackHole: () => hold(true),
    partition: () => {
      parted = true;
      hold(true);
    },
    delay: (ms) => (delayMs = ms),
    halfClose: (end) => {
      for (const { there, back } of connections) (end === "client" ? back : there).pass(null, 0);
    },
    refuse: () => (refusing = true),
    leave: () => {
      server.close();
      reset(() => true);
    },
    comeBack: () => listen(port),
    mend: () => {
      losing = refusing = parted = false;
      delayMs = 0;
      hold(false);
    },
    close: async () => {
      cut();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
