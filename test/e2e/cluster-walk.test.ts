/** Two processes, one world, no Redis: whoever comes to either is brought to where they stand, and walks over the border. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ServerProcess } from "../support/server-process.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { tellStory } from "./story.ts";

let postgres: TestPostgres;
let one: ServerProcess;
let two: ServerProcess;

beforeAll(async () => {
  postgres = await startPostgres();
  const env = { DATABASE_URL: await postgres.url(), JWT_SECRET: "a secret that both processes know, and nobody else" };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  // Each hears of the other with its next beat.
  await new Promise((resolve) => setTimeout(resolve, 2500));
}, 120_000);
afterAll(async () => {
  await one?.remove();
  await two?.remove();
  await postgres?.stop();
});

test("people who come in by different processes meet, and the story is the same as on one", async () => {
  await tellStory(one.endpoint);
  const here = await StockPlayer.register(one.endpoint, "Emmeline");
  const there = await StockPlayer.register(two.endpoint, "Ferdinand");
  expect(textOf(await here.types("look"))).toContain(there.name);
  await there.types("say Well met");
  await here.hears(`${there.name} says, "Well met"`);
  await here.leaves();
  await there.leaves();
}, 60_000);

test("areas lie on both processes, and one line of steps leads through several of them, with whoever follows", async () => {
  const leader = await StockPlayer.register(one.endpoint, "Gwendolyn");
  const friend = await StockPlayer.register(two.endpoint, "Hildebert");
  await friend.types(`follow ${leader.name}`);
  const walk = await leader.typesTillEnd("n;s;n;look");
  expect(walk).toMatchObject({ status: "ok" });
  expect(leader.transfers).toBe(3);
  // Whoever follows may be a border behind, and catches up.
  await leader.until(() => [...leader.view.rooms.values()].some((room) => [...room.characters.values()].some(({ name }) => name === friend.name)), `${friend.name} where it has gone`);
  // With nobody anywhere, areas go to one process and the other in turn.
  for (const server of [one, two]) expect(server.output).toContain("area opened");
  await leader.leaves();
  await friend.leaves();
}, 60_000);
