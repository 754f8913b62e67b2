/** A door between two processes, and leaving in order while Redis does not answer. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openAreaOn } from "../support/open-area.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tcpProxy, type TcpProxy } from "../support/tcp-proxy.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const SECRET = "a secret that both processes know, and nobody else";
let postgres: TestPostgres;
let redis: TestRedis;
let proxy: TcpProxy;
let one: ServerProcess;
let two: ServerProcess;

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  proxy = await tcpProxy(redis.port);
  const env = { DATABASE_URL: await postgres.url(), REDIS_URL: `redis://127.0.0.1:${proxy.port}`, JWT_SECRET: SECRET, WAYSTONE_AREA_MODE: "room" };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
});
afterAll(async () => {
  for (const server of [one, two]) {
    expect(server?.output).not.toContain("fault of the program");
    await server?.remove();
  }
  await proxy?.close();
  await redis?.stop();
  await postgres?.stop();
});

test("who opens and closes a door is seen from its other side, which another process serves", async () => {
  await openAreaOn(one, "town_hall", SECRET);
  await openAreaOn(two, "records_room", SECRET);
  const ada = await StockPlayer.register(one.endpoint, "Adalind");
  const ben = await StockPlayer.register(two.endpoint, "Benedikt");
  await ada.typesTillEnd("n;n;w");
  await ben.typesTillEnd("n;n;w;open door;w");
  expect([...ada.view.rooms.keys(), ...ben.view.rooms.keys()]).toEqual(["town_hall", "records_room"]);
  expect(one.output).toMatch(/"area":"town_hall".*"area opened"/);
  expect(two.output).toMatch(/"area":"records_room".*"area opened"/);

  const doorOf = (player: StockPlayer): string | undefined => [...player.view.rooms.values()][0]?.exits.find(({ door }) => door !== "")?.door;
  await ben.until(() => doorOf(ben) === "open" && doorOf(ada) === "open", "the door to stand open on both sides");
  expect((await ada.types("close door")).status).toBe("ok");
  await ben.until(() => doorOf(ben) === "closed" && doorOf(ada) === "closed", "the door to be seen closed from both sides");
  expect(await ben.types("close door")).toMatchObject({ status: "refused" });
  expect((await ben.types("open door")).status).toBe("ok");
  await ada.until(() => doorOf(ada) === "open", "the door to be seen open again");
  expect(textOf(await ada.types("west"))).not.toContain("closed");
  await ada.leaves();
  await ben.leaves();
});

test("told to stop while Redis hangs, a process ends in order and has everything written", async () => {
  const cid = await StockPlayer.register(two.endpoint, "Cidonia");
  await cid.types("drop 3 coins");
  await cid.types("sit");
  proxy.blackHole();
  expect(await one.stop()).toBe(0);
  expect(await two.stop()).toBe(0);
  proxy.mend();
  await one.run();
  const again = new StockPlayer(one.endpoint, "Cidonia");
  await again.authenticate("login");
  await again.join({ resume: { room_id: "town_square", line: 0, seq: 0 } });
  const score = textOf(await again.types("score"));
  expect(score).toContain("sitting");
  expect(score).toContain("17 coins");
  await again.leaves();
});
