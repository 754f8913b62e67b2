import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { RedisBus } from "../../src/cluster/bus.ts";
import { RedisLink, RedisUnavailable, type RedisRole } from "../../src/cluster/redis.ts";
import { systemClock } from "../../src/timers.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { tcpProxy } from "../support/tcp-proxy.ts";
import { busSuite, observerInto, until, type BusBench, type Ear } from "./bus/suite.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.stop());

const bug = (error: unknown): never => {
  throw error instanceof Error ? error : new Error("a bug", { cause: error });
};
const clock = systemClock(bug);

function linkTo(port: number, role: RedisRole, said: string[] = []): RedisLink {
  return new RedisLink({
    url: `redis://127.0.0.1:${port}`, role, clock, random: Math.random, commandTimeoutMs: 300,
    log: { info: (_, message) => void said.push(message), warn: (_, message) => void said.push(message) },
  });
}

/** A bench whose outage is what `cut` does to the way to Redis. */
async function bench(port: number, cut: () => Promise<void>, mend: () => Promise<void>, end: () => Promise<void> = () => Promise.resolve()): Promise<BusBench> {
  const links: RedisLink[] = [];
  const cli = redis.cli();
  return {
    join: async (processId) => {
      const publisher = linkTo(port, "publish");
      const subscriber = linkTo(port, "subscribe");
      links.push(publisher, subscriber);
      const counted: string[] = [];
      const heard: Ear["heard"] = [];
      const bus = new RedisBus({ publisher, subscriber, processId, clock, bug, observer: observerInto(counted) });
      bus.listen((topic, event) => {
        const { from: _, at: __, ...rest } = event;
        heard.push({ topic, event: rest as typeof event });
      });
      await until(() => bus.up, "the bus to be up");
      return { bus, heard, counted };
    },
    outside: (channel, message) => cli.publish(channel, message),
    cut, mend,
    close: async () => {
      for (const link of links) link.close();
      cli.disconnect();
      await end();
    },
  };
}

describe("the bus over Redis, which is killed and comes back empty", () => {
  busSuite(() => bench(redis.port, () => redis.kill(), () => redis.start()));
});

describe("the bus over a Redis that hangs", () => {
  busSuite(async () => {
    const proxy = await tcpProxy(redis.port);
    return await bench(proxy.port, () => Promise.resolve(proxy.blackHole()), () => Promise.resolve(proxy.mend()), () => proxy.close());
  });
});

describe("a connection to Redis", () => {
  test("a hung Redis holds up nobody: what is asked of it fails in time, and then at once", async () => {
    const proxy = await tcpProxy(redis.port);
    const link = linkTo(proxy.port, "cache");
    await until(() => link.up, "Redis");
    expect(await link.run((client) => client.set("a", "1"))).toBe("OK");
    proxy.blackHole();
    const failed = await Promise.allSettled([1, 2, 3, 4].map(() => link.run((client) => client.get("a"))));
    expect(failed.map((result) => result.status === "rejected" && result.reason instanceof RedisUnavailable)).toEqual([true, true, true, true]);
    await until(() => !link.up, "the outage to be noticed");
    const startedMs = Date.now();
    for (let tries = 0; tries < 100; tries += 1) await expect(link.run((client) => client.get("a"))).rejects.toBeInstanceOf(RedisUnavailable);
    // A hundred times the time of one command would be half a minute.
    expect(Date.now() - startedMs).toBeLessThan(10_000);
    proxy.mend();
    await until(() => link.up, "Redis to be back");
    expect(await link.run((client) => client.get("a"))).toBe("1");
    link.close();
    await proxy.close();
  });

  test("going and coming back is said once each way; what Redis itself refuses is no outage", async () => {
    const said: string[] = [];
    const link = linkTo(redis.port, "cache", said);
    await until(() => link.up, "Redis");
    for (let tries = 0; tries < 10; tries += 1) await expect(link.run((client) => client.call("NOSUCHCOMMAND"))).rejects.toThrow(RedisUnavailable);
    expect(link.up).toBe(true);
    await redis.kill();
    await until(() => !link.up, "the outage");
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    await redis.start();
    await until(() => link.up, "Redis to be back");
    link.close();
    expect(said).toEqual(["Redis cannot be reached", "Redis is back"]);
  });

  test("it can be closed at any time, also while Redis is away or hangs, and nothing is left waiting", async () => {
    const proxy = await tcpProxy(redis.port);
    const hanging = linkTo(proxy.port, "cache");
    await until(() => hanging.up, "Redis");
    proxy.blackHole();
    const waiting = hanging.run((client) => client.get("a"));
    hanging.close();
    await expect(waiting).rejects.toBeInstanceOf(RedisUnavailable);
    const nowhere = linkTo(1, "cache");
    await new Promise((resolve) => setTimeout(resolve, 50));
    nowhere.close();
    nowhere.close();
    await expect(nowhere.run((client) => client.ping())).rejects.toBeInstanceOf(RedisUnavailable);
    linkTo(redis.port, "cache").close();
    await proxy.close();
  });
});
