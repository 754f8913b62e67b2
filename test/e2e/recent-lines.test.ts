/** What somebody heard before a process was killed is heard, once, by everybody who comes back to its next owner. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ColyseusConnector } from "../../client/sdk/colyseus-connector.ts";
import { WaystoneError } from "../../client/sdk/errors.ts";
import type { Link, LinkEvents, Seat } from "../../client/sdk/link.ts";
import type { Session } from "../../client/sdk/session.ts";
import { Waystone } from "../../client/sdk/waystone.ts";
import type { RoomMessage, WelcomeMessage } from "../../src/protocol/server-messages.ts";
import { openAreaOn } from "../support/open-area.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SECRET = "a secret that both processes know, and nobody else";
let postgres: TestPostgres;
let redis: TestRedis;
let one: ServerProcess;
let two: ServerProcess;

/** A line that can be cut and kept from coming back. */
class Wire extends ColyseusConnector {
  #cut = false;
  #link: Link | undefined;

  override async take(token: string, seat: Seat, events: LinkEvents, signal: AbortSignal): Promise<Link> {
    if (this.#cut) throw new WaystoneError("E_NETWORK", "cut");
    this.#link = await super.take(token, seat, events, signal);
    return this.#link;
  }

  cut(): void {
    this.#cut = true;
    this.#link?.drop();
  }

  mend(): void {
    this.#cut = false;
  }
}

class Player {
  readonly name: string;
  readonly wire: Wire;
  readonly #waystone: Waystone;
  session!: Session;
  heard: RoomMessage[] = [];
  welcomes: WelcomeMessage[] = [];

  /** `endpoint`: the process that will not be killed shows the way to where the area is. */
  private constructor(name: string, endpoint: string) {
    this.name = name;
    this.wire = new Wire(endpoint);
    this.#waystone = new Waystone(endpoint, { connector: this.wire });
  }

  static async enter(name: string, endpoint = two.endpoint): Promise<Player> {
    const player = new Player(name, endpoint);
    await player.#waystone.register(name, `secret of ${name}`);
    player.session = await player.#waystone.join();
    player.session.on("lines", (lines) => player.heard.push(...lines));
    player.session.on("welcome", (welcome) => player.welcomes.push(welcome));
    return player;
  }

  async does(command: string): Promise<void> {
    expect((await this.session.command(command)).status, command).toBe("ok");
  }

  get texts(): string[] {
    return this.heard.map(({ message }) => message);
  }

