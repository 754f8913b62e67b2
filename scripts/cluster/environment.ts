/** The environment that the processes of a cluster on one machine are started with: what is set stays, the rest is chosen. */
import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, statSync } from "node:fs";
import { availableParallelism, networkInterfaces } from "node:os";
import { dirname, join, resolve } from "node:path";
import { loadConfig } from "../../src/config.ts";
import { loadOrCreateSecret } from "../../src/session/secret.ts";
import type { ClusterOptions } from "./options.ts";
import { canEnter, freePort, Trouble, unprivilegedUser } from "./programs.ts";

const FIRST_PORT = 2567;
const HTTP_PORT = 8080;

export interface Folders {
  /** Of the world: `DATA_DIR`. */
  readonly data: string;
  /** What PM2 keeps, and what we note for a later call. */
  readonly cluster: string;
  /** Where the services' own folders are. */
  readonly services: string;
  readonly postgres: string;
  readonly redis: string;
  readonly nginx: string;
  readonly logs: string;
}

/** For services that may not pass through to DATA_DIR: root's home is closed to whoever they run as. */
const ELSEWHERE = "/var/lib";

export function folders(environment: NodeJS.ProcessEnv): Folders {
  const data = resolve(environment["DATA_DIR"] || "data");
  const cluster = join(data, "cluster");
  const services = canEnter(firstThere(dirname(data)), unprivilegedUser()) ? cluster : join(ELSEWHERE, `waystone-${createHash("sha256").update(data).digest("hex").slice(0, 12)}`);
  return { data, cluster, services, postgres: join(services, "postgres"), redis: join(services, "redis"), nginx: join(services, "nginx"), logs: join(data, "logs") };
}

const firstThere = (folder: string): string => (existsSync(folder) ? folder : firstThere(dirname(folder)));

/** Makes them; services that run as somebody else may pass through, and read nothing. */
export function makeFolders({ data, cluster, services }: Folders): void {
  for (const folder of [cluster, services]) mkdirSync(folder, { recursive: true });
  const user = unprivilegedUser();
  for (const folder of new Set([...(services === cluster ? [data] : []), services])) if (!canEnter(folder, user)) chmodSync(folder, statSync(folder).mode | 0o011);
}

export interface Layout {
  readonly processes: number;
  readonly ports: readonly number[];
  /** Where the processes listen. */
  readonly host: string;
  /** Where nginx listens, if it does. */
  readonly http: { readonly host: string; readonly port: number } | null;
  /** What a player opens. */
  readonly url: string;
  readonly environment: NodeJS.ProcessEnv;
}

/** Rejects with `Trouble` when what is set does not go together, or a port is taken. */
export async function layOut(options: ClusterOptions, given: NodeJS.ProcessEnv, where: Folders, services: { databaseUrl: string; redisUrl: string; nginx: boolean }): Promise<Layout> {
  const processes = options.processes ?? (Number(given["WAYSTONE_PROCESSES"]) || Math.max(2, availableParallelism()));
  const firstPort = Number(given["PORT"] || FIRST_PORT);
  const ports = Array.from({ length: processes }, (_, index) => firstPort + index);
  // With nginx in front, nobody outside needs to reach the processes.
  const host = services.nginx ? "127.0.0.1" : given["HOST"] || "0.0.0.0";
  const outside = given["HOST"] || "0.0.0.0";
  const http = services.nginx ? { host: outside, port: await httpPort(options.httpPort, outside) } : null;
  const everywhere = outside === "0.0.0.0" || outside === "::";
  const name = everywhere ? lanAddress() ?? "localhost" : outside;
  const publicAddress = given["PUBLIC_ADDRESS"] || (http === null ? `${name}:{port}` : `${name}:${http.port}/{port}`);
  const environment: NodeJS.ProcessEnv = {
    ...given,
    DATA_DIR: where.data, HOST: host, PORT: String(firstPort), WAYSTONE_PROCESSES: String(processes), PUBLIC_ADDRESS: publicAddress,
    DATABASE_URL: services.databaseUrl, REDIS_URL: services.redisUrl, JWT_SECRET: given["JWT_SECRET"] || await loadOrCreateSecret(where.data),
    // Whoever has started it may well open it under the name that this machine has for itself, and is led to the address that others know.
    ...(everywhere && !given["WAYSTONE_ALLOWED_ORIGINS"] && { WAYSTONE_ALLOWED_ORIGINS: ["localhost", "127.0.0.1"].map((self) => `http://${self}:${http?.port ?? firstPort}`).join(",") }),
    ...(http !== null && { WAYSTONE_TRUST_PROXY: given["WAYSTONE_TRUST_PROXY"] || "1" }),
  };
  const checked = loadConfig({ ...environment, NODE_ENV: "production", NODE_APP_INSTANCE: String(processes - 1) });
  if ("problems" in checked) throw new Trouble(checked.problems.join("\n"));
  return { processes, ports, host, http, url: `http://${name}:${http?.port ?? firstPort}`, environment };
}

/** Throws `Trouble` when something else listens on one of them. */
export async function portsFree(ports: readonly number[], host: string): Promise<void> {
  for (const port of ports) {
    if (await freePort(port, host) !== port) throw new Trouble(`port ${port} is in use by another program. Set PORT to the first of ${ports.length} free ones in a row.`);
  }
}

async function httpPort(wanted: number | undefined, host: string): Promise<number> {
  if (wanted !== undefined) return wanted;
  for (let port = HTTP_PORT; port < HTTP_PORT + 20; port += 1) if (await freePort(port, host) === port) return port;
  return await freePort(0, host);
}

const lanAddress = (): string | undefined => Object.values(networkInterfaces()).flat().find((face) => face?.family === "IPv4" && !face.internal)?.address;
