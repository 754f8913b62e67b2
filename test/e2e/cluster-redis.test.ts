/** A real server while its Redis hangs, dies and comes back empty: nobody waits, nothing is lost, and it stops in order. */
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { STOP_DEADLINE_MS } from "../../src/limits.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const WAIT_MS = 120_000;
let postgres: TestPostgres;
let redis: TestRedis;
let wire: TcpProxy;
let server: ServerProcess;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
}, WAIT_MS);
afterAll(async () => {
  await redis?.stop();
  await postgres?.stop();
}, WAIT_MS);
beforeEach(async () => {
  wire = await tcpProxy(redis.port);
  server = await ServerProcess.start({ DATABASE_URL: await postgres.url(), REDIS_URL: `redis://127.0.0.1:${wire.port}` });
}, WAIT_MS);
afterEach(async () => {
  const { output } = server;
  await server.remove();
  await wire.close();
  expect(output).not.toContain("a rejection was not handled");
  expect(output).not.toContain("an exception was not caught");
}, WAIT_MS);

/** Comes in, walks into another area and back, and is answered each time. */
async function plays(name: string): Promise<StockPlayer> {
  const player = await StockPlayer.register(server.endpoint, name);
  for (const line of ["look", "n", "say Hello?", "s", "inventory"]) expect((await player.types(line)).status, line).toBe("ok");
  expect(player.transfers).toBeGreaterThan(0);
  return player;
}

test("Redis hangs: players come in and walk, SIGTERM saves and ends with 0 in time, and all is there afterwards", async () => {
  const ada = await plays("Ada");
  wire.blackHole();
  await plays("Ben");
  expect((await ada.types("n")).status).toBe("ok");
  const startedMs = performance.now();
  expect(await server.stop()).toBe(0);
  expect(performance.now() - startedMs).toBeLessThan(STOP_DEADLINE_MS);
  expect(server.output).not.toContain("could not stop in time");
  // It starts without Redis too, and Ada stands where she walked to.
  await server.run();
  const again = await StockPlayer.login(server.endpoint, "Ada");
  expect(again.welcome!.room_id).not.toBe("town_square");
  await again.leaves();
}, WAIT_MS);

test("Redis dies and comes back empty: the rooms that were opened before, and meanwhile, are listed again", async () => {
  const cli = redis.cli();
  const ada = await plays("Ada");
  await until(async () => (await cli.hlen("roomcaches")) >= 2, "the rooms are listed");
  await redis.kill();
  const ben = await plays("Ben");
  await ada.types("say Are you there?");
  await ben.hears("Are you there?");
  await redis.start();
  await until(async () => (await cli.hlen("roomcaches")) >= 2 && (await cli.hlen("roomcount")) === 1, "they are listed again");
  await plays("Cleo");
  expect(await server.stop()).toBe(0);
  expect(await cli.hlen("roomcaches"), "at the end it takes its rooms away with it").toBe(0);
  expect(await cli.hlen("roomcount")).toBe(0);
}, WAIT_MS);
