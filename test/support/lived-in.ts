/** A world that people have lived in for a while: what they did must be found again after a backup, a move, a disaster. */
import assert from "node:assert/strict";
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
  await does(ada, "accept");
  assert.match(textOf(await ben.types("accept")), /You trade with Adalind/);
  for (const step of ["north", "east"]) await does(ada, step);
  await does(ada, "ask baker about errand");
  for (const step of ["west", "north", "east"]) await does(ada, step);
  await does(ada, "mail Benedikt 5 coins = For the baker");
  return { ada, ben, remembered: [await remembers(ada), await remembers(ben)] };
}

async function does(player: StockPlayer, line: string): Promise<void> {
  const { status, code } = await player.types(line);
  assert.equal(status, "ok", `${player.name}: ${line}: ${code}`);
}

/** What somebody has, has done, and is owed. */
export async function remembers(player: StockPlayer): Promise<string> {
  const parts: string[] = [];
  for (const line of ["inventory", "score", "quests", "mail", "look"]) {
    const { messages } = await player.types(line);
    for (const { message, message_type: kind, refs = [] } of messages) {
      // Whoever else is there comes and goes by themselves; what a place looks like is the hour's and the weather's, its name says which it is.
      if (kind !== "room_description" && !refs.some(({ type }) => type === "npc" || type === "character")) parts.push(message);
    }
  }
  // So does how long they have played.
  return parts.join("\n").split("\n").filter((line) => !/played/i.test(line)).join("\n");
}

/** They come again with their names and passwords, and find what they had. */
export async function findsAll(endpoint: string, remembered: readonly string[]): Promise<{ ada: StockPlayer; ben: StockPlayer }> {
  const ada = await StockPlayer.login(endpoint, "Adalind");
  const ben = await StockPlayer.login(endpoint, "Benedikt");
  assert.deepEqual([await remembers(ada), await remembers(ben)], remembered);
  return { ada, ben };
}

/** The world goes on: what waited in the post is collected, things change hands. */
export async function liveOn({ ada, ben }: { ada: StockPlayer; ben: StockPlayer }): Promise<void> {
  assert.match(textOf(await ben.types("mail get")), /five coins from Adalind/);
  assert.equal((await ben.types("mail get")).code, "no_post");
  await does(ada, "drop 2 coins");
  await does(ada, "get coins");
}

/** The verdict by SQL, as after chaos: everything is somewhere, once, and as the journal says. */
export async function expectSound(sql: Sql): Promise<void> {
  const world = await loadWorld(fileURLToPath(new URL("../../world", import.meta.url)));
  if ("mistakes" in world) throw new Error("the world has mistakes");
  const { violations, replay } = await checkWorld(sql, { content: world.content, acknowledged: [], believed: [] });
  assert.deepEqual(violations, []);
  assert.ok(replay.items.size > 0);
}
