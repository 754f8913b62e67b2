/** Colyseus' presence while Redis is there, dies, hangs, and comes back empty. Real redis-server, real wire. */
import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { SteadyPresence } from "../../src/cluster/presence.ts";
import { systemClock } from "../../src/timers.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const QUIET = { info: () => undefined, warn: () => undefined };
/** Far above the second that a command may take, for slow machines; far below for ever. */
const BOUND_MS = 15_000;

let redis: TestRedis;
let wire: TcpProxy;
let presence: SteadyPresence;
let other: SteadyPresence;
const thrown: unknown[] = [];

const open = (port: number): SteadyPresence =>
  new SteadyPresence({ url: `redis://127.0.0.1:${port}`, clock: systemClock((error) => thrown.push(error)), log: QUIET, random: Math.random, onError: (error) => thrown.push(error) });

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  await redis.stop();
});
beforeEach(async () => {
  wire = await tcpProxy(redis.port);
  presence = open(wire.port);
  other = open(redis.port);
  await until(() => presence.up && other.up, "both are connected");
});
afterEach(async () => {
  presence.shutdown();
  other.shutdown();
  await wire.close();
  expect(thrown.splice(0)).toEqual([]);
});

/** What it heard on a topic. */
async function ears(on: SteadyPresence, topic: string): Promise<unknown[]> {
  const heard: unknown[] = [];
  await on.subscribe(topic, (data) => heard.push(data));
  return heard;
}

/** Answers what the call answers, and fails when it rejects or takes too long. */
async function inTime<T>(call: Promise<T>): Promise<T> {
  const startedMs = performance.now();
  const answer = await call;
  expect(performance.now() - startedMs).toBeLessThan(BOUND_MS);
  return answer;
}

test("two processes hear each other, and each message once", async () => {
  const here = await ears(presence, "p:one");
  const there = await ears(other, "p:one");
  await presence.publish("p:one", { from: "presence" });
  await other.publish("p:one", [1, 2]);
  await until(() => here.length === 2 && there.length === 2, "both heard both");
  expect(here).toEqual([{ from: "presence" }, [1, 2]]);
  expect(there).toEqual(here);
});

test("a topic without listeners is silent, and one left by all but one still speaks", async () => {
  const heard: string[] = [];
  const first = (): void => void heard.push("first");
  await presence.subscribe("topic", first);
  await presence.subscribe("topic", () => heard.push("second"));
  await presence.unsubscribe("topic", first);
  await presence.publish("topic", 1);
  await until(() => heard.length > 0, "the second heard");
  await presence.unsubscribe("topic");
  await presence.publish("topic", 2);
  await presence.publish("topic", undefined);
  expect(heard).toEqual(["second"]);
});

test("values, hashes, counters, sets and lists are the ones of Redis", async () => {
  await presence.set("key", "value");
  expect(await other.get("key")).toBe("value");
  await presence.hset("roomcount", "process", "1,2");
  expect(await other.hgetall("roomcount")).toEqual({ process: "1,2" });
  expect(await other.hincrbyex("ch", "field", 2, 60)).toBe(2);
  expect(await presence.incr("count")).toBe(1);
  await presence.sadd("set", "member");
  expect(await other.smembers("set")).toEqual(["member"]);
  await presence.rpush("list", "a", "b");
  expect(await other.brpop("list", 1)).toEqual(["list", "b"]);
  expect(await other.brpop("nothing", 1)).toBeNull();
  await ears(presence, "p:listed");
  expect(await other.channels("p:list*")).toEqual(["p:listed"]);
});

test("a proxy that takes connections while Redis behind it is dead leaves no ear deaf for good", async () => {
  const here = await ears(presence, "ipc:1");
  await redis.kill();
  await until(() => !presence.up, "the outage was noticed");
  // Some connections that are taken and closed at once.
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  await redis.start();
  await until(() => presence.up && other.up, "both are connected again");
  await until(async () => {
    await other.publish("ipc:1", "again");
    return here.includes("again");
  }, "it hears again");
});

test("a killed Redis: this process goes on by itself, and is heard again when it is back, empty", async () => {
  const here = await ears(presence, "ipc:1");
  const there = await ears(other, "ipc:1");
  await redis.kill();
  await until(() => !presence.up, "the outage was noticed");
  await presence.publish("ipc:1", "alone");
  expect(here).toEqual(["alone"]);
  await inTime(presence.set("key", "kept here"));
  expect(await presence.get("key")).toBe("kept here");
  expect(await presence.hincrbyex("ch", "field", 1, 1)).toBe(1);
  expect(await presence.rpop("no list")).toBeNull();
  // Subscribed while nobody could be told.
  const late = await ears(presence, "ipc:2");
  await presence.subscribe("ipc:3", () => undefined);
  await presence.unsubscribe("ipc:3");
  expect(await presence.channels("ipc:*")).toEqual(["ipc:1", "ipc:2"]);

  await redis.start();
  await until(() => presence.up && other.up, "both are connected again");
  // Not carried over: it was Redis' to keep, and Redis has lost all.
  expect(await presence.get("key")).toBeNull();
  await until(async () => (await other.channels("ipc:*")).length === 2, "both topics are subscribed to again");
  await other.publish("ipc:1", "together");
  await other.publish("ipc:2", "late");
  await until(() => here.length === 2 && late.length === 1 && there.length === 1, "it is heard");
  expect(here).toEqual(["alone", "together"]);
});

test("a hung Redis: every call comes back, none rejects, and all is well after it", async () => {
  const here = await ears(presence, "ipc:1");
  wire.blackHole();
  const calls = [presence.hset("roomcount", "p", "1,1"), presence.exists("x"), presence.hgetall("roomcount"), presence.publish("ipc:1", "hung"), presence.subscribe("ipc:2", () => undefined), presence.unsubscribe("ipc:9")];
  await inTime(Promise.all(calls));
  await until(() => !presence.up, "the outage was noticed");
  // From now on nobody waits at all.
  const startedMs = performance.now();
  for (let call = 0; call < 500; call += 1) await presence.hincrby("h", "f", 1);
  expect((performance.now() - startedMs) / 500).toBeLessThan(100);
  await presence.publish("ipc:1", "alone");
  expect(here).toContain("alone");
  wire.mend();
  await until(() => presence.up, "it is back");
  await until(async () => (await other.channels("ipc:*")).sort().join() === "ipc:1,ipc:2", "both topics are subscribed to");
  await other.publish("ipc:1", "together");
  await until(() => here.includes("together"), "it is heard");
});

test("a Redis that is not there at first is used when it comes", async () => {
  wire.refuse();
  const early = open(wire.port);
  const heard = await ears(early, "early");
  await early.publish("early", "alone");
  expect(heard).toEqual(["alone"]);
  wire.mend();
  await until(() => early.up, "it is connected");
  await until(async () => (await other.channels("early")).length === 1, "it has subscribed");
  await other.publish("early", "together");
  await until(() => heard.length === 2, "it is heard");
  early.shutdown();
});

test("a subscriber that throws is reported, and harms nobody else", async () => {
  await presence.subscribe("topic", () => {
    throw new Error("a bad subscriber");
  });
  const heard = await ears(presence, "topic");
  await other.publish("topic", 1);
  await until(() => heard.length === 1, "the other heard it");
  expect(thrown.splice(0)).toHaveLength(1);
});

test("what is not JSON on a topic is ignored", async () => {
  const heard = await ears(presence, "topic");
  const outside = new Redis(redis.port);
  await outside.publish("topic", "{broken");
  await outside.publish("topic", "1");
  await until(() => heard.length === 1, "the good one is heard");
  outside.disconnect();
});
