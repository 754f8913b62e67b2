/**
 * Everything that a run of chaos stands on, of its own and gone afterwards: a PostgreSQL, two hosts for the server (one of
 * which serves), a wire that can be hurt between each of them and the database, and one between the players and them.
 */
import { ServerProcess } from "../../test/support/server-process.ts";
import { startPostgres, type TestPostgres } from "../../test/support/postgres.ts";
import { tcpProxy, type TcpProxy } from "../../test/support/tcp-proxy.ts";
import { CommitWatch } from "./commit-watch.ts";

const DATABASE = "chaos";
/** Both hosts believe each other's tokens. */
const SECRET = "chaos-".repeat(8);

/** One host: a data folder and a port of its own, so that each is a slot of its own for the leases. */
export class Host {
  readonly name: string;
  readonly wire: TcpProxy;
  readonly commits: CommitWatch;
  readonly #env: Record<string, string>;
  #server: ServerProcess | undefined;
  #removed = false;

  constructor(name: string, wire: TcpProxy, commits: CommitWatch, env: Record<string, string>) {
    this.name = name;
    this.wire = wire;
    this.commits = commits;
    this.#env = env;
  }

  /** Undefined before the first start. */
  get server(): ServerProcess | undefined {
    return this.#server;
  }

  /** Starts the server, with the folder and the port it had. */
  async start(): Promise<void> {
    if (this.#removed) throw new Error("the run is over");
    if (this.#server === undefined) this.#server = await ServerProcess.start(this.#env);
    else await this.#server.run();
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  kill(): Promise<void> {
    return this.#server?.kill() ?? Promise.resolve();
  }

  async remove(): Promise<void> {
    this.#removed = true;
    await this.#server?.remove();
    await this.wire.close();
  }
}

export class Stage {
  readonly postgres: TestPostgres;
  readonly front: TcpProxy;
  /** As a tool that looks on sees the database. */
  readonly databaseUrl: string;
  /** The one that players are sent to, and the one that stands by. */
  serving: Host;
  standby: Host;

  private constructor(postgres: TestPostgres, databaseUrl: string, hosts: readonly [Host, Host], front: TcpProxy) {
    this.postgres = postgres;
    this.databaseUrl = databaseUrl;
    [this.serving, this.standby] = hosts;
    this.front = front;
  }

  /** With one server running. What has been opened by then is closed again when it fails. */
  static async open(): Promise<Stage> {
    const postgres = await startPostgres();
    try {
      const url = await postgres.url(DATABASE);
      const hosts = [await makeHost("north", postgres.port, url), await makeHost("south", postgres.port, url)] as const;
      try {
        await hosts[0].start();
        return new Stage(postgres, url, hosts, await tcpProxy(hosts[0].port));
      } catch (error) {
        for (const host of hosts) await host.remove();
        throw error;
      }
    } catch (error) {
      await postgres.stop();
      throw error;
    }
  }

  /** Where players go. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.front.port}`;
  }

  get hosts(): readonly [Host, Host] {
    return [this.serving, this.standby];
  }

  /** From now on players are sent to the other one. */
  switchOver(): void {
    [this.serving, this.standby] = [this.standby, this.serving];
    this.front.retarget(this.serving.port);
  }

  /** Whatever was hurt is whole again, as far as wires go. */
  mend(): void {
    for (const wire of [this.front, ...this.hosts.map((host) => host.wire)]) wire.mend();
  }

  /** Removes everything, whatever state it is in. */
  async close(): Promise<void> {
    await this.front.close();
    for (const host of this.hosts) await host.remove();
    await this.postgres.stop();
  }
}

async function makeHost(name: string, databasePort: number, url: string): Promise<Host> {
  const commits = new CommitWatch();
  const wire = await tcpProxy(databasePort, commits);
  return new Host(name, wire, commits, { DATABASE_URL: url.replace(`:${databasePort}/`, `:${wire.port}/`), JWT_SECRET: SECRET, LOG_LEVEL: "info" });
}
