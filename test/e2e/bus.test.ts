/** Two processes, one world, a Redis that dies, hangs and comes back: what is said far away, and what goes on without it. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { setWorldSetting } from "../../src/cluster/world-settings.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { openAreaOn } from "../support/open-area.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SECRET = "a secret that both processes know, and nobody else";
let database = "";
let postgres: TestPostgres;
let redis: TestRedis;
let proxy: TcpProxy;
let one: ServerProcess;
let two: ServerProcess;
let ada: StockPlayer;
let ben: StockPlayer;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  proxy = await tcpProxy(redis.port);
  database = await postgres.url();
  const env = { DATABASE_URL: database, REDIS_URL: `redis://127.0.0.1:${proxy.port}`, JWT_SECRET: SECRET };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  await openAreaOn(one, "square", SECRET);
  await openAreaOn(two, "town", SECRET);
  ada = await StockPlayer.register(one.endpoint, "Adalind");
  ben = await StockPlayer.register(two.endpoint, "Benedikt");
  await ben.typesTillEnd("north");
  expect(ben.transfers).toBe(1);
});
afterAll(async () => {
  // The other one's process is dead by then.
  if (ada?.room.connection.isOpen) await ada.leaves();
  for (const server of [one, two]) {
    expect(server?.output).not.toContain("fault of the program");
    expect(server?.output).not.toContain("rejection was not handled");
    await server?.remove();
  }
  await proxy?.close();
  await redis?.stop();
  await postgres?.stop();
});

/** Types until it is answered so; news of others takes a moment. */
async function typesUntil(player: StockPlayer, line: string, holds: (text: string) => boolean): Promise<string> {
  for (const endMs = Date.now() + 30_000; ; ) {
    const text = textOf(await player.types(line));
    if (holds(text)) return text;
    if (Date.now() > endMs) throw new Error(`${player.name} typed "${line}" in vain: ${text}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Each process finds its way back to Redis in its own time, and Redis takes a connection that has hung up for a listener for a while. */
async function tellsTillHeard(words: string): Promise<void> {
  await until(async () => {
    await ada.types(`tell benedikt ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 200));
    return ben.lines.some((line) => line.includes(words));
  }, `${ben.name} hears "${words}"`, 60_000);
}

const metricsOf = async (server: ServerProcess): Promise<string> => await (await fetch(`${server.endpoint}/metrics`)).text();
const sumOf = (metrics: string, start: string): number => metrics.split("\n").filter((line) => line.startsWith(start)).reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);

test("they see each other in the list of players, and talk over any distance", async () => {
  const who = await typesUntil(ada, "who", (text) => text.includes("Benedikt"));
  expect(who).toContain("Two people are in the world");
  await typesUntil(ben, "who", (text) => text.includes("Adalind"));
  expect(((await (await fetch(`${one.endpoint}/api/who`)).json()) as { count: number }).count).toBe(2);

  ada.forget();
  ben.forget();
  expect(textOf(await ada.types("tell benedikt how is the market?"))).toContain('You tell Benedikt, "how is the market?"');
  await ben.hears('Adalind tells you, "how is the market?"');
  await ben.types("reply full of cheese");
  await ada.hears('Benedikt tells you, "full of cheese"');
  const channel = textOf(await ada.types("channels")).split(":")[0]!.trim();
  await ada.types(`channel ${channel} hello everybody`);
  await ben.hears("Adalind: hello everybody");
  await ben.types("shout Fresh cheese!");
  await ada.hears('Benedikt shouts, "Fresh cheese!"');
  await ben.types("afk buying cheese");
  await typesUntil(ada, "who", (text) => text.includes("Benedikt (away)"));
  await ben.types("afk");
  // Nobody heard anything twice.
  for (const player of [ada, ben]) expect(player.lines.length).toBe(new Set(player.messages.map(({ id }) => id)).size);
});

