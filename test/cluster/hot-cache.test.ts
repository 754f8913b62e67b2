import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { HOT_VERSION, HotCache, hotKey } from "../../src/cluster/hot-cache.ts";
import { HotState, readOnline } from "../../src/cluster/hot-state.ts";
import { RedisLink } from "../../src/cluster/redis.ts";
import type { CharacterId } from "../../src/engine/ids.ts";
import { HOT_COMPRESS_BYTES, HOT_TTL_S, MAX_HOT_PENDING } from "../../src/limits.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import { Online } from "../../src/runtime/online.ts";
import { systemClock } from "../../src/timers.ts";
import { until } from "../contracts/bus/suite.ts";
import { aRoom, aWorld, aKind } from "../support/transcript.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let redis: TestRedis;
let cli: ReturnType<TestRedis["cli"]>;
let link: RedisLink;
let looked: string[];
let cache: HotCache;

beforeAll(async () => {
  redis = await startRedis();
  cli = redis.cli();
  link = new RedisLink({ url: redis.url, role: "cache", random: Math.random, log: { info: () => undefined, warn: () => undefined }, clock: systemClock((error) => { throw error; }) });
  await until(() => link.up, "Redis");
});
beforeEach(async () => {
  await cli.flushall();
  looked = [];
  cache = new HotCache({ link, looked: (result) => looked.push(result) });
});
afterAll(async () => {
  link.close();
  await redis.stop();
});

test("values are JSON with their version, expire by themselves, and live longer when they are read", async () => {
  cache.put(hotKey.playerState("Ada"), { coins: 1 });
  cache.put(hotKey.playerState("Ada"), { coins: 2 });
  expect(cache.waiting).toBe(1);
  await cache.flush();
  expect(await cli.get("player:ada:state")).toBe(JSON.stringify({ v: HOT_VERSION, coins: 2 }));
  await cli.expire("player:ada:state", 5);
  expect(await cache.read(hotKey.playerState("ADA"))).toEqual({ v: HOT_VERSION, coins: 2 });
  expect(await cli.ttl("player:ada:state")).toBeGreaterThan(HOT_TTL_S.state - 30);
  cache.put(hotKey.playerState("Ada"), null);
  await cache.flush();
  expect(await cache.read(hotKey.playerState("Ada"))).toBeUndefined();
  expect(looked).toEqual(["hit", "miss"]);
});

test("large values are compressed; what another version or a stranger wrote is as if it were not there", async () => {
  const names = Array.from({ length: HOT_COMPRESS_BYTES / 4 }, (_, index) => `name ${index}`);
  cache.put(hotKey.roomState("square"), { names });
  await cache.flush();
  const bytes = (await cli.getBuffer("room:square:state"))!;
  expect(bytes.length).toBeLessThan(JSON.stringify(names).length / 2);
  expect(JSON.parse(gunzipSync(bytes).toString())).toMatchObject({ names });
  expect(await cache.read(hotKey.roomState("square"))).toMatchObject({ names });
  for (const strange of ["", "nonsense", "{", '"text"', "null", JSON.stringify({ v: HOT_VERSION + 1 }), Buffer.from([0x1f, 0x8b, 1, 2, 3])]) {
    await cli.set("room:square:state", strange);
    expect(await cache.read(hotKey.roomState("square"))).toBeUndefined();
  }
});

test("sets follow what comes and goes between two flushes, and begin anew when told to", async () => {
  cache.change(hotKey.activePlayers, { add: ["ada", "ben"] });
  await cache.flush();
  cache.change(hotKey.activePlayers, { add: ["cid"], remove: ["ada"] });
  cache.change(hotKey.activePlayers, { remove: ["cid"], add: ["dot"] });
  await cache.flush();
  expect((await cache.readSet(hotKey.activePlayers)).toSorted()).toEqual(["ben", "dot"]);
  cache.change(hotKey.activePlayers, { add: ["eve"], fresh: true });
  cache.change(hotKey.activePlayers, { add: ["fay"] });
  await cache.flush();
  expect((await cache.readSet(hotKey.activePlayers)).toSorted()).toEqual(["eve", "fay"]);
  expect(await cli.ttl("global:active_players")).toBeGreaterThan(0);
});

