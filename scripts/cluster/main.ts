/**
 * `npm run cluster`: several processes, Redis, PostgreSQL and nginx on this machine. What REDIS_URL and DATABASE_URL name
 * is used as it is; otherwise servers of our own are started in DATA_DIR/cluster and found there again.
 */
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { folders, layOut, makeFolders, portsFree, type Folders, type Layout } from "./environment.ts";
import { siteConf } from "./nginx-conf.ts";
import { parseOptions, type ClusterOptions } from "./options.ts";
import { haveNginx, nginxPid, startNginx, stopNginx } from "./own-nginx.ts";
import { postgresPort, startPostgres, stopPostgres } from "./own-postgres.ts";
import { answers, redisUrl, startRedis, stopRedis } from "./own-redis.ts";
import { Pm2, type ManagedProcess } from "./pm2.ts";
import { Trouble } from "./programs.ts";

const CLIENT_DIR = fileURLToPath(new URL("../../client/dist", import.meta.url));
const READY_TIMEOUT_MS = 90_000;
const LOG_LINES_SHOWN = 20;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const where = folders(process.env);
/** How the cluster was laid out when it was started, for later calls. */
const layoutFile = join(where.cluster, "layout.json");

type Noted = Pick<Layout, "ports" | "host" | "http" | "url">;
const noted = (): Noted | undefined => (existsSync(layoutFile) ? (JSON.parse(readFileSync(layoutFile, "utf8")) as Noted) : undefined);

async function start(options: ClusterOptions, told?: AbortSignal): Promise<void> {
  makeFolders(where);
  if (where.services !== where.cluster) say(`${where.data} is closed to the user that the services run as; what they keep is in ${where.services}.`);
  const databaseUrl = process.env["DATABASE_URL"] || await own("PostgreSQL", () => startPostgres(where.postgres, options.processes ?? 64));
  const redis = process.env["REDIS_URL"] || await own("Redis", () => startRedis(where.redis));
  if (process.env["DATABASE_URL"]) say("PostgreSQL: the one at DATABASE_URL.");
  if (process.env["REDIS_URL"]) say(await answers(redis, 1) ? "Redis: the one at REDIS_URL." : "Redis: REDIS_URL does not answer just now; it is used when it does.");
  const nginx = options.nginx && haveNginx();
  const layout = await layOut(options, process.env, where, { databaseUrl, redisUrl: redis, nginx });
  await portsFree(layout.ports, layout.host);
  told?.throwIfAborted();
  const { ports, host, http, url } = layout;
  writeFileSync(layoutFile, JSON.stringify({ ports, host, http, url } satisfies Noted));
  say(`Processes: ${layout.processes}, on ports ${ports[0]} to ${ports.at(-1)}; starting …`);
  const pm2 = new Pm2(where.cluster, layout.environment);
  await pm2.start();
  await allReady(pm2, layout, told);
  if (http !== null) {
    await startNginx(where.nginx, { listen: [`${http.host}:${http.port}`], serverName: "_", ports, upstreamHost: host, clientDir: CLIENT_DIR });
    say(`nginx: in front, on port ${http.port} (${join(where.nginx, "nginx.conf")}).`);
  } else {
    say(options.nginx ? "nginx: not installed; players reach each process by its own port." : "nginx: none, as asked; players reach each process by its own port.");
  }
  say(`Logs: ${join(where.logs, "waystone.log")}`);
  say(`\nOpen ${url}\n`);
}

async function own(name: string, startIt: () => Promise<{ url: string; port: number; found: boolean }>): Promise<string> {
  const { url, port, found } = await startIt();
  say(`${name}: our own, ${found ? "still running" : "started"} on port ${port}.`);
  return url;
}

/** Rejects with the end of the log when a process does not come up. */
async function allReady(pm2: Pm2, { ports, host }: Pick<Noted, "ports" | "host">, told?: AbortSignal): Promise<void> {
  const startedMs = performance.now();
  for (;;) {
    told?.throwIfAborted();
    const ready = await Promise.all(ports.map((port) => isReady(host, port)));
    if (ready.every((one) => one)) return;
    const processes = await pm2.list();
    const failed = processes.find(({ status }) => status === "errored" || status === "stopped");
    if (failed !== undefined || performance.now() - startedMs > READY_TIMEOUT_MS) {
      throw new Trouble(`${failed === undefined ? `not all processes were ready within ${READY_TIMEOUT_MS / 1000} s` : `the process on port ${failed.port} does not start`}. The end of its log:\n${logTail(where)}\nTry again after \`npm run cluster -- stop\`.`);
    }
    await pause(300, told);
  }
}

async function isReady(host: string, port: number): Promise<boolean> {
  const name = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  try {
    return (await fetch(`http://${name}:${port}/readyz`, { signal: AbortSignal.timeout(3000) })).ok;
  } catch {
    return false;
  }
}

