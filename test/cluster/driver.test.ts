/** The listing of rooms: exact at home, shared as well as Redis lets it, and whole again after every outage. */
import { initializeRoomCache, type IRoomCache } from "@colyseus/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { ListingDriver } from "../../src/cluster/driver.ts";
import { SteadyPresence } from "../../src/cluster/presence.ts";
import { Reaper } from "../../src/cluster/reaper.ts";
import { RemoteListing } from "../../src/cluster/remote-listing.ts";
import { systemClock } from "../../src/timers.ts";
import { StorageError } from "../../src/persistence/storage-error.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const QUIET = { info: () => undefined, warn: () => undefined };
const thrown: unknown[] = [];
const clock = systemClock((error) => thrown.push(error));

let redis: TestRedis;
let wire: TcpProxy;
let cli: ReturnType<TestRedis["cli"]>;
const closers: (() => unknown)[] = [];
let leases: Set<string>;
let ada: ListingDriver;
let ben: ListingDriver;
let adasRemote: RemoteListing;

function process(name: string, port: number): { driver: ListingDriver; remote: RemoteListing } {
  const remote = new RemoteListing({ url: `redis://127.0.0.1:${port}`, clock, log: QUIET, random: Math.random });
  closers.push(() => remote.close());
  return { remote, driver: new ListingDriver({ remote, clock, processId: () => name, holdsLease: (area, roomId) => leases.has(roomId) && roomId.startsWith(`${area}-`) }) };
}

/** A room as Colyseus makes its record: what it is filtered by is in the metadata. */
function room(processId: string, area: string, epoch: number): IRoomCache {
  const roomId = `${area}-${epoch}`;
  leases.add(roomId);
  return initializeRoomCache({ name: "world", processId, roomId, metadata: { area } });
}
const rows = async (): Promise<string[]> => (await cli.hkeys("roomcaches")).sort();
const row = async (id: string): Promise<Partial<IRoomCache>> => JSON.parse((await cli.hget("roomcaches", id)) ?? "{}") as Partial<IRoomCache>;
const ids = (found: readonly IRoomCache[]): string[] => found.map(({ roomId }) => roomId).sort();

beforeAll(async () => {
  redis = await startRedis();
  cli = redis.cli();
});
afterAll(async () => {
  await redis.stop();
});
beforeEach(async () => {
  await cli.flushall();
  leases = new Set();
  wire = await tcpProxy(redis.port);
  const first = process("ada", wire.port);
  const second = process("ben", redis.port);
  [ada, adasRemote, ben] = [first.driver, first.remote, second.driver];
  await until(() => first.remote.up && second.remote.up, "both are connected");
});
afterEach(async () => {
  await ada.shutdown();
  await ben.shutdown();
  for (const close of closers.splice(0)) close();
  await wire.close();
  expect(thrown.splice(0)).toEqual([]);
});

test("a room is found at home at once, and elsewhere a moment later, by its id and by its area", async () => {
  await ada.insert(room("ada", "town", 1));
  expect((await ada.findOne({ roomId: "town-1" }))?.processId).toBe("ada");
  expect((await ada.findOne({ locked: false, name: "world", private: false, area: "town" }))?.roomId).toBe("town-1");
  await until(() => ben.has("town-1"), "the other process finds it");
  expect((await ben.findOne({ locked: false, name: "world", private: false, area: "town" }))?.roomId).toBe("town-1");
  expect(await ben.findOne({ name: "world", area: "wood" })).toBeUndefined();
  expect(ids(await ben.query({ name: "world" }))).toEqual(["town-1"]);
  expect([...(await ben.findByIds(["town-1", "none-1"])).keys()]).toEqual(["town-1"]);
});

test("only who has the lease lists a room, and nobody twice", async () => {
  const mine = room("ada", "town", 3);
  leases.delete("town-3");
  expect(await ada.insert(mine)).toBe(false);
  leases.add("town-3");
  expect(await ada.insert(mine)).toBe(true);
  expect(await ada.insert(room("ada", "town", 3))).toBe(false);
  expect(ada.localCount).toBe(1);
});

test("the room of a new owner takes the area; the old one's going takes nothing away", async () => {
  await ada.insert(room("ada", "town", 1));
  await until(async () => (await cli.hget("roomareas", "town")) === "town-1", "the first is written");
  await ben.insert(room("ben", "town", 2));
  await until(async () => (await cli.hget("roomareas", "town")) === "town-2", "the second is written");
  await ada.remove("town-1");
  await until(async () => (await rows()).join() === "town-2", "the first is gone");
  expect((await ada.findOne({ area: "town" }))?.roomId).toBe("town-2");
});

test("players who come and go are counted without waiting for Redis, and written together", async () => {
  const town = room("ada", "town", 1);
  await ada.insert(town);
  await until(async () => (await rows()).length === 1, "it is written");
  wire.delay(200);
  const startedMs = performance.now();
  for (let player = 0; player < 300; player += 1) await ada.update(town, { $inc: { clients: 1 } });
  await ada.update(town, { $set: { locked: true } });
  expect(performance.now() - startedMs, "far below 300 answers of Redis, 200 ms each").toBeLessThan(30_000);
  expect(town).toMatchObject({ clients: 300, locked: true });
  await until(async () => (await row("town-1")).clients === 300, "they are written");
  expect(await ada.findOne({ area: "town", locked: false })).toBeUndefined();
});

