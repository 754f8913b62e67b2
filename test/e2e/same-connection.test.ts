/**
 * A walk into another area of the same process is one over the connection that there is: for whoever walks it is as quick as any step, however far away they
 * are from the server. Into an area of another process a new one leads, as always; back from there the one before, which has been kept.
 */
import { Redis } from "ioredis";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { ColyseusConnector } from "../../client/sdk/colyseus-connector.ts";
import type { Link, LinkEvents, Seat } from "../../client/sdk/link.ts";
import type { Session } from "../../client/sdk/session.ts";
import { Waystone } from "../../client/sdk/waystone.ts";
import { takeSeat } from "../../loadtest/bots/link.ts";
import { commandMessage, joinedMessage, keepMessage, readMessage, takeMessage } from "../../loadtest/bots/wire-messages.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";
import { WorldMap } from "../support/world-map.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });
const SECRET = "a secret that both processes know, and nobody else";

class CountingConnector extends ColyseusConnector {
  opened = 0;
  readonly ended: string[] = [];

  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    this.opened += 1;
    return await super.take(token, seat, {
      message: (type, payload) => events.message(type, payload),
      stateChanged: () => events.stateChanged(),
      closed: (code, reason) => {
        this.ended.push(`${code} ${reason}`);
        events.closed(code, reason);
      },
    }, signal);
  }
}

class Player {
  readonly wire: CountingConnector;
  readonly session: Session;
  readonly heard: string[] = [];

  private constructor(wire: CountingConnector, session: Session) {
    this.wire = wire;
    this.session = session;
    session.on("lines", (lines) => this.heard.push(...lines.map(({ message }) => message)));
  }

  static async enter(name: string): Promise<Player> {
    const wire = new CountingConnector(one.endpoint);
    const waystone = new Waystone(one.endpoint, { connector: wire });
    await waystone.register(name, `secret of ${name}`);
    return new Player(wire, await waystone.join());
  }

  async does(command: string): Promise<void> {
    const answer = await this.session.command(command);
    if (answer.code !== "E_RATE") return expect(answer.status, command).toBe("ok");
    await new Promise((resolve) => setTimeout(resolve, answer.retry_after_ms));
    await this.does(command);
  }

  /** Stands there, and sees it. */
  async isIn(room: string): Promise<void> {
    await until(() => this.session.state.status === "online" && this.session.view.room?.id === room && this.session.view.self?.room_id === room, `in ${room}`);
  }

  async hears(text: string): Promise<void> {
    await until(() => this.heard.some((line) => line.includes(text)), `"${text}" in ${JSON.stringify(this.heard.slice(-8))}`);
  }
}

let postgres: TestPostgres;
let redis: TestRedis;
let one: ServerProcess;
let two: ServerProcess;
let databaseUrl: string;
let inSquare: Player;
let inMarket: Player;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  databaseUrl = await postgres.url();
  const env = { DATABASE_URL: databaseUrl, REDIS_URL: redis.url, JWT_SECRET: SECRET };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  const map = await WorldMap.open(databaseUrl);
  await map.give(one.port, "square", "town");
  await map.give(two.port, "lanterns", "harbour");
  await map.close();
  // Each hears of the other with its next beat.
  await new Promise((resolve) => setTimeout(resolve, 2500));
  inSquare = await Player.enter("Benedikt");
  inMarket = await Player.enter("Cordelia");
  await inMarket.does("north");
  await inMarket.isIn("market_row");
});
afterAll(async () => {
  await inSquare?.session.close();
  await inMarket?.session.close();
  await one?.remove();
  await two?.remove();
  await redis?.stop();
  await postgres?.stop();
});

test("nothing is opened for it, what is seen and heard there is there, and what was begun goes on", async () => {
  const ada = await Player.enter("Adalind");
  await ada.does("north");
  await ada.isIn("market_row");
  expect(ada.session.view.room?.characters.map(({ name }) => name)).toContain("Cordelia");
  await inMarket.does("say Good morning, Ada.");
  await ada.hears("Good morning, Ada.");
  await inSquare.does("say Is she gone?");
  await ada.does("say Good morning!");
  await inMarket.hears("Good morning!");
  expect(ada.heard.filter((line) => line.includes("Is she gone?"))).toEqual([]);

  // Over two borders by one line, and a step behind.
  await ada.does("south;north;south");
  await ada.isIn("town_square");
  await inSquare.does("say There you are.");
  await ada.hears("There you are.");
  expect(ada.wire.opened).toBe(1);
  await ada.session.close();
  expect(inSquare.heard.filter((line) => /stops and stares/.test(line))).toEqual([]);
});