function logTail({ logs }: Folders): string {
  const file = join(logs, "waystone.log");
  return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").slice(-LOG_LINES_SHOWN).join("\n") : "(there is none)";
}

/** Ends what we started, processes first. Never what REDIS_URL or DATABASE_URL name. */
async function stop(): Promise<void> {
  const parts: [string, () => Promise<boolean>][] = [
    ["processes", () => new Pm2(where.cluster, process.env).stop()],
    ["nginx", () => stopNginx(where.nginx)],
    ["Redis", () => stopRedis(where.redis)],
    ["PostgreSQL", () => stopPostgres(where.postgres)],
  ];
  for (const [name, end] of parts) if (await end()) say(`${name}: stopped.`);
  rmSync(layoutFile, { force: true });
}

async function status(): Promise<void> {
  const layout = noted();
  const processes = await new Pm2(where.cluster, process.env).list();
  if (layout === undefined || processes.length === 0) {
    say("Nothing runs (npm run cluster starts it).");
    process.exitCode = 3;
    return;
  }
  const [ready, postgres, nginx] = [await Promise.all(processes.map(({ port }) => isReady(layout.host, port))), await postgresPort(where.postgres), nginxPid(where.nginx)];
  const redis = redisUrl(where.redis);
  say(`Open ${layout.url}\n`);
  for (const [index, one] of processes.entries()) say(processLine(one, ready[index] === true));
  say(`\nPostgreSQL: ${postgres === undefined ? "at DATABASE_URL" : `our own, port ${postgres}`}`);
  say(`Redis:      ${redis === undefined ? "at REDIS_URL" : `our own, port ${new URL(redis).port}${await answers(redis, 1) ? "" : ", which does not answer"}`}`);
  say(`nginx:      ${nginx === undefined ? "none" : `port ${layout.http?.port}`}`);
}

function processLine({ id, port, pid, status: state, restarts, memoryBytes, startedMs }: ManagedProcess, ready: boolean): string {
  const up = state === "online" ? `up ${Math.round((Date.now() - startedMs) / 1000)} s, ${Math.round(memoryBytes / 2 ** 20)} MB` : "";
  return `process ${id}  port ${port}  pid ${pid}  ${ready ? "ready" : `${state}, not ready`}  ${up}  restarts: ${restarts}`;
}

/** One process after the other, each ready again before the next closes. */
async function reload(): Promise<void> {
  const layout = noted();
  // The environment it was started with stays: what of it is in ours was set by hand, for this.
  const pm2 = new Pm2(where.cluster, process.env);
  const processes = await pm2.list();
  if (layout === undefined || processes.length === 0) throw new Trouble("nothing runs that could be reloaded.");
  for (const { id, port } of processes) {
    const startedMs = performance.now();
    await pm2.reload(id);
    await allReady(pm2, { ...layout, ports: [port] });
    say(`process ${id} on port ${port}: reloaded in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`);
  }
}

/** Everything, until Ctrl-C or a signal; or until somebody has stopped it elsewhere. */
async function runUntilTold(options: ClusterOptions): Promise<void> {
  const told = new AbortController();
  // Once: a second Ctrl-C ends us at once. What runs goes on then, and `stop` ends it.
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => told.abort());
  await startOrStop(options, told.signal);
  if (!told.signal.aborted) {
    say("Ctrl-C stops it all.");
    const pm2 = new Pm2(where.cluster, process.env);
    while (pm2.alive && !told.signal.aborted) await pause(1000, told.signal);
    if (!pm2.alive) return say("It has been stopped.");
  }
  say("\nStopping …");
  await stop();
}

/** Half a cluster is of no use to anybody: when it cannot be started, what was started is ended. */
async function startOrStop(options: ClusterOptions, told?: AbortSignal): Promise<void> {
  if ((await new Pm2(where.cluster, process.env).list()).length > 0) throw new Trouble(`it runs already, at ${noted()?.url ?? "an unknown address"} (npm run cluster -- status).`);
  try {
    await start(options, told);
  } catch (error) {
    if (told?.aborted) return;
    await stop();
    throw error;
  }
}

/** Ends early, and without complaint, when told. */
function pause(delayMs: number, told?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    told?.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

async function main(): Promise<void> {
  const options = parseOptions(process.argv.slice(2));
  switch (options.command) {
    case "run": return await runUntilTold(options);
    case "start": return await startOrStop(options);
    case "status": return await status();
    case "reload": return await reload();
    case "stop": return await stop();
    case "nginx": return say(siteConf(options.site).trimEnd());
  }
}

main().catch((error: unknown) => {
  process.stderr.write(`waystone: ${error instanceof Trouble ? error.message : error instanceof Error ? error.stack ?? error.message : String(error)}\n`);
  process.exitCode = 1;
});
