/**
 * One process of the server as if it had a machine of its own: with a wire to the database and one on which the other processes
 * call it, where a fault needs them. Whoever is down is refused there, too.
 */
import { connect } from "node:net";
import { ServerProcess } from "../../test/support/server-process.ts";
import { tcpProxy, type TcpProxy } from "../../test/support/tcp-proxy.ts";

/** Where processes call each other when wires are between them, on the ports they listen on. All of 127.0.0.0/8 is this machine, on Linux. */
const PEERS_HOST = "127.0.0.2";
const LOOK_MS = 10;

export interface MachineWires {
  readonly database: TcpProxy | null;
  readonly peers: TcpProxy | null;
}

/** Which wires there are: each costs time and CPU. */
export interface WiresWanted {
  readonly database: boolean;
  readonly peers: boolean;
}

export class Machine {
  readonly name: string;
  readonly wires: MachineWires;
  readonly #server: ServerProcess;

  private constructor(name: string, server: ServerProcess, wires: MachineWires) {
    this.name = name;
    this.#server = server;
    this.wires = wires;
  }

  /** Starts one on this port; `env` is what all have in common. */
  static async start(name: string, { port, databaseUrl, env, wanted }: { port: number; databaseUrl: string; env: Record<string, string>; wanted: WiresWanted }): Promise<Machine> {
    const url = new URL(databaseUrl);
    const wires: { database: TcpProxy | null; peers: TcpProxy | null } = { database: null, peers: null };
    try {
      if (wanted.database) {
        wires.database = await tcpProxy(Number(url.port));
        url.port = String(wires.database.port);
      }
      if (wanted.peers) wires.peers = await tcpProxy(port, {}, { host: PEERS_HOST, port });
      const server = await ServerProcess.start({ ...env, PORT: String(port), DATABASE_URL: url.href, ...(wanted.peers ? { WAYSTONE_INTERNAL_HOST: PEERS_HOST } : {}) });
      return new Machine(name, server, wires);
    } catch (error) {
      await closeWires(wires);
      throw error;
    }
  }

  get port(): number {
    return this.#server.port;
  }

  get pid(): number {
    return this.#server.pid;
  }

  get alive(): boolean {
    return this.#server.alive;
  }

  get endpoint(): string {
    return this.#server.endpoint;
  }

  /** Everything it printed. */
  get output(): string {
    return this.#server.output;
  }

  /** Dies at once. */
  async kill(): Promise<void> {
    const dead = this.#server.kill();
    this.wires.peers?.leave();
    await dead;
  }

  /** Is told to stop; answers its exit code. */
  async stop(): Promise<number | null> {
    const code = await this.#server.stop();
    this.wires.peers?.leave();
    return code;
  }

  freeze(): void {
    this.#server.freeze();
  }

  thaw(): void {
    this.#server.thaw();
  }

  /** Starts it again, on the port it had. */
  async run(): Promise<void> {
    const running = this.#server.run();
    if (this.wires.peers !== null) await this.#answersPeers(this.wires.peers, running);
    await running;
  }

  mend(): void {
    this.wires.database?.mend();
    this.wires.peers?.mend();
  }

  /** Ends it, however it is, and removes what it had. */
  async remove(): Promise<void> {
    await this.#server.remove();
    await closeWires(this.wires);
  }

  /** It is called from the moment on that it listens, not before, and not only when it says that it is open. */
  async #answersPeers(wire: TcpProxy, running: Promise<void>): Promise<void> {
    let over = false;
    running.then(() => { over = true; }, () => { over = true; });
    while (!over && !await listens(this.port)) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    await wire.comeBack();
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}

async function closeWires({ database, peers }: MachineWires): Promise<void> {
  await Promise.all([database?.close(), peers?.close()]);
}
