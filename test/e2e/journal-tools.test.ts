/** `npm run journal`: where a thing came from, and taking back what was given, by the owner or without one (issue 3). */
import { afterEach, expect, test, vi } from "vitest";
import { loadConfig, type Config } from "../../src/config.ts";
import type { CliResult } from "../../src/run-cli.ts";
import { journal } from "../../src/persistence/journal-cli.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
let server: ServerProcess | undefined;
let postgres: TestPostgres | undefined;
afterEach(async () => {
  await server?.remove();
  await postgres?.stop();
  server = postgres = undefined;
});

function tools(env: Record<string, string>): (...args: string[]) => Promise<CliResult> {
  const loaded = loadConfig(env);
  if ("problems" in loaded) throw new Error(loaded.problems.join());
  const config: Config = loaded.config;
  return (...args) => journal(args, config);
}

/** The number of somebody's newest entry of a command. */
async function entryOf(run: (...args: string[]) => Promise<CliResult>, who: string, command: string): Promise<string> {
  const { lines } = await run("character", who);
  const line = lines.filter((text) => text.endsWith(`: ${command}`)).at(-1);
  const number = line === undefined ? undefined : /^#(\d+) /.exec(line)?.[1];
  if (number === undefined) throw new Error(`no entry of ${command} in ${lines.join("\n")}`);
  return number;
}
const has = async (player: StockPlayer): Promise<string> => textOf(await player.types("inventory"));
const coins = async (player: StockPlayer): Promise<string | undefined> => /(\w+) coins?/.exec(textOf(await player.types("score")))?.[0];

