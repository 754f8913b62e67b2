/** Colyseus' own rooms on our presence and listing: opened, joined and closed while Redis dies, hangs and is empty. */
import { createServer, type Server } from "node:http";
import { defineRoom, defineServer, matchMaker, Room } from "@colyseus/core";
import { Client } from "@colyseus/sdk";
import { WebSocketTransport } from "@colyseus/ws-transport";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openListing, type Listing } from "../../src/cluster/listing.ts";
import { systemClock } from "../../src/timers.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const QUIET = { info: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined, trace: () => undefined };
/** Many times what it takes; a call that hangs takes for ever, or the ten seconds of the stock classes. */
const BOUND_MS = 8_000;
const failures: unknown[] = [];
const served = new Set<string>();

class PlaceRoom extends Room {
  override autoDispose = false;

  override async onCreate({ area, stolen = false }: { area: string; stolen?: boolean }): Promise<void> {
    this.roomId = `${area}-1`;
    if (!stolen) served.add(this.roomId);
    // As a plugin would: on the room's own view of the presence.
    await this.presence.subscribe(`news:${area}`, (news: string) => heard.push(news));
    await this.presence.hset("places", area, "open");
    await this.presence.publish(`news:${area}`, `${area} is open`);
  }
}
/** What rooms heard by their own presence. */
const heard: string[] = [];

let redis: TestRedis;
let wire: TcpProxy;
let listing: Listing;
let http: Server;
let port: number;
const noted = (error: unknown): void => void failures.push(error);

beforeAll(async () => {
  process.on("unhandledRejection", noted);
  redis = await startRedis();
  wire = await tcpProxy(redis.port);
  const url = `redis://127.0.0.1:${wire.port}`;
  listing = await openListing({
    redis: { url, pubsubUrl: url }, holdsLease: (_area, roomId) => served.has(roomId), aliveIds: async () => new Set([matchMaker.processId]),
    log: QUIET, clock: systemClock(noted), onError: noted,
  });
  expect(listing.up, "a start with Redis begins with it").toBe(true);
  http = createServer();
  const server = defineServer({
    rooms: { place: defineRoom(PlaceRoom).filterBy(["area"] as never) }, presence: listing.presence, driver: listing.driver, logger: QUIET,
    transport: new WebSocketTransport({ server: http }), greet: false, gracefullyShutdown: false, selectProcessIdToCreateRoom: async () => matchMaker.processId,
  });
  await server.listen(0, "127.0.0.1");
  port = (http.address() as { port: number }).port;
});
afterEach(() => {
  expect(failures.splice(0), "nothing was thrown and not caught").toEqual([]);
});
afterAll(async () => {
  http.closeAllConnections();
  http.close();
  await wire.close();
  await redis.stop();
  process.removeListener("unhandledRejection", noted);
});

/** Opens a room, has somebody join and leave it, and closes it; fails when any of it takes too long. */
async function life(area: string): Promise<void> {
  const startedMs = performance.now();
  await matchMaker.createRoom("place", { area });
  const room = await new Client(`http://127.0.0.1:${port}`).joinOrCreate("place", { area });
  expect(room.roomId).toBe(`${area}-1`);
  const here = matchMaker.getLocalRoomById(room.roomId);
  await until(() => here.clients.length === 1, "somebody is in it");
  await room.leave();
  await until(() => here.clients.length === 0, "they left");
  await here.disconnect();
  expect(matchMaker.getLocalRoomById(room.roomId)).toBeUndefined();
  expect(performance.now() - startedMs).toBeLessThan(BOUND_MS);
}

test("with Redis", async () => {
  await life("with");
});

test("a room has its own view of the presence, which ends with it", async () => {
  await matchMaker.createRoom("place", { area: "news" });
  await until(() => heard.includes("news is open"), "it has heard itself");
  expect(await matchMaker.presence.hget("places", "news")).toBe("open");
  await matchMaker.getLocalRoomById("news-1").disconnect();
  await until(async () => !(await matchMaker.presence.channels()).includes("news:news"), "it listens no longer");
});

test("a room whose area this process does not own is not listed, and goes again", async () => {
  await expect(matchMaker.createRoom("place", { area: "lost", stolen: true })).rejects.toThrow("room lost-1 is no longer available");
  expect(await matchMaker.query({ roomId: "lost-1" })).toEqual([]);
  expect(matchMaker.getLocalRoomById("lost-1")).toBeUndefined();
});

test("several who want the same room at once get one", async () => {
  const client = (): Client => new Client(`http://127.0.0.1:${port}`);
  const rooms = await Promise.all(Array.from({ length: 8 }, () => client().joinOrCreate("place", { area: "crowd" })));
  expect(new Set(rooms.map(({ roomId }) => roomId))).toEqual(new Set(["crowd-1"]));
  await Promise.all(rooms.map((room) => room.leave()));
});

test("Redis hangs, from one moment to the next", async () => {
  wire.blackHole();
  await life("hung");
  await life("hung-still");
  wire.mend();
  await until(() => listing.up, "it is back");
  await life("mended");
});

test("Redis is killed, and comes back empty", async () => {
  await matchMaker.createRoom("place", { area: "staying" });
  await redis.kill();
  await life("killed");
  await redis.start();
  await until(() => listing.up, "it is back");
  const cli = redis.cli();
  await until(async () => (await cli.hexists("roomcaches", "staying-1")) === 1, "the room that stayed is listed again");
  await until(async () => (await cli.hexists("roomcount", matchMaker.processId)) === 1, "so is this process");
  await life("back");
});

test("closing down while Redis hangs takes a moment, not for ever, and closes every room", async () => {
  await matchMaker.createRoom("place", { area: "last" });
  const room = await new Client(`http://127.0.0.1:${port}`).joinOrCreate("place", { area: "last" });
  const left = new Promise((resolve) => room.onLeave(resolve));
  room.reconnection.enabled = false;
  wire.blackHole();
  const startedMs = performance.now();
  for (const id of ["last-1", "staying-1", "crowd-1"]) await matchMaker.getLocalRoomById(id).disconnect();
  await matchMaker.gracefullyShutdown();
  await listing.close();
  expect(performance.now() - startedMs).toBeLessThan(BOUND_MS);
  await left;
});