  async hears(part: string): Promise<void> {
    for (const endMs = Date.now() + 30_000; !this.texts.some((text) => text.includes(part)); ) {
      if (Date.now() > endMs) throw new Error(`${this.name} waited in vain for "${part}" in ${JSON.stringify(this.texts.slice(-10))}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async online(): Promise<void> {
    for (const endMs = Date.now() + 60_000; this.session.state.status !== "online"; ) {
      if (Date.now() > endMs) throw new Error(`${this.name} did not come back: ${JSON.stringify(this.session.state)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }
}

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const env = { DATABASE_URL: await postgres.url(), REDIS_URL: redis.url, JWT_SECRET: SECRET };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
});
afterAll(async () => {
  for (const server of [one, two]) {
    expect(server?.output).not.toContain("fault of the program");
    await server?.remove();
  }
  await redis?.stop();
  await postgres?.stop();
});

test("talk, moves and doings that one client heard in the last moment are replayed to those who missed them, once, in order, and to nobody else", async () => {
  await openAreaOn(one, "square", SECRET);
  const ada = await Player.enter("Adalind");
  const ben = await Player.enter("Benedikt");
  const cid = await Player.enter("Cidonia");
  const dot = await Player.enter("Dorothea");
  await ada.does("say Is everybody here?");
  await Promise.all([ben, cid, dot].map((player) => player.hears("Is everybody here?")));

  ben.wire.cut();
  await cid.hears("Benedikt");
  for (const player of [ben, cid]) player.heard = [];
  for (let count = 1; count <= 5; count += 1) await ada.does(`say number ${count}`);
  await ada.does("smile benedikt");
  await dot.does("north");
  await dot.does("south");
  await cid.hears("Dorothea arrives from the north.");
  await redis.cli().publish("room:town_square", '{"type":"npc_action","message":"The crier clears his throat.","sender":"crier"}');
  await cid.hears("The crier clears his throat.");
  await ada.does("say the last word");
  await cid.hears("the last word");
  await one.kill();
  ben.wire.mend();

  await ben.hears("the last word");
  await Promise.all([ada, ben, cid, dot].map((player) => player.online()));
  await dot.does("say Are you all right?");
  await Promise.all([ben.hears("Are you all right?"), cid.hears("Are you all right?")]);

  // What he missed, in the order it happened: neither the smile as others saw it, nor anything of his own coming and going.
  // (What people of the world do by themselves meanwhile is not part of the story.)
  const before = ben.heard.slice(0, ben.texts.findIndex((text) => text.includes("the last word")) + 1);
  const missed = before.map(({ message }) => message).filter((text) => /^(Adalind|Dorothea|The crier) /.test(text));
  expect(missed).toEqual([
    ...[1, 2, 3, 4, 5].map((count) => `Adalind says, "number ${count}"`),
    "Dorothea leaves north.", "Dorothea arrives from the north.", "The crier clears his throat.", 'Adalind says, "the last word"',
  ]);
  expect(before.every(({ replayed }) => replayed === true)).toBe(true);
  expect(ben.welcomes.at(-1)).toMatchObject({ room_id: "town_square", complete: true });
  expect(cid.welcomes.at(-1)).toMatchObject({ room_id: "town_square", complete: true });
  // She saw it all as it happened, and nothing of it again.
  for (const text of [...missed, "Adalind smiles at Benedikt."]) expect(cid.texts.filter((heard) => heard === text), text).toHaveLength(1);
  // Ada reads her own words in her answers, not among what others said.
  expect(ada.texts.filter((text) => text.startsWith("Adalind"))).toEqual([]);
  for (const player of [ada, ben, cid, dot]) await player.session.close();
});

test("whoever has come into a room in the very moment in which its process dies has been there, and is told what is said until they are back", async () => {
  // A world of its own has a Redis of its own.
  const other = await startRedis();
  const three = await ServerProcess.start({ DATABASE_URL: await postgres.url(), REDIS_URL: other.url, JWT_SECRET: SECRET });
  const ada = await Player.enter("Gwendolin", three.endpoint);
  const ben = await Player.enter("Hieronymus", three.endpoint);
  try {
    for (const word of ["first", "second"]) {
      await ada.does("north");
      await ada.online();
      const stop = ada.session.on("welcome", () => {
        process.kill(three.pid, "SIGKILL");
        ada.wire.cut();
      });
      const walking = ada.session.command("south");
      for (const endMs = Date.now() + 30_000; ada.session.state.status !== "reconnecting"; ) {
        if (Date.now() > endMs) throw new Error("she does not walk");
        await new Promise((resolve) => setTimeout(resolve, 1));
      }
      stop();
      await three.kill();
      await three.run();
      await ben.online();
      await ben.does(`say the ${word} word`);
      ada.wire.mend();
      await ada.online();
      expect((await walking).status).toBe("ok");
      await ben.does(`say the ${word} word again`);
      await ada.hears(`the ${word} word again`);
      expect(ada.texts.filter((text) => text === `Hieronymus says, "the ${word} word"`)).toHaveLength(1);
      expect(ada.welcomes.at(-1)).toMatchObject({ room_id: "town_square", complete: true });
    }
  } finally {
    await ada.session.close();
    await ben.session.close();
    await three.remove();
    await other.stop();
  }
});

test("when Redis has lost what was said, whoever comes back is told that lines are missing", async () => {
  // A world of its own has a Redis of its own.
  const other = await startRedis();
  const three = await ServerProcess.start({ DATABASE_URL: await postgres.url(), REDIS_URL: other.url, JWT_SECRET: SECRET });
  try {
    const cli = other.cli();
    const waystone = new Waystone(three.endpoint);
    await waystone.register("Emmeline", "secret of Emmeline");
    const session = await waystone.join();
    const welcomes: WelcomeMessage[] = [];
    session.on("welcome", (welcome) => welcomes.push(welcome));
    await session.command("look");
    await three.kill();
    await cli.flushall();
    await three.run();
    for (const endMs = Date.now() + 60_000; welcomes.length === 0; ) {
      if (Date.now() > endMs) throw new Error("she did not come back");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(welcomes[0]).toMatchObject({ complete: false });
    // And when nothing is lost, she is not told so.
    const heard: string[] = [];
    session.on("lines", (lines) => heard.push(...lines.map(({ message }) => message)));
    for (const endMs = Date.now() + 30_000; !heard.includes("A bell rings."); ) {
      if (Date.now() > endMs) throw new Error("she does not hear the bell");
      await cli.publish("room:town_square", '{"type":"ambiance","message":"A bell rings."}');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    welcomes.length = 0;
    await three.kill();
    await three.run();
    for (const endMs = Date.now() + 60_000; welcomes.length === 0; ) {
      if (Date.now() > endMs) throw new Error("she did not come back again");
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    expect(welcomes[0]).toMatchObject({ complete: true });
    await session.close();
  } finally {
    await three.remove();
    await other.stop();
  }
});
