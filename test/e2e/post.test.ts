import { afterEach, expect, test, vi } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";
import { startRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

let server: ServerProcess | undefined;
// The story starts processes; a loaded machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

afterEach(() => server?.remove());

/** Coins, as the score tells. */
const coinsOf = async (player: StockPlayer): Promise<string | undefined> => /(\w+) coins?/.exec(textOf(await player.types("score")))?.[1];

test("a letter handed in at the post office reaches somebody in another area, once, through kill -9 and a restart", async () => {
  server = await ServerProcess.start();
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  expect(await ada.types(`mail ${ben.name} 5 coins`)).toMatchObject({ status: "refused", code: "no_post_office" });
  for (const step of ["north", "north", "east"]) expect((await ada.types(step)).status, step).toBe("ok");
  expect(textOf(await ada.types("look"))).toContain("The Post Office");
  expect(ada.view.area).not.toBe(ben.view.area);
  expect(await ada.types("mail Nobodyknows 5 coins")).toMatchObject({ status: "refused", code: "no_such_player" });
  ben.forget();
  expect(textOf(await ada.types(`mail ${ben.name.toLowerCase()} 5 coins = For the baker`))).toContain("You hand in five coins for Benedikt");
  expect(await ben.hears("Post is waiting for you, from Adalind")).toContain("Type mail");
  expect((await ada.types(`mail ${ben.name} travel loaf`)).status).toBe("ok");

  const storm = Promise.allSettled([ada.types("say in the middle of it"), ben.types("look")]);
  await server.kill();
  await Promise.race([storm, new Promise((resolve) => setTimeout(resolve, 100))]);
  await server.run();

  const again = await StockPlayer.login(server.endpoint, "Benedikt");
  await again.hears("Post is waiting for you, from Adalind");
  expect(textOf(await again.types("mail"))).toMatch(/1\. From Adalind: five coins\.\nIt says, "For the baker"\n2\. From Adalind: /);
  expect(textOf(await again.types("mail get 1"))).toContain("The post brings you five coins from Adalind.");
  await again.leaves();

  // Collected or not, killed once more: what was collected is there, the other still waits.
  await server.kill();
  await server.run();
  const third = await StockPlayer.login(server.endpoint, "Benedikt");
  expect(await coinsOf(third)).toBe("25");
  expect(textOf(await third.types("mail get"))).toContain("loaf");
  expect(await third.types("mail get")).toMatchObject({ status: "refused", code: "no_post" });
  expect(textOf(await third.types("inventory"))).toMatch(/three|3/);
  const adaAgain = await StockPlayer.login(server.endpoint, "Adalind");
  expect(await coinsOf(adaAgain)).toBe("13");
  expect(server.output).not.toContain("fault of the program");
});

test("whoever is on the way into another area when the post is carried is told of it where they arrive", async () => {
  const redis = await startRedis();
  try {
    server = await ServerProcess.start({ REDIS_URL: redis.url });
    const ada = await StockPlayer.register(server.endpoint, "Adalind");
    const ben = await StockPlayer.register(server.endpoint, "Benedikt");
    for (const step of ["north", "north", "east"]) expect((await ada.types(step)).status, step).toBe("ok");
    const arrive = Promise.withResolvers<void>();
    ben.waits = arrive.promise;
    const walking = ben.types("north");
    await until(() => ben.transfers === 1, "he has set out");
    expect(textOf(await ada.types("who")), "he is in the world").toContain("Benedikt");
    expect(textOf(await ada.types("mail benedikt 5 coins"))).toContain("You hand in five coins for Benedikt");
    // Two rounds of the post.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    arrive.resolve();
    await walking;
    await ben.hears("Post is waiting for you, from Adalind");
    await server.remove();
  } finally {
    await redis.stop();
  }
});

test("two clients trade: both see it, and it is there after kill -9", async () => {
  server = await ServerProcess.start();
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  await ada.types("trade benedikt");
  await ben.hears("Adalind would like to trade with you");
  await ben.types("trade adalind");
  await ada.types("offer 7 coins");
  await ben.types("offer travel loaves");
  await ada.hears("Benedikt offers");
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await ada.types("accept")).status).toBe("ok");
  expect(textOf(await ben.types("accept"))).toContain("You trade with Adalind");
  await ada.hears("You trade with Benedikt: you give seven coins");
  await server.kill();
  await server.run();
  const again = { ada: await StockPlayer.login(server.endpoint, "Adalind"), ben: await StockPlayer.login(server.endpoint, "Benedikt") };
  expect([await coinsOf(again.ada), await coinsOf(again.ben)]).toEqual(["13", "27"]);
  expect(textOf(await again.ben.types("inventory"))).not.toContain("travel");
});
