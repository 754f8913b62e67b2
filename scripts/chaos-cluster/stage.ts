/**
 * Everything that a run stands on, of its own and gone afterwards: PostgreSQL, Redis behind a wire that can be hurt, some
 * processes of the server as if each had its own machine, an nginx in front of them, and a wire for what players ask it by HTTP.
 */
import { systemPorts } from "../../test/support/free-ports.ts";
import { startPostgres, type TestPostgres } from "../../test/support/postgres.ts";
import { startRedis, type TestRedis } from "../../test/support/redis.ts";
import { tcpProxy, type TcpProxy } from "../../test/support/tcp-proxy.ts";
import type { FaultKind } from "./evidence.ts";
import { Machine } from "./machine.ts";
import { startNginx, type Nginx } from "./nginx.ts";
import { WayForServers } from "./way-for-servers.ts";

const DATABASE = "chaos";
/** All processes believe each other's tokens. */
const SECRET = "chaos-".repeat(8);
const NAMES = ["north", "east", "south", "west"];

export class ClusterStage {
  readonly postgres: TestPostgres;
  readonly redis: TestRedis;
  /** Null when no fault needs it. */
  readonly redisWire: TcpProxy | null;
  readonly front: TcpProxy;
  readonly nginx: Nginx;
  readonly processes: readonly Machine[];
  readonly way = new WayForServers();
  /** As a tool that looks on sees the database. */
  readonly databaseUrl: string;
  #removed = false;

  private constructor(parts: Pick<ClusterStage, "postgres" | "redis" | "redisWire" | "front" | "nginx" | "processes" | "databaseUrl">) {
    this.postgres = parts.postgres;
    this.redis = parts.redis;
    this.redisWire = parts.redisWire;
    this.front = parts.front;
    this.nginx = parts.nginx;
    this.processes = parts.processes;
    this.databaseUrl = parts.databaseUrl;
  }

  /** With all processes running, and the wires that faults of these kinds need. What has been opened by then is closed again when it fails. */
  static async open(count: number, kinds: readonly FaultKind[]): Promise<ClusterStage> {
    const closers: (() => Promise<void>)[] = [];
    const opened = <T>(part: T, close: () => Promise<void>): T => {
      closers.push(close);
      return part;
    };
    try {
      const postgres = await startPostgres();
      opened(postgres, () => postgres.stop());
      const redis = await startRedis();
      opened(redis, () => redis.stop());
      const redisWire = kinds.includes("redis-hang") ? await tcpProxy(redis.port) : null;
      opened(redisWire, () => redisWire?.close() ?? Promise.resolve());
      const databaseUrl = await postgres.url(DATABASE);
      const ports = await systemPorts(count + 1);
      const front = await tcpProxy(ports[count]!);
      opened(front, () => front.close());
      const wanted = { database: kinds.includes("database-partition"), peers: kinds.includes("peers-hang") };
      const env = {
        PUBLIC_ADDRESS: `127.0.0.1:${ports[count]}/{port}`, REDIS_URL: `redis://127.0.0.1:${redisWire?.port ?? redis.port}`, JWT_SECRET: SECRET, WAYSTONE_TRUST_PROXY: "1",
      };
      const processes: Machine[] = [];
      closers.push(async () => void await Promise.all(processes.map((each) => each.remove())));
      const start = async (index: number): Promise<void> => {
        processes[index] = await Machine.start(NAMES[index] ?? `process ${index + 1}`, { port: ports[index]!, databaseUrl, env, wanted });
      };
      // The first one makes the tables.
      await start(0);
      await Promise.all(ports.slice(1, count).map((_, index) => start(index + 1)));
      const nginx = await startNginx(ports[count]!, ports.slice(0, count));
      opened(nginx, () => nginx.stop());
      return new ClusterStage({ postgres, redis, redisWire, front, nginx, processes, databaseUrl });
    } catch (error) {
      for (const close of closers.reverse()) await close();
      throw error;
    }
  }

  /** Where players go. */
  get endpoint(): string {
    return `http://127.0.0.1:${this.front.port}`;
  }

  /** Starts one that is down, on the port it had. */
  async start(server: Machine): Promise<void> {
    if (this.#removed) throw new Error("the run is over");
    await this.way.start(() => server.run());
  }

  /** Whether each process says that it can serve. */
  async ready(): Promise<boolean> {
    const answers = await Promise.all(this.processes.map(async (each) => {
      try {
        return (await fetch(`${each.endpoint}/readyz`, { signal: AbortSignal.timeout(2_000) })).ok;
      } catch {
        return false;
      }
    }));
    return answers.every((ok) => ok);
  }

  /** Whatever was hurt is whole again, as far as wires go. */
  mend(): void {
    this.front.mend();
    this.redisWire?.mend();
    for (const machine of this.processes) machine.mend();
  }

  /** Removes everything, whatever state it is in. */
  async close(): Promise<void> {
    if (this.#removed) return;
    this.#removed = true;
    this.way.takeBack();
    await this.front.close();
    await Promise.all(this.processes.map((each) => each.remove()));
    await this.nginx.stop();
    await this.redisWire?.close();
    await this.redis.stop();
    await this.postgres.stop();
  }
}