test("what waits is bounded, and nothing piles up while Redis is away", async () => {
  for (let count = 0; count < MAX_HOT_PENDING + 10; count += 1) cache.put(hotKey.playerState(`p${count}`), { count });
  expect(cache.waiting).toBe(MAX_HOT_PENDING);
  const away = new RedisLink({ url: "redis://127.0.0.1:1", role: "cache", random: Math.random, log: { info: () => undefined, warn: () => undefined }, clock: systemClock((error) => { throw error; }) });
  const lost = new HotCache({ link: away, looked: (result) => looked.push(result) });
  lost.put(hotKey.playerState("Ada"), { coins: 1 });
  await lost.flush();
  expect(lost.waiting).toBe(0);
  expect(await lost.read(hotKey.playerState("Ada"))).toBeUndefined();
  expect(await lost.readSet(hotKey.activePlayers)).toEqual([]);
  expect(looked).toEqual(["error", "error"]);
  away.close();
});

test("the state of a process: exactly the keys that are promised, and what is in them follows what happens", async () => {
  const world = aWorld({ rooms: [aRoom("yard"), aRoom("shed")], kinds: [aKind("sword")] });
  const ada = world.person("Ada", { coins: 7 });
  const online = new Online();
  let nowMs = 5_000_000;
  const active = { id: world.area.id, epoch: 4, area: world.area } as unknown as ActiveArea;
  const hot = new HotState({
    cache, online, clock: { nowMs: () => nowMs }, processId: "one", areas: () => [active], areaOf: () => active,
    world: () => ({ time: { hour: 7 }, weather: { mild: "rain" }, quests: { bridge: { state: "begun", text: null } } }),
  });
  const listed = { id: ada.id, name: "Ada", role: "player" as const, guest: false, afk: null, area: active.id, areaName: "Here" };
  online.set(listed);
  hot.served(active);
  hot.happened(active, [{ type: "character-entered", character: ada, items: [] }]);
  const flush = async (): Promise<void> => {
    hot.tick();
    await cache.flush();
  };
  await flush();
  expect((await cli.keys("*")).toSorted()).toEqual([
    "global:active_players", "global:quests", "global:weather", "global:world_time", "player:ada:location", "player:ada:session", "player:ada:state",
    "room:shed:state", "room:yard:players", "room:yard:state",
  ]);
  expect(await cache.read(hotKey.playerState("Ada"))).toMatchObject({ coins: 7, epoch: 4, position: "standing" });
  expect(await cli.smembers("room:yard:players")).toEqual(["ada"]);
  expect(await readOnline(cache)).toEqual([{ process: "one", entry: listed }]);

  // She walks into the shed.
  world.area.rooms.get("yard" as never)!.characters.delete(ada.id);
  world.area.rooms.get("shed" as never)!.characters.add(ada.id);
  ada.room = "shed" as never;
  hot.happened(active, [{ type: "character-moved", character: ada.id, from: "yard" as never, to: "shed" as never, toArea: active.id }]);
  await flush();
  expect(await cli.exists("room:yard:players")).toBe(0);
  expect(await cli.smembers("room:shed:players")).toEqual(["ada"]);
  expect(await cache.read(hotKey.playerLocation("Ada"))).toMatchObject({ room_id: "shed", area: active.id, process: "one" });

  // Redis loses everything: it is written anew.
  await cli.flushall();
  hot.connected();
  await flush();
  expect(await cli.smembers("room:shed:players")).toEqual(["ada"]);
  expect(await cli.smembers("global:active_players")).toEqual(["ada"]);

  // She leaves the world; where she is now might be news still on its way.
  online.remove(ada.id, active.id);
  await flush();
  expect(await cli.smembers("global:active_players")).toEqual(["ada"]);
  nowMs += 10_000;
  await flush();
  expect(await cli.exists("global:active_players", "player:ada:location")).toBe(0);
  // What was told her alone is kept beside it, for when she comes back.
  const [[, [field, value]]] = await cli.xrevrange("player:ada:session", "+", "-", "COUNT", 1) as [[string, [string, string]]];
  expect([field, JSON.parse(value)]).toMatchObject(["s", { process: null }]);
  hot.finish();
  expect(ada.id satisfies CharacterId).toBe("ada");
});