test("a closed room does not come back by what is still said of it", async () => {
  const town = room("ada", "town", 1);
  await ada.insert(town);
  await until(async () => (await rows()).length === 1, "it is written");
  await ada.remove("town-1");
  expect(await ada.update(town, { $inc: { clients: -1 } })).toBe(false);
  expect(await ada.persist(town)).toBe(false);
  await until(async () => (await rows()).length === 0, "it is gone");
  expect(await ada.remove("town-1")).toBe(false);
});

test("Redis dies and comes back empty: everything is found at home meanwhile, and by everybody after", async () => {
  await ada.insert(room("ada", "town", 1));
  await ben.insert(room("ben", "wood", 1));
  await until(async () => (await rows()).length === 2, "both are written");
  await redis.kill();
  await until(() => !adasRemote.up, "the outage was noticed");
  expect(ids(await ada.query({}))).toEqual(["town-1"]);
  expect(await ada.findOne({ area: "wood" })).toBeUndefined();
  await ada.insert(room("ada", "mine", 1));
  await ada.remove("town-1");
  await redis.start();
  await until(async () => (await rows()).join() === "mine-1,wood-1", "all rooms are listed, and the closed one is not");
  expect((await ben.findOne({ area: "mine" }))?.processId).toBe("ada");
  expect(ids(await ada.query({}))).toEqual(["mine-1", "wood-1"]);
});

test("Redis hangs: no call waits long, and afterwards old rows are gone and new ones there", async () => {
  await ada.insert(room("ada", "town", 1));
  await until(async () => (await rows()).length === 1, "it is written");
  wire.blackHole();
  // Asked by several at once: the stock driver would keep the failed answer for all who ask later.
  expect(await Promise.all([ada.query({}), ada.query({}), ada.findOne({ area: "wood" }), ada.has("wood-1")])).toMatchObject([[{ roomId: "town-1" }], [{ roomId: "town-1" }], undefined, false]);
  await ada.remove("town-1");
  await ada.insert(room("ada", "hall", 1));
  await ben.insert(room("ben", "wood", 1));
  await until(() => !adasRemote.up, "the outage was noticed");
  wire.mend();
  await until(async () => (await rows()).join() === "hall-1,wood-1", "the listing is whole");
  await until(async () => ids(await ada.query({})).join() === "hall-1,wood-1", "it is read again");
});

test("what a process has left that is no longer alive is cleared, in the second round; nobody else's", async () => {
  const presence = new SteadyPresence({ url: redis.url, clock, log: QUIET, random: Math.random, onError: (error) => thrown.push(error) });
  closers.push(() => presence.shutdown());
  await until(() => presence.up, "it is connected");
  await ada.insert(room("ada", "town", 1));
  await ben.insert(room("ben", "wood", 1));
  for (let area = 0; area < 450; area += 1) await cli.hset("roomcaches", `old${area}-1`, JSON.stringify(room("dead", `old${area}`, 1)));
  await cli.hset("roomareas", "old7", "old7-1", "old8", "old8-2");
  await cli.hset("roomcaches", "broken-1", "{");
  await cli.hset("roomcount", "dead", "450,0", "ben", "1,0", "new", "0,0");
  await until(async () => (await rows()).length === 453, "all are written");
  let alive: ReadonlySet<string> | Error = new Set(["ada", "ben"]);
  const reaped: number[] = [];
  const reaper = new Reaper({
    remote: adasRemote, driver: ada, presence, processId: () => "ada", log: QUIET, onReaped: (count) => reaped.push(count),
    aliveIds: async () => {
      if (alive instanceof Error) throw alive;
      return alive;
    },
  });
  await reaper.round();
  expect((await rows()).length, "one round proves nothing").toBe(453);
  alive = new StorageError("refused", new Error("the database is away"));
  await reaper.round();
  expect((await rows()).length).toBe(453);
  // A process that had just started is alive by the second round.
  alive = new Set(["ada", "ben", "new"]);
  await reaper.round();
  expect(await rows()).toEqual(["town-1", "wood-1"]);
  expect(await cli.hgetall("roomareas")).toMatchObject({ old8: "old8-2", town: "town-1", wood: "wood-1" });
  expect(await cli.hexists("roomareas", "old7")).toBe(0);
  expect(Object.keys(await cli.hgetall("roomcount")).sort()).toEqual(["ben", "new"]);
  expect(reaped).toEqual([451]);
});

test("what others have cleared by mistake is put back", async () => {
  await ada.insert(room("ada", "town", 1));
  await until(async () => (await rows()).length === 1, "it is written");
  await ben.cleanup("ada");
  expect(await rows()).toEqual([]);
  await ada.heal();
  await until(async () => (await rows()).join() === "town-1", "it is back");
});

test("at the end a process takes its rooms away with it", async () => {
  await ada.insert(room("ada", "town", 1));
  await ben.insert(room("ben", "wood", 1));
  await until(async () => (await rows()).length === 2, "both are written");
  await ada.cleanup("ada");
  expect(await rows()).toEqual(["wood-1"]);
});