test("whoever takes long to walk to another process is in the world all the while, and is told there what was said to them on the way", async () => {
  const cid = await StockPlayer.register(one.endpoint, "Cordelia");
  await typesUntil(ben, "who", (text) => text.includes("Cordelia"));
  for (const player of [ada, ben]) player.forget();
  const arrive = Promise.withResolvers<void>();
  cid.waits = arrive.promise;
  const walking = cid.types("north");
  await until(() => cid.transfers === 1, "she has set out");
  const told: string[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    for (const player of [ada, ben]) {
      const words = `are you there yet, asks ${player.name} at ${turn}`;
      expect(textOf(await player.types(`tell cordelia ${words}`)), words).toContain("You tell Cordelia");
      expect(textOf(await player.types("who")), player.name).toContain("Cordelia");
      told.push(words);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  arrive.resolve();
  await walking;
  for (const words of told) await cid.hears(words);
  expect(cid.messages.filter(({ message }) => message.includes("are you there yet")).map(({ message }) => told.filter((words) => message.includes(words)).length)).toEqual(told.map(() => 1));
  for (const player of [ada, ben]) expect(player.lines.filter((line) => line.includes("did not reach"))).toEqual([]);
  await cid.leaves();
  for (const player of [ada, ben]) await typesUntil(player, "who", (text) => !text.includes("Cordelia"));
});

test("what is published from outside is seen by those it is for, and nonsense is counted and ignored", async () => {
  const cli = redis.cli();
  ada.forget();
  ben.forget();
  await cli.publish("room:town_square", '{"type":"ambiance","message":"A bell rings."}');
  await ada.hears("A bell rings.");
  await cli.publish("user:benedikt", '{"type":"quest_update","message":"The mayor is waiting for you."}');
  await ben.hears("The mayor is waiting for you.");
  for (const nonsense of ["", "{", "7", '{"type":"ambiance"}', '{"type":"no_such","message":"x"}', JSON.stringify({ type: "ambiance", message: "x".repeat(40_000) })]) await cli.publish("room:town_square", nonsense);
  await cli.publish("global", '{"type":"announcement","message":"The gates close at midnight."}');
  await Promise.all([ada.hears("The gates close at midnight."), ben.hears("The gates close at midnight.")]);
  expect(ben.lines).not.toContain("A bell rings.");
  // Those who live there talk and come and go, too.
  const heard = ada.messages.filter(({ message, message_type, refs = [] }) => message_type !== "npc" && !refs.some(({ type }) => type === "npc") && !message.startsWith("The gates"));
  expect(heard.map(({ message }) => message)).toEqual(["A bell rings."]);
  expect(heard[0]).toMatchObject({ message_type: "ambiance", room_id: "town_square" });
  const metrics = await metricsOf(one);
  expect(sumOf(metrics, 'waystone_bus_messages_total{direction="in",type="unknown",result="malformed"}')).toBe(4);
  expect(sumOf(metrics, 'waystone_bus_messages_total{direction="in",type="ambiance",result="malformed"}')).toBe(1);
  expect(sumOf(metrics, 'waystone_bus_messages_total{direction="in",type="unknown",result="oversized"}')).toBe(1);
  expect(sumOf(metrics, "waystone_bus_propagation_seconds_count")).toBeGreaterThan(0);
  expect(sumOf(metrics, 'waystone_recorded_lines_total{result="recorded"}')).toBeGreaterThan(0);
  expect(metrics).toContain('waystone_redis_up{role="cache"} 1');
});

test("an operator sets the weather for the whole world, and takes it back", async () => {
  const cli = redis.cli();
  const db = await openDatabase({ databaseUrl: database, dataDir: "unused", log: quietLog, clock: testClock });
  await setWorldSetting(db.sql, null, "weather", { weather: "snow" });
  await cli.publish("global", '{"type":"world_changed","key":"weather"}');
  await typesUntil(ada, "weather", (text) => /snow/i.test(text));
  await typesUntil(ben, "weather", (text) => /snow/i.test(text));
  await setWorldSetting(db.sql, null, "weather", null);
  await cli.publish("global", '{"type":"world_changed"}');
  await db.close();
});

test("without Redis talk is local only and says so; play and what is durable go on; with it back, even empty, all is as before", async () => {
  await redis.kill();
  await typesUntil(ada, "who", (text) => text.includes("as last heard of"));
  expect(await ada.types("tell benedikt still there?")).toMatchObject({ status: "refused", code: "out_of_reach" });
  const channel = textOf(await ada.types("channels")).split(":")[0]!.trim();
  expect(textOf(await ada.types(`channel ${channel} anybody?`))).toContain("Words do not carry far just now");
  expect((await ada.types("drop 2 coins")).status).toBe("ok");
  expect((await ada.types("get coins")).status).toBe("ok");
  // Walking to the other process needs no Redis, and there they talk.
  await ada.typesTillEnd("north");
  await ada.types("say So here you are");
  await ben.hears('Adalind says, "So here you are"');
  expect((await ada.types("tell benedikt psst")).status).toBe("ok");
  await ben.hears("psst");
  await ada.typesTillEnd("south");

  await redis.start();
  ben.forget();
  await tellsTillHeard("and now?");
  await typesUntil(ada, "who", (text) => !text.includes("as last heard of") && text.includes("Benedikt"));
  await redis.cli().publish("room:town_square", '{"type":"npc_action","message":"A crier clears his throat.","sender":"crier"}');
  await ada.hears("A crier clears his throat.");
});

test("a Redis that hangs delays no reply", async () => {
  const round = async (): Promise<number> => {
    const startedMs = Date.now();
    for (let turn = 0; turn < 20; turn += 1) expect((await ada.types(turn % 2 === 0 ? "drop 1 coin" : "say hello")).status).toBe("ok");
    return Date.now() - startedMs;
  };
  // The rate of commands is bounded; a pause fills the allowance again.
  const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3_000));
  await pause();
  const before = await round();
  await pause();
  proxy.blackHole();
  const hung = await round();
  // Had each waited for Redis, it would have been twenty seconds.
  expect(hung).toBeLessThan(before * 5 + 3_000);
  await typesUntil(ada, "who", (text) => text.includes("as last heard of"));
  proxy.mend();
  await tellsTillHeard("there you are again");
});

test("those of a process that dies vanish from the list; a new process knows everybody", async () => {
  const three = await ServerProcess.start({ DATABASE_URL: database, REDIS_URL: redis.url, JWT_SECRET: SECRET });
  try {
    await openAreaOn(three, "harbour", SECRET);
    const names = (): Promise<string[]> => fetch(`${three.endpoint}/api/who`).then(async (answer) => ((await answer.json()) as { players: { name: string }[] }).players.map(({ name }) => name));
    for (const endMs = Date.now() + 20_000; (await names()).join() !== "Adalind,Benedikt"; ) {
      if (Date.now() > endMs) throw new Error(`the new process knows only ${(await names()).join()}; ${three.output} ONE ${one.output.slice(-3000)} TWO ${two.output.slice(-3000)}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await two.kill();
    for (const endMs = Date.now() + 40_000; (await names()).join() !== "Adalind"; ) {
      if (Date.now() > endMs) throw new Error(`those of the dead process are still there: ${(await names()).join()}`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    await three.remove();
  }
});
