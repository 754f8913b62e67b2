/** A redis-server of the cluster's own. It keeps nothing on disk: everything in it can be made again. */
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import type { OwnService } from "./own-postgres.ts";
import { canEnter, end, find, freePort, livingPid, run, serviceFolder, Trouble, unprivilegedUser } from "./programs.ts";

const START_TIMEOUT_MS = 20_000;
const STOP_TIMEOUT_MS = 10_000;

/** Starts it unless it runs. Rejects with `Trouble` where it is not installed. */
export async function startRedis(folder: string): Promise<OwnService> {
  const program = find("redis-server");
  if (program === undefined) throw new Trouble("redis-server is needed: install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis), or set REDIS_URL to one that runs.");
  const user = unprivilegedUser();
  serviceFolder(folder, user);
  if (!canEnter(folder, user)) throw new Trouble(`Redis runs as ${user?.name} and cannot get into ${folder}. Set DATA_DIR to a folder that everybody may pass through, or REDIS_URL to a Redis that runs.`);
  const known = redisUrl(folder);
  if (known !== undefined && await answers(known, 1)) return { url: known, port: Number(new URL(known).port), found: true };

  const port = await freePort(known === undefined ? 0 : Number(new URL(known).port));
  const password = randomBytes(24).toString("base64url");
  const conf = join(folder, "redis.conf");
  writeFileSync(conf, [
    `port ${port}`, "bind 127.0.0.1", `requirepass ${password}`, "daemonize yes", `pidfile "${pidFile(folder)}"`, `logfile "${join(folder, "log")}"`, `dir "${folder}"`,
    'save ""', "appendonly no", "",
  ].join("\n"), { mode: 0o600 });
  if (user !== undefined) chownSync(conf, user.uid, user.gid);
  const url = `redis://:${password}@127.0.0.1:${port}`;
  writeFileSync(join(folder, "url"), url, { mode: 0o600 });
  await run(program, [conf], { user, cwd: folder });
  if (!await answers(url, START_TIMEOUT_MS / 100)) throw new Trouble(`redis-server did not start; ${join(folder, "log")} may say why.`);
  return { url, port, found: false };
}

/** Whether it was running. */
export async function stopRedis(folder: string): Promise<boolean> {
  const pid = livingPid(pidFile(folder), ["redis-server"]);
  rmSync(join(folder, "url"), { force: true });
  if (pid === undefined) return false;
  await end(pid, "SIGTERM", STOP_TIMEOUT_MS);
  return true;
}

/** Where it was last reached; undefined when it was stopped. */
export function redisUrl(folder: string): string | undefined {
  const file = join(folder, "url");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Asks so often, 100 ms apart. */
export async function answers(url: string, tries: number): Promise<boolean> {
  for (let tried = 0; tried < tries; tried += 1) {
    if (tried > 0) await new Promise((resolve) => setTimeout(resolve, 100));
    const client = new Redis(url, { lazyConnect: true, retryStrategy: () => null, connectTimeout: 1000, commandTimeout: 1000, maxRetriesPerRequest: 0 });
    // The promise below tells.
    client.on("error", () => undefined);
    const ok = await client.connect().then(() => client.ping()).then(() => true, () => false);
    client.disconnect();
    if (ok) return true;
  }
  return false;
}

const pidFile = (folder: string): string => join(folder, "redis.pid");