test("into an area of another process a connection is opened, and from there on it is the same again; back it goes over the one before", async () => {
  const ada = await Player.enter("Berengar");
  await ada.does("east");
  await ada.isIn("lantern_street");
  expect(ada.wire.opened).toBe(2);
  await ada.does("west");
  await ada.isIn("town_square");
  await inSquare.does("say Back again?");
  await ada.hears("Back again?");
  await ada.does("north");
  await ada.isIn("market_row");
  await inMarket.does("say That was quick.");
  await ada.hears("That was quick.");
  // To and fro, each of the two as often as one likes; by one line as well, and with a step behind the border.
  for (let times = 0; times < 12; times += 1) await ada.does("south;east;east;west;west;north");
  await ada.isIn("market_row");
  expect(ada.wire.opened).toBe(2);
  expect(ada.wire.ended).toEqual([]);
  expect(ada.heard.filter((line) => line.includes("Back again?"))).toHaveLength(1);
  await ada.session.close();
  for (const server of [one, two]) expect(server.output).not.toContain("Warning");
});

test("what is told somebody who is on the way back is told them once, or its speaker that it was not", async () => {
  const ada = await Player.enter("Ingeborg");
  const told: { word: string; status: string }[] = [];
  /** She takes a step while somebody tells her a word. */
  const during = async (direction: string, room: string, word: string): Promise<void> => {
    const [step, tell] = await Promise.all([ada.session.command(direction), inSquare.session.command(`tell Ingeborg ${word}`)]);
    expect(step.status).toBe("ok");
    told.push({ word, status: tell.status });
    await ada.isIn(room);
  };
  for (let times = 0; times < 4; times += 1) {
    await during("east", "lantern_street", `going ${times}`);
    await during("west", "town_square", `coming ${times}`);
  }
  expect(ada.wire.opened).toBe(2);
  await inSquare.does("tell Ingeborg That is all.");
  await ada.hears("That is all.");
  for (const { word, status } of told) {
    if (status === "ok") await ada.hears(`"${word}"`);
    // Somebody who is nowhere just then cannot be told anything.
    else expect(status, word).toBe("refused");
    expect(ada.heard.filter((line) => line.includes(`"${word}"`)), word).toHaveLength(status === "ok" ? 1 : 0);
  }
  await ada.session.close();
});

test("whoever walks back is met over the connection that they have kept: nothing need be asked for", async () => {
  const waystone = new Waystone(one.endpoint);
  const { token } = await waystone.register("Leopold", "secret of Leopold");
  const course: string[] = [];
  const sockets: WebSocket[] = [];
  const open = ({ processId, roomId, sessionId, publicAddress = `127.0.0.1:${one.port}` }: Seat): void => {
    const socket = new WebSocket(`ws://${publicAddress}/${String(processId)}/${roomId}?sessionId=${sessionId}`);
    const number = sockets.push(socket);
    let isReady = false;
    socket.on("close", (code) => course.push(`${number} closed ${code}`));
    socket.on("message", (frame: Buffer) => readMessage(frame, 0, frame.length, {
      joined: () => {
        if (!isReady) socket.send(joinedMessage);
        isReady = true;
      },
      welcome: ({ room_id }) => course.push(`${number} ${room_id}`),
      transfer: ({ seat }) => { if (sockets.length === 1) open(seat); },
      lines: () => undefined,
      reply: () => undefined,
    }));
  };
  open(await takeSeat(one.endpoint, token, { same_connection: true }));
  await until(() => course.length === 1, "in the square");
  sockets[0]!.send(commandMessage("east", "east", 1));
  await until(() => course.length === 2, "in the lanterns");
  sockets[0]!.send(keepMessage);
  // It has been read when what follows it over there has.
  await inSquare.does("say A moment.");
  sockets[1]!.send(commandMessage("west", "west", 2));
  await until(() => course.length === 3, "in the square again");
  // Asked for all the same, as by a client that does not know it yet.
  sockets[0]!.send(takeMessage("square-1", "whatever"));
  sockets[0]!.send(commandMessage("say Here I am.", "say", 3));
  await inSquare.hears("Leopold says, \"Here I am.\"");
  expect(course).toEqual(["1 town_square", "2 lantern_street", "1 town_square"]);
  for (const socket of sockets) socket.close();
});

