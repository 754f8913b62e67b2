import { afterEach, expect, test, vi } from "vitest";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { tellStory } from "./story.ts";

const running: { remove(): Promise<void> }[] = [];// Each story starts processes; a loaded machine takes its time.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });

afterEach(async () => {
  for (const server of running.splice(0)) await server.remove();
});

async function serve(env: Record<string, string> = {}): Promise<ServerProcess> {
  const server = await ServerProcess.start(env);
  running.push(server);
  return server;
}

test("two people meet and part on the embedded database", async () => {
  const server = await serve();
  await tellStory(server.endpoint);
  expect(await server.stop()).toBe(0);
  expect(server.output).not.toContain("fault of the program");
});

test("the same with every room an area of its own", async () => {
  const server = await serve({ WAYSTONE_AREA_MODE: "room" });
  await tellStory(server.endpoint);
  expect(server.output).not.toContain("fault of the program");
});

test("the same on a PostgreSQL server", async () => {
  const postgres = await startPostgres();
  running.push({ remove: () => postgres.stop() });
  const server = await serve({ DATABASE_URL: await postgres.url() });
  running.reverse(); // the server ends before its database
  await tellStory(server.endpoint);
  expect(server.output).toContain("PostgreSQL");
  expect(server.output).not.toContain("fault of the program");
});

test("lines come in the order things happened, and none is lost to somebody who walks on", async () => {
  const server = await serve();
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  await ada.types("north");
  await ben.types("north");
  await ben.types("east");
  await ada.hears("leaves east");
  ada.forget();
  // Within one tick: he comes, speaks to the room, smiles at her alone, and she walks away.
  await Promise.all([ben.types("west;say hello there;smile adalind;say bye"), ada.types("say one"), ada.types("say two")]);
  await ada.types("west");
  await ada.hears("bye");
  const heard = ada.lines.filter((line) => line.startsWith("Benedikt"));
  expect(heard).toEqual(["Benedikt arrives from the east.", 'Benedikt says, "hello there"', "Benedikt smiles at you.", 'Benedikt says, "bye"']);

  expect(textOf(await ben.types("quit"))).not.toBe("");
  await ada.until(() => ada.room.connection.isOpen, "her own line to stay up");

  // Who answers in the room is part of one's own answer, before what follows from it.
  const asked = textOf(await ada.types("ask juno about charcoal")).split("\n");
  expect(asked.findIndex((line) => line.startsWith("Juno"))).toBeGreaterThan(0);
  expect(asked.findIndex((line) => line.startsWith("A new quest"))).toBeGreaterThan(0);
});
