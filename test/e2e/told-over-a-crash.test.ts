/** What was told one player, and answered with ok, is read by them, once, though the process dies in which they were before they read it. */
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Session } from "../../client/sdk/session.ts";
import { Waystone } from "../../client/sdk/waystone.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { TrappedConnector } from "../support/trapped-connector.ts";
import { until } from "../support/until.ts";
import { WorldMap } from "../support/world-map.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 180_000 });
let postgres: TestPostgres;
let redis: TestRedis;
let map: WorldMap;
let one: ServerProcess;
let two: ServerProcess;
const sessions: Session[] = [];

class Player {
  readonly name: string;
  readonly wire: TrappedConnector;
  session!: Session;
  heard: string[] = [];

  private constructor(name: string, endpoint: string) {
    this.name = name;
    this.wire = new TrappedConnector(endpoint);
  }

  /** Comes in by the process that is not killed. */
  static async enter(name: string): Promise<Player> {
    const player = new Player(name, two.endpoint);
    const waystone = new Waystone(two.endpoint, { connector: player.wire });
    await waystone.register(name, `secret of ${name}`);
    player.session = await waystone.join();
    sessions.push(player.session);
    player.session.on("lines", (lines) => player.heard.push(...lines.map(({ message }) => message)));
    return player;
  }

  async does(command: string): Promise<void> {
    expect((await this.session.command(command)).status, command).toBe("ok");
  }

  async hears(part: string): Promise<void> {
    await until(() => this.heard.some((text) => text.includes(part)), `${this.name} hears "${part}"`, 60_000);
  }

  async comesBack(): Promise<void> {
    this.wire.mend();
    await until(() => {
      this.session.retryNow();
      return this.session.state.status === "online";
    }, `${this.name} is back`, 60_000);
  }
}

beforeEach(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const env = { DATABASE_URL: await postgres.url(), REDIS_URL: redis.url, JWT_SECRET: "a secret that both processes know, and nobody else" };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  map = await WorldMap.open(env.DATABASE_URL);
  await map.give(one.port, "square");
  await map.give(two.port, "lanterns");
  // Each hears of the other with its next beat.
  await new Promise((resolve) => setTimeout(resolve, 2500));
});
afterEach(async () => {
  for (const session of sessions.splice(0)) await session.close();
  await map?.close();
  for (const server of [one, two]) {
    expect(server?.output).not.toContain("fault of the program");
    await server?.remove();
  }
  await redis?.stop();
  await postgres?.stop();
});

/** Ada and Ben in the square, on the process that will die; Cid in the street, on the other. */
async function everybody(): Promise<[Player, Player, Player]> {
  const [ada, ben, cid] = [await Player.enter("Adalind"), await Player.enter("Benedikt"), await Player.enter("Cidonia")];
  await cid.does("east");
  await until(() => cid.session.view.self?.room_id === "lantern_street", "Cid is in the street");
  await cid.does("tell adalind a first word");
  await ada.hears("a first word");
  return [ada, ben, cid];
}

test("told by somebody beside them and by somebody far away while their line is cut, whispered to, and smiled at", async () => {
  const [ada, ben, cid] = await everybody();
  ada.wire.cut();
  await ben.hears("Adalind stops and stares");
  await ben.does("tell adalind from beside you");
  await ben.does("whisper to adalind into your ear");
  await ben.does("smile adalind");
  await cid.does("tell adalind from far away");
  await one.kill();
  await ada.comesBack();
  for (const said of ["from beside you", "into your ear", "from far away", "Benedikt smiles at you"]) {
    await ada.hears(said);
    expect(ada.heard.filter((text) => text.includes(said)), said).toHaveLength(1);
  }
  // What she had read before she does not read again; nobody else reads any of it.
  expect(ada.heard.filter((text) => text.includes("a first word"))).toHaveLength(1);
  expect([...ben.heard, ...cid.heard].filter((text) => text.includes("from far away"))).toEqual([]);
});

test("told by another process that the one they are in has heard from no more: it stands still, and dies", async () => {
  const [ada, , cid] = await everybody();
  one.freeze();
  await cid.does("tell adalind are you there");
  await one.kill();
  await ada.hears("are you there");
  expect(ada.heard.filter((text) => text.includes("are you there"))).toHaveLength(1);
});

test("what somebody says whom they ignore they do not read afterwards, either", async () => {
  const [ada, , cid] = await everybody();
  await ada.does("ignore cidonia");
  ada.wire.cut();
  await cid.does("tell adalind listen to me");
  await one.kill();
  await ada.comesBack();
  await cid.does("say anybody here");
  await ada.does("look");
  expect(ada.heard.filter((text) => text.includes("listen to me"))).toEqual([]);
});
