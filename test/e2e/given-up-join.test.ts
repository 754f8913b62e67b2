/** Somebody gives a connection up while it begins, and is in the world by another: the first must not take that one's place when it is done. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { takeSeat } from "../../loadtest/bots/link.ts";
import { RECENT_READ_MS } from "../../src/limits.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let postgres: TestPostgres;
let redis: TestRedis;
let server: ServerProcess;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  server = await ServerProcess.start({ DATABASE_URL: await postgres.url(), REDIS_URL: redis.url, JWT_SECRET: "a secret that the server knows, and nobody else" });
});
afterAll(async () => {
  await server?.remove();
  await redis?.stop();
  await postgres?.stop();
});

test("the connection that somebody plays by stays, and nobody reads that it was gone", async () => {
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  const closed: number[] = [];
  ada.room.onLeave((code) => closed.push(code));
  const { room_id, line } = ada.welcome!;
  const seat = await takeSeat(server.endpoint, ada.token, { protocol: PROTOCOL_VERSION, resume: { room_id, line, seq: 0 } });

  // Coming in, she waits for what she may have missed: Redis does not say, and she gives up before it is known that it will not.
  process.kill(redis.pid()!, "SIGSTOP");
  try {
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`);
    await once(socket, "open");
    await sleep(RECENT_READ_MS / 5);
    socket.close();
    await sleep(RECENT_READ_MS * 2);
  } finally {
    process.kill(redis.pid()!, "SIGCONT");
  }
  expect((await ada.types("say Still here.")).status).toBe("ok");
  await ben.hears("Still here.");
  expect(closed).toEqual([]);
  expect(ben.lines.filter((each) => /stops and stares|is with you again/.test(each))).toEqual([]);
  await ada.leaves();
  await ben.leaves();
  expect(server.output).not.toContain("fault of the program");
});