test("a connection is kept by whoever has been told that they may, and ends when it is told anything else than where to", async () => {
  const waystone = new Waystone(one.endpoint);
  const { token } = await waystone.register("Kunigunde", "secret of Kunigunde");
  const refused: string[] = [];
  const closed: string[] = [];
  const welcomed: string[] = [];
  const sockets: WebSocket[] = [];
  let mayKeep = false;
  const open = ({ processId, roomId, sessionId, publicAddress = `127.0.0.1:${one.port}` }: Seat): void => {
    const socket = new WebSocket(`ws://${publicAddress}/${String(processId)}/${roomId}?sessionId=${sessionId}`);
    sockets.push(socket);
    socket.on("close", (code, reason) => closed.push(`${code} ${reason.toString()}`));
    socket.on("message", (frame: Buffer) => readMessage(frame, 0, frame.length, {
      joined: () => socket.send(joinedMessage),
      welcome: ({ room_id }) => welcomed.push(room_id),
      transfer: ({ seat, keep }) => {
        mayKeep = keep === true;
        open(seat);
      },
      lines: () => undefined,
      reply: ({ code }) => { if (code !== "") refused.push(code); },
    }));
  };
  open(await takeSeat(one.endpoint, token, { same_connection: true }));
  await until(() => welcomed.length === 1, "in the square");
  const [first] = sockets;
  // She stands there.
  first!.send(keepMessage);
  await until(() => refused.length === 1, "an answer");
  expect(refused).toEqual(["E_BAD_MESSAGE"]);
  first!.send(commandMessage("east", "east", 1));
  await until(() => welcomed.length === 2, "in the lanterns");
  expect([mayKeep, closed]).toEqual([true, []]);
  first!.send(keepMessage);
  first!.send(commandMessage("look", "look", 2));
  await until(() => closed.length === 1, "closed");
  expect(closed).toEqual(["4400 E_BAD_MESSAGE"]);

  // And a seat that nobody has given.
  sockets[1]!.send(commandMessage("west", "west", 3));
  await until(() => welcomed.length === 3, "in the square again");
  sockets[1]!.send(keepMessage);
  sockets[1]!.send(takeMessage("square-1", "nobody"));
  await until(() => closed.length === 2, "closed");
  expect(closed[1]).toMatch(/^4410 /);
  for (const socket of sockets) socket.close();
  for (const server of [one, two]) expect(server.output).not.toContain("fault of the program");
});

test("whoever walks on before their client has said that it is ready where they have just come in is told of both, in order", async () => {
  const waystone = new Waystone(one.endpoint);
  const { token } = await waystone.register("Cuthbert", "secret of Cuthbert");
  const course: string[] = [];
  const sockets: WebSocket[] = [];
  /** Says that it is ready a while after it has been let in, as one does who is far away. */
  const open = ({ processId, roomId, sessionId, publicAddress = `127.0.0.1:${one.port}` }: Seat, slowMs: number): void => {
    const socket = new WebSocket(`ws://${publicAddress}/${String(processId)}/${roomId}?sessionId=${sessionId}`);
    sockets.push(socket);
    socket.on("message", (frame: Buffer) => readMessage(frame, 0, frame.length, {
      joined: () => {
        course.push("let in");
        setTimeout(() => socket.send(joinedMessage), slowMs);
      },
      welcome: ({ room_id }) => {
        course.push(room_id);
        if (room_id === "town_square") socket.send(commandMessage("east;east;east", "one_line", 1));
      },
      transfer: ({ seat, same_connection }) => {
        course.push(same_connection === true ? "goes on" : "opens another");
        if (same_connection !== true) open(seat, 400);
      },
      lines: () => undefined,
      reply: () => undefined,
    }));
  };
  open(await takeSeat(one.endpoint, token, { same_connection: true }), 0);
  await until(() => course.includes("harbour_stairs"), `she has arrived: ${course.join()}`, 4_000).catch(() => undefined);
  expect(course).toEqual(["let in", "town_square", "opens another", "let in", "lantern_street", "goes on", "let in", "harbour_stairs"]);
  for (const socket of sockets) socket.close();
});

