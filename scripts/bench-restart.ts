/**
 * How long players wait after kill -9: a real server on a PostgreSQL of its own, a player in the world, SIGKILL, a new
 * process at once, and a client that tries to join until its first command is accepted. The command is a durable one.
 * `npm run bench:restart -- [times]`; medians, with what the new process was busy with.
 */
import { loadavg } from "node:os";
import { setTimeout as sleep } from "node:timers/promises";
import { startPostgres } from "../test/support/postgres.ts";
import { StockPlayer } from "../test/support/players.ts";
import { ServerProcess } from "../test/support/server-process.ts";

const GOAL_MS = 1500;
const RETRY_MS = 20;
const times = Number(process.argv.find((arg) => /^\d+$/.test(arg)) ?? "10");

const postgres = await startPostgres();
const server = await ServerProcess.start({ DATABASE_URL: await postgres.url("world") });
try {
  const name = "Adalind";
  const player = await StockPlayer.register(server.endpoint, name);
  await player.types("drop 1 coin");
  const { token } = player;
  const opened: number[] = [];
  const accepted: number[] = [];
  for (let n = 0; n < times; n += 1) {
    await server.kill();
    const killedMs = performance.now();
    const running = server.run().then(() => performance.now() - killedMs);
    accepted.push(await firstCommand(name, token, killedMs));
    opened.push(await running);
    await sleep(300);
  }
  console.log(`kill -9 to the first accepted durable command, ${times} times; load of the machine ${loadavg()[0]?.toFixed(1)}`);
  console.log(`the server says it is open   median ${at(opened, 0.5)} ms, worst ${at(opened, 1)} ms`);
  console.log(`the command is accepted      median ${at(accepted, 0.5)} ms, worst ${at(accepted, 1)} ms   ${Number(at(accepted, 0.5)) <= GOAL_MS ? "goal met" : `goal ${GOAL_MS} ms`}`);
} finally {
  await server.remove();
  await postgres.stop();
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

function at(samples: number[], share: number): string {
  samples.sort((a, b) => a - b);
  return (samples[Math.min(samples.length - 1, Math.floor(samples.length * share))] ?? NaN).toFixed(0);
}
