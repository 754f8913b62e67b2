/** A world that people have lived in for a while: what they did must be found again after a backup, a move, a disaster. */
import { expect } from "vitest";
import { fileURLToPath } from "node:url";
import { checkWorld } from "../../scripts/chaos/checks.ts";
import { loadWorld } from "../../src/content/load.ts";
import type { Sql } from "../../src/persistence/sql.ts";
import { StockPlayer, textOf } from "./players.ts";

export interface Lived {
  readonly ada: StockPlayer;
  readonly ben: StockPlayer;
  /** What each of them sees of their own. */
  readonly remembered: readonly string[];
}

/** Two people trade; one takes on an errand and sends the other coins by mail, which wait. */
export async function liveALittle(endpoint: string): Promise<Lived> {
  const ada = await StockPlayer.register(endpoint, "Adalind");
  const ben = await StockPlayer.register(endpoint, "Benedikt");
  await ada.types("drop 3 coins");
  await ben.types("get coins");
  await ada.types("trade benedikt");
  await ben.hears("would like to trade with you");
  await ben.types("trade adalind");
  await ada.types("offer 7 coins");
  await ben.types("offer travel loaves");
  // Nobody accepts what they cannot have read yet.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  expect((await ada.types("accept")).status).toBe("ok");
  expect(textOf(await ben.types("accept"))).toContain("You trade with Adalind");
  for (const step of ["north", "east"]) expect((await ada.types(step)).status).toBe("ok");
  expect((await ada.types("ask baker about errand")).status).toBe("ok");
  for (const step of ["west", "north", "east"]) expect((await ada.types(step)).status).toBe("ok");
  expect((await ada.types("mail Benedikt 5 coins = For the baker")).status).toBe("ok");
  return { ada, ben, remembered: [await remembers(ada), await remembers(ben)] };
}

/** What somebody has, has done, and is owed. */
export async function remembers(player: StockPlayer): Promise<string> {
  const parts: string[] = [];
  for (const line of ["inventory", "score", "quests", "mail", "look"]) parts.push(textOf(await player.types(line)));
  // How long they have played, and whoever else is there, goes on by itself.
  return parts.join("\n").split("\n").filter((line) => !/played|here/i.test(line)).join("\n");
}

/** They come again with their names and passwords, and find what they had. */
export async function findsAll(endpoint: string, remembered: readonly string[]): Promise<{ ada: StockPlayer; ben: StockPlayer }> {
  const ada = await StockPlayer.login(endpoint, "Adalind");
  const ben = await StockPlayer.login(endpoint, "Benedikt");
  expect([await remembers(ada), await remembers(ben)]).toEqual(remembered);
  return { ada, ben };
}

/** The world goes on: what waited in the post is collected, things change hands. */
export async function liveOn({ ada, ben }: { ada: StockPlayer; ben: StockPlayer }): Promise<void> {
  expect(textOf(await ben.types("mail get"))).toContain("five coins from Adalind");
  expect(await ben.types("mail get")).toMatchObject({ status: "refused", code: "no_post" });
  expect((await ada.types("drop 2 coins")).status).toBe("ok");
  expect((await ada.types("get coins")).status).toBe("ok");
}

/** The verdict by SQL, as after chaos: everything is somewhere, once, and as the journal says. */
export async function expectSound(sql: Sql): Promise<void> {
  const world = await loadWorld(fileURLToPath(new URL("../../world", import.meta.url)));
  if ("mistakes" in world) throw new Error("the world has mistakes");
  const { violations, replay } = await checkWorld(sql, { content: world.content, acknowledged: [], believed: [] });
  expect(violations).toEqual([]);
  expect(replay.requests.size + replay.items.size).toBeGreaterThan(0);
}
