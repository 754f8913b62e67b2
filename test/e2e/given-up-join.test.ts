/**
 * Connections that begin and come to nothing. Somebody gives one up and is in the world by another: the first must not take that one's place when it is
 * done. Somebody walks to where they cannot be let in: they come in where they are.
 */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ColyseusConnector } from "../../client/sdk/colyseus-connector.ts";
import type { Link, LinkEvents, Seat } from "../../client/sdk/link.ts";
import { Waystone } from "../../client/sdk/waystone.ts";
import { takeSeat } from "../../loadtest/bots/link.ts";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import { RECENT_READ_MS } from "../../src/limits.ts";
import { PROTOCOL_VERSION } from "../../src/protocol/version.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

/** Does something before the next seat is taken, for which a connection is always opened. */
class DelayedConnector extends ColyseusConnector {
  before: (() => Promise<unknown>) | null = null;
  refused: string[] = [];

  override async join(token: string, options: JoinOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    return await super.join(token, { ...options, same_connection: false }, events, signal);
  }

  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    const { before } = this;
    this.before = null;
    await before?.();
    return await super.take(token, seat, {
      ...events,
      closed: (code, reason) => {
        this.refused.push(`${code} ${reason}`);
        events.closed(code, reason);
      },
    }, signal);
  }
}

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
let postgres: TestPostgres;
let redis: TestRedis;
let server: ServerProcess;
let databaseUrl: string;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  databaseUrl = await postgres.url();
  server = await ServerProcess.start({ DATABASE_URL: databaseUrl, REDIS_URL: redis.url, JWT_SECRET: "a secret that the server knows, and nobody else" });
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

test("whoever walks to where they do not stand any more comes in where they do, and is answered once", async () => {
  const connector = new DelayedConnector(server.endpoint);
  const waystone = new Waystone(server.endpoint, { connector });
  await waystone.register("Cordelia", "secret of Cordelia");
  const session = await waystone.join();
  const db = await openDatabase({ databaseUrl, dataDir: "unused", log: quietLog, clock: testClock });
  try {
    expect(session.view.self?.room_id).toBe("town_square");
    connector.before = async () => {
      const moved = await db.sql.query("update character set room_id = 'lantern_street' where name = 'Cordelia' and room_id = 'market_row' returning name");
      expect(moved).toHaveLength(1);
    };
    expect((await session.command("north")).status).toBe("ok");
    await until(() => session.state.status === "online" && session.view.self?.room_id === "lantern_street", "she is where she stands");
    expect(connector.refused[0]).toBe("4410 E_MOVED");
    expect((await session.command("say Here I am.")).status).toBe("ok");
    expect(session.unanswered).toBe(0);
    expect(server.output).not.toContain("fault of the program");
  } finally {
    await session.close();
    await db.close();
  }
});