test("what players hold can be followed, and taken back while they play", async () => {
  postgres = await startPostgres();
  const env = { DATABASE_URL: await postgres.url("world") };
  server = await ServerProcess.start(env);
  const run = tools({ ...env, DATA_DIR: server.dataDir });
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = await StockPlayer.register(server.endpoint, "Benedikt");
  await ben.types("drop leaflet");
  await ada.types("give leaflet to Benedikt");
  await ada.types("give 5 coins to Benedikt");
  await ada.types("give 1 travel loaf to Benedikt");

  const gift = await entryOf(run, "Adalind", "give leaflet to Benedikt");
  const { lines: said } = await run("entry", gift);
  expect(said.join("\n")).toMatch(/Adalind in .*: give leaflet to Benedikt\n.*without a number\n.* went from Adalind to Benedikt/);
  const id = /(\S+) went from Adalind/.exec(said.join("\n"))![1]!;
  const { lines: hands } = await run("item", id);
  expect(hands.join("\n")).toMatch(/Adalind in .*: \(begins\)\n.*a folded leaflet.* came to be with Adalind: start\n.*Adalind in .*: give leaflet to Benedikt\n.*from Adalind to Benedikt\n.*now with Benedikt\.$/);

  expect(await run("undo", gift)).toMatchObject({ exitCode: 0 });
  expect([await has(ada), await has(ben)]).toEqual([expect.stringContaining("eaflet"), expect.not.stringContaining("eaflet")]);
  // Both read of it, without having done anything.
  await ada.hears("An operator takes back something that happened earlier: you get back a folded leaflet.");
  await ben.hears("An operator takes back something that happened earlier: you lose a folded leaflet.");
  expect((await run("undo", gift)).lines.join("\n")).toContain("Not undone");

  expect(await run("undo", await entryOf(run, "Adalind", "give 5 coins to Benedikt"))).toMatchObject({ exitCode: 0 });
  expect([await coins(ada), await coins(ben)]).toEqual(["20 coins", "20 coins"]);
  expect(await run("undo", await entryOf(run, "Adalind", "give 1 travel loaf to Benedikt"))).toMatchObject({ exitCode: 0 });

  // What was put into something is taken out of it again by the area where that stands.
  const before = await has(ada);
  for (const line of ["north", "east", "put travel loaf in shelf"]) await ada.types(line);
  expect(await has(ada)).not.toBe(before);
  expect(await run("undo", await entryOf(run, "Adalind", "put travel loaf in shelf"))).toMatchObject({ exitCode: 0 });
  expect(await has(ada)).toBe(before);
  for (const line of ["west", "south"]) await ada.types(line);

  // What moved on is left where it is, unless forced; and nobody else is robbed for it then.
  await ada.types("give leaflet to Benedikt");
  await ben.types("give leaflet to Adalind");
  const again = await entryOf(run, "Adalind", "give leaflet to Benedikt");
  const refused = await run("undo", again);
  expect(refused.exitCode).toBe(1);
  expect(refused.lines.join("\n")).toMatch(/is at Adalind now, not at Benedikt/);

  // Those who took part must be in one area; which, and what to do, is said.
  await ada.types("give 1 coin to Benedikt");
  const apart = await entryOf(run, "Adalind", "give 1 coin to Benedikt");
  await ben.types("north");
  expect((await run("undo", apart)).lines.join("\n")).toMatch(/(Benedikt|Adalind) is in .+ \(\w+\): not in .+, where this would be undone, and while a server runs an undo reaches one area only\. Let all /);
  await ben.types("south");
  expect(await run("undo", apart)).toMatchObject({ exitCode: 0 });

  // Of coins, only what is there is taken, and given back.
  await ada.types("give 20 coins to Benedikt");
  await ben.types("drop 30 coins");
  const paid = await entryOf(run, "Adalind", "give 20 coins to Benedikt");
  expect((await run("undo", paid)).lines.join("\n")).toContain("Of 20 coins, Benedikt has 10 now.");
  expect((await run("undo", paid, "--force")).lines.join("\n")).toContain("10 coins went back to Adalind.");
  expect([await coins(ada), await coins(ben)]).toEqual(["ten coins", "no coins"]);

  // Somebody who has left is robbed of nothing else, and finds it so when coming back.
  await ada.types("give 3 coins to Benedikt");
  await ada.types("quit");
  await vi.waitFor(async () => expect(textOf(await ben.types("who"))).not.toContain("Adalind"));
  expect(await run("undo", await entryOf(run, "Adalind", "give 3 coins to Benedikt"))).toMatchObject({ exitCode: 0 });
  expect(await coins(ben)).toBe("no coins");
  const back = await StockPlayer.login(server.endpoint, "Adalind");
  expect(await coins(back)).toBe("ten coins");

  // Without a server the tool takes the area itself.
  await back.types("give 4 coins to Benedikt");
  const last = await entryOf(run, "Adalind", "give 4 coins to Benedikt");
  expect(await server.stop()).toBe(0);
  expect(await run("undo", last)).toMatchObject({ exitCode: 0 });
  expect((await run("undo", last)).lines.join("\n")).toContain("Not undone");
  await server.run();
  expect(await coins(await StockPlayer.login(server.endpoint, "Adalind"))).toBe("ten coins");
  expect(server.output).not.toContain("fault of the program");
});

test("the embedded database is read, and things taken back, while the server is stopped", async () => {
  server = await ServerProcess.start();
  const run = tools({ DATA_DIR: server.dataDir });
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  await StockPlayer.register(server.endpoint, "Benedikt");
  await ada.types("give 5 coins to Benedikt");
  await expect(run("character", "Adalind")).rejects.toThrow(/Another server .* is using/);
  expect(await server.stop()).toBe(0);
  expect(await run("undo", await entryOf(run, "adalind", "give 5 coins to Benedikt"))).toMatchObject({ exitCode: 0 });
  expect((await run("character", "Nobody")).lines).toEqual(["There is no character Nobody."]);
  expect((await run("entry", "999999")).exitCode).toBe(1);
  await server.run();
  expect(await coins(await StockPlayer.login(server.endpoint, "Adalind"))).toBe("20 coins");
});
