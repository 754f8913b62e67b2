/** What the bots play on, of the run's own and gone afterwards: servers, and the PostgreSQL and Redis that belong to them. */
import { startPostgres } from "../../test/support/postgres.ts";
import { startRedis } from "../../test/support/redis.ts";
import { systemPorts } from "../../test/support/free-ports.ts";
import { ServerProcess } from "../../test/support/server-process.ts";

export const STACKS = ["embedded", "single", "cluster"] as const;
export type StackName = (typeof STACKS)[number];

export interface StackOptions {
  readonly stack: StackName;
  /** Of the server, in a cluster. */
  readonly processes: number;
  /** True: each flush of PostgreSQL takes 2 ms, as on disks in a cloud. */
  readonly cloudDisk: boolean;
  /** A folder for a CPU profile of each server, written when it ends. */
  readonly profile?: string | null;
  /** More options of each server's Node. */
  readonly nodeOptions?: readonly string[];
  /** More of the environment of each server. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A process whose time and memory are watched. */
export interface Watched {
  readonly name: string;
  readonly role: "server" | "postgres" | "redis" | "bots";
  readonly pid: number;
}

export interface Stack {
  readonly endpoints: readonly string[];
  readonly servers: readonly ServerProcess[];
  readonly watched: readonly Watched[];
  readonly databaseUrl: string | null;
  /** Everything that the servers printed. */
  output(): string;
  close(): Promise<void>;
}

/** All processes believe each other's tokens. */
const SECRET = "load-".repeat(8);
/** As somebody with some gigabytes of memory would set it; the rest is as it comes. */
const SETTINGS = ["shared_buffers = 256MB", "max_wal_size = 4GB", "max_connections = 100"];
const CLOUD_DISK = ["commit_delay = 2000", "commit_siblings = 0"];

/** A machine that is busy with everything starting at once may be too slow for the first try. */
async function started(env: Record<string, string>): Promise<ServerProcess> {
  try {
    return await ServerProcess.start(env);
  } catch {
    return await ServerProcess.start(env);
  }
}

/** What has been started by then is stopped again when it fails. */
export async function openStack({ stack, processes, cloudDisk, profile = null, nodeOptions = [], env = {} }: StackOptions): Promise<Stack> {
  const closers: (() => Promise<void>)[] = [];
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).reverse()) await closer();
  };
  try {
    const watched: Watched[] = [];
    let databaseUrl: string | null = null;
    const node = [...nodeOptions, ...(profile === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}`])].join(" ");
    const shared: Record<string, string> = { LOG_LEVEL: "info", JWT_SECRET: SECRET, ...(node === "" ? {} : { NODE_OPTIONS: node }), ...env };
    if (stack !== "embedded") {
      const postgres = await startPostgres([...SETTINGS, ...(cloudDisk ? CLOUD_DISK : [])]);
      closers.push(() => postgres.stop());
      watched.push({ name: "PostgreSQL", role: "postgres", pid: postgres.pid()! });
      shared["DATABASE_URL"] = databaseUrl = await postgres.url("world");
      const redis = await startRedis();
      closers.push(() => redis.stop());
      watched.push({ name: "Redis", role: "redis", pid: redis.pid()! });
      shared["REDIS_URL"] = redis.url;
    }
    const count = stack === "cluster" ? processes : 1;
    const ports = await systemPorts(count);
    const servers: ServerProcess[] = [];
    closers.push(async () => {
      if (profile !== null) await Promise.all(servers.map((server) => server.stop()));
      await Promise.all(servers.map((server) => server.remove()));
    });
    // One after another: the first makes the tables.
    for (const [index, port] of ports.entries()) {
      const server = await started({ ...shared, PORT: String(port), ...(count > 1 ? { PUBLIC_ADDRESS: `127.0.0.1:${port}` } : {}) });
      servers.push(server);
      watched.push({ name: count > 1 ? `server ${index + 1}` : "server", role: "server", pid: server.pid });
    }
    return { endpoints: servers.map(({ endpoint }) => endpoint), servers, watched, databaseUrl, output: () => servers.map(({ output }) => output).join(""), close };
  } catch (error) {
    await close();
    throw error;
  }
}
