/**
 * Somebody walks into an area that changes hands before they have arrived: its process is told to stop just then. They are told where it is now, come in
 * there with all that they bring along, and wait for no more than that: nothing is asked of them anew.
 */
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ColyseusConnector } from "../../client/sdk/colyseus-connector.ts";
import type { Link, LinkEvents, Seat } from "../../client/sdk/link.ts";
import type { Session } from "../../client/sdk/session.ts";
import { Waystone } from "../../client/sdk/waystone.ts";
import type { JoinOptions } from "../../src/protocol/client-messages.ts";
import { takeSeat } from "../../loadtest/bots/link.ts";
import { joinedMessage, readMessage } from "../../loadtest/bots/wire-messages.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { WorldMap } from "../support/world-map.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
/** Each hears of the other, and of what is its own no longer, with its next beat. */
const BEAT_MS = 2_500;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const SECRET = "a secret that both processes know, and nobody else";

/** Takes no seat before it is told to. */
class WaitingConnector extends ColyseusConnector {
  joined = 0;
  taken = 0;
  go: Promise<void> = Promise.resolve();

  override async join(token: string, options: JoinOptions, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    this.joined += 1;
    return await super.join(token, options, events, signal);
  }

  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    this.taken += 1;
    await this.go;
    return await super.take(token, seat, events, signal);
  }
}

class Walker {
  readonly wire: WaitingConnector;
  readonly session: Session;
  readonly states: string[] = [];
  readonly heard: string[] = [];

  private constructor(wire: WaitingConnector, session: Session) {
    this.wire = wire;
    this.session = session;
    session.on("lines", (lines) => this.heard.push(...lines.map(({ message }) => message)));
    session.on("state", ({ status }) => this.states.push(status));
  }

  static async enter(name: string): Promise<Walker> {
    const wire = new WaitingConnector(one.endpoint);
    const waystone = new Waystone(one.endpoint, { connector: wire });
    await waystone.register(name, `secret of ${name}`);
    const walker = new Walker(wire, await waystone.join());
    walker.wire.taken = 0;
    return walker;
  }

  async isIn(room: string): Promise<void> {
    await until(() => this.session.state.status === "online" && this.session.view.self?.room_id === room, `in ${room}`);
  }
}

let postgres: TestPostgres;
let redis: TestRedis;
let databaseUrl: string;
let map: WorldMap;
let one: ServerProcess;
let two: ServerProcess;
let stopping: Promise<number | null> | undefined;
const bystanders: WebSocket[] = [];

const stopTwo = (): Promise<number | null> => (stopping = two.stop());

/** Stands in the lanterns, and goes nowhere when told to: the area's old process keeps its room open for them, for a while. */
async function standsThere(name: string, told: () => void): Promise<void> {
  const waystone = new Waystone(one.endpoint);
  const { token } = await waystone.register(name, `secret of ${name}`);
  const session = await waystone.join();
  expect((await session.command("east")).status).toBe("ok");
  await until(() => session.view.self?.room_id === "lantern_street", "in the lanterns");
  await session.close();
  const { publicAddress, processId, roomId, sessionId } = await takeSeat(one.endpoint, token, {});
  const socket = new WebSocket(`ws://${publicAddress}/${processId}/${roomId}?sessionId=${sessionId}`);
  bystanders.push(socket);
  await new Promise<void>((welcomed) => socket.on("message", (frame: Buffer) => readMessage(frame, 0, frame.length, {
    joined: () => socket.send(joinedMessage), welcome: () => welcomed(), transfer: told, lines: () => undefined, reply: () => undefined,
  })));
}

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  databaseUrl = await postgres.url();
  map = await WorldMap.open(databaseUrl);
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, JWT_SECRET: SECRET };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
});
beforeEach(async () => {
  if (stopping !== undefined) {
    await stopping;
    await two.run();
  }
  await map.give(one.port, "square", "harbour");
  await map.give(two.port, "lanterns");
  await pause(BEAT_MS);
});
afterAll(async () => {
  for (const socket of bystanders) socket.close();
  await one?.remove();
  await two?.remove();
  await map?.close();
  await redis?.stop();
  await postgres?.stop();
});

