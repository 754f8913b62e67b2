/**
 * How long players wait after kill -9: a real server, a player in the world, SIGKILL, a new process at once, and a client
 * with its token from before that tries to join until its first durable command is accepted.
 * `npm run bench:restart -- [times] [--embedded | --cluster]`: on a PostgreSQL of its own, or on PGlite; or one of two processes
 * with a Redis, restarted in place. Medians, with the CPU that the new process had used by then (user and system, all
 * threads; where the system tells).
 */
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { openAreaOn } from "../test/support/open-area.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { StockPlayer } from "../test/support/players.ts";
import { startRedis } from "../test/support/redis.ts";
import { ServerProcess } from "../test/support/server-process.ts";

const GOAL_MS = 1500;
const RETRY_MS = 20;
/** Of the system's clock of CPU time (`getconf CLK_TCK`, 100 on every Linux). */
const TICK_MS = 10;
const times = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? "10");
const embedded = process.argv.includes("--embedded");
const cluster = process.argv.includes("--cluster");
/** Where people begin: the area that must be taken from the dead process. */
const AREA = "square";
const SECRET = "a secret that both processes know, and nobody else";

const postgres = embedded ? undefined : await startPostgres();
// Its own, as a server's data folder has it: empty at the first start, full at the others.
const compiled = await mkdtemp(join(tmpdir(), "waystone-compiled-"));
const redis = cluster ? await startRedis() : undefined;
const env = {
  NODE_COMPILE_CACHE: compiled, ...(postgres === undefined ? {} : { DATABASE_URL: await postgres.url("world") }), ...(redis === undefined ? {} : { REDIS_URL: redis.url, JWT_SECRET: SECRET }),
};
const server = await ServerProcess.start(env);
const other = cluster ? await ServerProcess.start(env) : undefined;
try {
  if (cluster) await openAreaOn(server, AREA, SECRET);
  const name = "Adalind";
  const player = await StockPlayer.register(server.endpoint, name);
  await player.types("drop 1 coin");
  const { token } = player;
  const opened: number[] = [];
  const accepted: number[] = [];
  const cpu: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await server.kill();
    const killedMs = performance.now();
    const running = server.run().then(() => performance.now() - killedMs);
    accepted.push(await firstCommand(name, token, killedMs));
    cpu.push(cpuMs(server.pid));
    opened.push(await running);
    await sleep(300);
  }
  console.log(`${embedded ? "PGlite" : cluster ? "PostgreSQL, Redis, one of two processes" : "PostgreSQL"}: kill -9 to the first accepted durable command, ${times} times; load of the machine ${loadavg()[0]?.toFixed(1)}`);
  console.log(`the server says it is open   median ${at(opened, 0.5)} ms, worst ${at(opened, 1)} ms`);
  console.log(`the command is accepted      median ${at(accepted, 0.5)} ms, worst ${at(accepted, 1)} ms   ${Number(at(accepted, 0.5)) <= GOAL_MS ? "goal met" : `goal ${GOAL_MS} ms`}`);
  console.log(`CPU of the server by then    median ${at(cpu, 0.5)} ms, worst ${at(cpu, 1)} ms`);
} finally {
  await server.remove();
  await other?.remove();
  await redis?.stop();
  await postgres?.stop();
  await rm(compiled, { recursive: true, force: true });
}

/** The token is from before the kill, as a client has it. */
async function firstCommand(name: string, token: string, killedMs: number): Promise<number> {
  for (;;) {
    try {
      const player = new StockPlayer(server.endpoint, name);
      player.client.auth.token = token;
      await player.join();
      const reply = await player.types("drop 1 coin");
      if (reply.status === "error") throw new Error(reply.code);
      const tookMs = performance.now() - killedMs;
      await player.types("get coins");
      return tookMs;
    } catch (error) {
      if (performance.now() - killedMs > 60_000) throw error;
      await sleep(RETRY_MS);
    }
  }
}

/** NaN where there is no /proc. */
function cpuMs(pid: number): number {
  if (process.platform !== "linux") return NaN;
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  // Without the id and the name before them, `utime` and `stime` are fields 11 and 12.
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function at(samples: number[], share: number): string {
  samples.sort((a, b) => a - b);
  return (samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? NaN).toFixed(0);
}
