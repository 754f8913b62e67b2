import { afterEach, expect, test, vi } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

let server: ServerProcess | undefined;// Each story starts processes; a loaded machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

afterEach(() => server?.remove());

/** All that a player can know of its own things and place. */
async function knows(player: StockPlayer): Promise<Record<string, string>> {
  return {
    carries: textOf(await player.types("inventory")),
    wears: textOf(await player.types("equipment")),
    quests: textOf(await player.types("quests")),
    exits: textOf(await player.types("exits")),
    score: textOf(await player.types("score")),
    aliases: textOf(await player.types("alias")),
    room: [...player.view.rooms.keys()].join(),
  };
}

test("after kill -9 in the middle of play the world is as everybody was told it is", async () => {
  server = await ServerProcess.start();
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  for (const line of ["get leaflet", "drop 3 coins", "alias gl get leaflet", `give 2 coins to ${ben.name}`, "drop travel loaves", "north"]) expect((await ada.types(line)).status, line).toBe("ok");
  expect((await ben.types("get coins")).status).toBe("ok");
  expect((await ben.types("get travel loaves")).status).toBe("ok");
  const before = { ada: await knows(ada), ben: await knows(ben) };
  expect(before.ben["score"]).toContain("25 coins");
  expect(before.ada["score"]).toContain("15 coins");

  // In the middle of a storm of commands nobody waits for.
  const storm = Promise.allSettled([...Array.from({ length: 10 }, () => ada.types("say still here")), ...Array.from({ length: 10 }, () => ben.types("look"))]);
  await server.kill();
  await Promise.race([storm, new Promise((resolve) => setTimeout(resolve, 100))]);
  await server.run();

  const again = { ada: await StockPlayer.login(server.endpoint, "Adalind"), ben: await StockPlayer.login(server.endpoint, "Benedikt") };
  const after = { ada: await knows(again.ada), ben: await knows(again.ben) };
  expect(after).toEqual(before);
  expect(server.output).not.toContain("fault of the program");
});

test("told to stop, it ends in order, and goes on where it was", async () => {
  server = await ServerProcess.start();
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  await ada.types("north");
  await ada.types("sit");
  expect(await server.stop()).toBe(0);
  await server.run();
  // A client that comes back to its session (the page was open all the while) sits where it sat.
  const again = new StockPlayer(server.endpoint, "Adalind");
  await again.authenticate("login");
  await again.join({ resume: { room_id: "market_row", line: 0, seq: 0 } });
  expect(textOf(await again.types("score"))).toContain("sitting");
  expect([...again.view.rooms.keys()]).toEqual(["market_row"]);
});

test("a second server in the same folder is refused with one clear line", async () => {
  server = await ServerProcess.start();
  await expect(ServerProcess.beside(server)).rejects.toThrow(/The server cannot start: Another server .* is using/);
});