test("whoever opens the connection there too late is told where to go on, and what they had begun is done there", async () => {
  const anna = await Walker.enter("Annegret");
  const ben = await Walker.enter("Burkhard");
  const gone = Promise.withResolvers<void>();
  await standsThere("Clothilde", gone.resolve);
  const go = Promise.withResolvers<void>();
  anna.wire.go = go.promise;
  const walk = anna.session.command("east;look;say I am late.");
  await until(() => anna.wire.taken === 1, "she has a seat");
  expect((await ben.session.command("chat Where is everybody?")).status).toBe("ok");

  const stopped = stopTwo();
  await gone.promise;
  expect(await map.portOf("lanterns")).toBe(one.port);
  go.resolve();
  const answer = await walk;
  expect(answer.status).toBe("ok");
  expect(answer.messages.map(({ message }) => message).join("\n")).toMatch(/You go east[^]*I am late/);
  await anna.isIn("lantern_street");
  expect(anna.states).toEqual(["transferring", "online"]);
  expect(anna.wire).toMatchObject({ joined: 1, taken: 2 });
  await until(() => anna.heard.some((line) => line.includes("Where is everybody?")), "she hears what was said while she was on the way");
  expect((await ben.session.command("tell Annegret There you are!")).messages[0]?.message).toContain("You tell Annegret");
  await until(() => anna.heard.some((line) => line.includes("There you are!")), "and what is said to her there");
  expect(anna.heard.filter((line) => line.includes("Where is everybody?"))).toHaveLength(1);
  expect(await stopped).toBe(0);
  await anna.session.close();
  await ben.session.close();
});

test("whoever walks on over the connection that they have, and is still being read when the area goes, goes after it", async () => {
  await map.give(two.port, "square");
  await pause(BEAT_MS);
  const anna = await Walker.enter("Adelheid");
  const { promise: leaves, resolve: toldToLeave } = Promise.withResolvers<void>();
  await standsThere("Dagobert", toldToLeave);
  const db = await openDatabase({ databaseUrl, dataDir: "unused", log: quietLog, clock: testClock });
  try {
    // To read her takes a second, once.
    const [{ answers, id }] = await db.sql.query<{ answers: string; id: string }>(
      "select pg_get_function_result('waystone_load_v1'::regproc) as answers, (select id from character where name = 'Adelheid') as id") as [{ answers: string; id: string }];
    await db.sql.query("create schema quick");
    await db.sql.query("alter function waystone_load_v1 set schema quick");
    await db.sql.query("create sequence slow_once");
    await db.sql.query(`create function waystone_load_v1(ids text[], kept int, depth int) returns ${answers} language plpgsql as $$
      begin
        if '${id}' = any(ids) and nextval('slow_once') = 1 then perform pg_sleep(1.2); end if;
        return query select * from quick.waystone_load_v1(ids, kept, depth);
      end $$`);
    const walk = anna.session.command("east;say I am late.");
    await until(() => anna.states.includes("transferring"), "she has set out");
    const stopped = stopTwo();
    const answer = await walk;
    expect(answer.messages.map(({ message }) => message).join("\n")).toMatch(/You go east[^]*I am late/);
    await anna.isIn("lantern_street");
    expect(anna.states).toEqual(["transferring", "transferring", "online"]);
    expect(anna.wire).toMatchObject({ joined: 1, taken: 1 });
    await leaves;
    expect(await map.portOf("lanterns")).toBe(one.port);
    expect(await stopped).toBe(0);
  } finally {
    await db.sql.query("drop function waystone_load_v1");
    await db.sql.query("alter function quick.waystone_load_v1 set schema public");
    await db.close();
    await anna.session.close();
  }
});

test("so is a client of the stock SDK", async () => {
  const fridolin = await StockPlayer.register(one.endpoint, "Fridolin");
  const gone = Promise.withResolvers<void>();
  await standsThere("Eberhard", gone.resolve);
  const go = Promise.withResolvers<void>();
  fridolin.waits = go.promise;
  const walk = fridolin.types("east");
  await until(() => fridolin.transfers === 1, "he has a seat");
  const stopped = stopTwo();
  await gone.promise;
  go.resolve();
  expect((await walk).status).toBe("ok");
  await until(() => fridolin.transfers === 2 && fridolin.welcome?.room_id === "lantern_street", "he is where the area is now");
  expect((await fridolin.types("look")).status).toBe("ok");
  expect(fridolin.view.area).toBe("lanterns");
  expect(await stopped).toBe(0);
  await fridolin.leaves();
});