test("whatever is typed on the way is done once, in order and where one stands then", async () => {
  const ada = await Player.enter("Dorothea");
  const walk = ["say first", "north", "say second", "south", "say third", "north", "say fourth"];
  const answers = await Promise.all(walk.map((line) => ada.session.command(line)));
  expect(answers.map(({ status }) => status)).toEqual(walk.map(() => "ok"));
  for (const word of ["first", "third"]) await inSquare.hears(`Dorothea says, "${word}"`);
  for (const word of ["second", "fourth"]) await inMarket.hears(`Dorothea says, "${word}"`);
  for (const who of [inSquare, inMarket]) {
    const words = who.heard.filter((line) => line.startsWith("Dorothea says"));
    expect(words.length, JSON.stringify(words)).toBe(2);
  }
  await ada.isIn("market_row");
  expect(ada.wire.opened).toBe(1);
  await ada.session.close();
});

test("walked often, one is counted once, where one is", async () => {
  const ada = await Player.enter("Friederike");
  for (let turns = 0; turns < 12; turns += 1) {
    await ada.does("north");
    await ada.does("south");
  }
  await ada.isIn("town_square");
  expect(ada.wire.opened).toBe(1);
  const listing = new Redis(redis.url);
  try {
    const clients = async (area: string): Promise<number | undefined> => {
      const rows = Object.values(await listing.hgetall("roomcaches")).map((row) => JSON.parse(row) as { roomId: string; clients: number });
      return rows.find(({ roomId }) => roomId.startsWith(`${area}-`))?.clients;
    };
    await until(async () => (await clients("square")) === 2 && (await clients("town")) === 1, "two people in the square, one in the market");
  } finally {
    listing.disconnect();
  }
  await ada.session.close();
  expect(one.output).not.toContain("Warning");
});

test("whoever goes while they walk has gone, and is not waited for", async () => {
  const emmerich = await Player.enter("Emmerich");
  const walking = emmerich.session.command("north").catch((error: unknown) => error);
  await emmerich.session.close();
  await walking;
  // Whether he had set out is the moment's; wherever he stands then he says goodbye.
  await until(() => [inSquare, inMarket].every(({ session }) => session.view.room?.characters.every(({ name }) => name !== "Emmerich")), "he is nowhere");
  for (const who of [inSquare, inMarket]) expect(who.heard.filter((line) => line.includes("Emmerich") && /stops and stares/.test(line))).toEqual([]);
});

test("whoever cannot be let in there comes in where they stand, and is answered once", async () => {
  const ada = await Player.enter("Gudrun");
  const db = await openDatabase({ databaseUrl, dataDir: "unused", log: quietLog, clock: testClock });
  try {
    // The rows say otherwise as soon as she has walked.
    await db.sql.query("create function astray() returns trigger language plpgsql as $$ begin new.room_id := 'lantern_street'; return new; end $$");
    await db.sql.query("create trigger astray before update on character for each row when (new.name = 'Gudrun' and new.room_id = 'market_row') execute function astray()");
    expect((await ada.session.command("north")).status).toBe("ok");
    await ada.isIn("lantern_street");
    expect(ada.wire.ended).toEqual(["4410 E_MOVED"]);
    expect((await ada.session.command("say Here I am.")).status).toBe("ok");
    expect(ada.session.unanswered).toBe(0);
  } finally {
    await db.sql.query("drop trigger if exists astray on character");
    await ada.session.close();
    await db.close();
  }
});

test("a client that does not say that it can do that is told of a seat as before", async () => {
  const stock = await StockPlayer.register(one.endpoint, "Hildegard");
  const told: unknown[] = [];
  stock.room.onMessage("transfer", (transfer: object) => told.push(Object.keys(transfer)));
  expect((await stock.types("north")).status).toBe("ok");
  expect(told).toEqual([["type", "seat", "room_id"]]);
  expect(stock.view.area).toBe("town");
  await stock.leaves();
  for (const server of [one, two]) expect(server.output).not.toContain("fault of the program");
});
