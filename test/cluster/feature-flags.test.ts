/** Switches for a share of the players: stable, the same everywhere, changed while the server runs, safe without the database. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FeatureFlags, isAmong, readFlags, type FlagRow } from "../../src/cluster/feature-flags.ts";
import { flag } from "../../src/cluster/flag-cli.ts";
import { loadConfig, type Config } from "../../src/config.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import type { Database } from "../../src/persistence/database.ts";
import { systemClock } from "../../src/timers.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { until } from "../support/until.ts";

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const players = Array.from({ length: 20_000 }, (_, index) => `character-${index}`);
const among = (name: string, share: number): Set<string> => new Set(players.filter((player) => isAmong(name, player, share)));

describe("who is among a share", () => {
  test("about as many as it says", () => {
    for (const share of [0.01, 0.1, 0.5, 0.9]) expect(Math.abs(among("new-map", share).size / players.length - share)).toBeLessThan(0.015);
    expect(among("new-map", 0).size).toBe(0);
    expect(among("new-map", 1).size).toBe(players.length);
  });

  test("raising it takes nobody away", () => {
    const few = among("new-map", 0.1);
    const more = among("new-map", 0.3);
    expect([...few].filter((player) => !more.has(player))).toEqual([]);
  });

  test("not the same people for every flag", () => {
    const talk = among("new-talk", 0.1);
    const both = [...among("new-map", 0.1)].filter((player) => talk.has(player)).length;
    expect(both / players.length).toBeLessThan(0.02);
  });

  test("the same in every version of the server, or a deploy would send players back and forth", () => {
    expect(players.slice(0, 40).filter((player) => isAmong("new-map", player, 0.2)).map((player) => Number(player.split("-")[1]))).toEqual(FIRST_AMONG);
  });
});

/** What `isAmong` answers for the first forty; never to be changed. */
const FIRST_AMONG = [3, 8, 9, 10, 29, 35];

test("what was read last holds while the database is away", async () => {
  let rows: readonly FlagRow[] | Error = [{ name: "new-map", share: 1, note: null }];
  const warnings: string[] = [];
  const flags = new FeatureFlags({
    read: async () => {
      if (rows instanceof Error) throw rows;
      return rows;
    },
    log: { info: () => undefined, warn: (_fields, message) => void warnings.push(message) }, onError: (error) => expect.fail(String(error)),
  });
  expect(flags.isOn("new-map", "ada"), "before anything is known, the old way").toBe(false);
  await flags.start();
  expect(flags.isOn("new-map", "ada")).toBe(true);
  expect(flags.isOn("unknown", "ada")).toBe(false);
  rows = [{ name: "client-b", share: 1, note: null }, { name: "client-a", share: 1, note: null }, { name: "client-c", share: 0, note: null }, { name: "new-map", share: 1, note: null }];
  await flags.refresh();
  expect(flags.forClient("ada"), "what is the server's own is not told").toEqual(["client-a", "client-b"]);
  rows = new Error("away");
  await flags.refresh();
  await flags.refresh();
  expect(flags.isOn("new-map", "ada")).toBe(true);
  expect(warnings).toHaveLength(1);
  rows = [];
  await flags.refresh();
  expect(flags.isOn("new-map", "ada"), "a flag that was removed is off").toBe(false);
  flags.stop();
});

describe("npm run flag", () => {
  let postgres: TestPostgres;
  let redis: TestRedis;
  let db: Database;
  let config: Config;
  let folder: string;

  beforeAll(async () => {
    postgres = await startPostgres();
    redis = await startRedis();
    folder = mkdtempSync(join(tmpdir(), "waystone-flags-"));
    const url = await postgres.url();
    const loaded = loadConfig({ DATABASE_URL: url, REDIS_URL: redis.url, DATA_DIR: folder });
    if ("problems" in loaded) throw new Error(loaded.problems.join());
    config = loaded.config;
    db = await openDatabase({ databaseUrl: url, dataDir: folder, log: quiet, clock: systemClock((error) => expect.fail(String(error))) });
  });
  afterAll(async () => {
    await db.close();
    await redis.stop();
    await postgres.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  test("sets, lists and removes; every process follows, told or not", async () => {
    const said: string[] = [];
    const ear = redis.cli();
    await ear.subscribe("global");
    ear.on("message", (_channel, message) => said.push(message));
    const flags = new FeatureFlags({ read: () => readFlags(db.sql), everyMs: 50, log: quiet, onError: (error) => expect.fail(String(error)) });
    await flags.start();
    expect((await flag([], config)).lines).toEqual(["No flags."]);
    expect(await flag(["new-map", "0.25", "--note", "since June"], config)).toEqual({ exitCode: 0, lines: ["new-map                              25 %  since June"] });
    await until(() => said.length === 1, "it was said on the bus");
    expect(JSON.parse(said[0]!)).toEqual({ type: "world_changed", key: "feature_flag" });
    // Nobody told this one: it looks by itself.
    await until(() => flags.shareOf("new-map") === 0.25, "it has looked");
    await flag(["new-map", "10%"], config);
    expect((await flag(["old-talk", "on"], config)).lines).toEqual(["old-talk                            100 %"]);
    expect((await flag([], config)).lines).toEqual(["new-map                              10 %  since June", "old-talk                            100 %"]);
    expect(await flag(["old-talk", "remove"], config)).toMatchObject({ exitCode: 0 });
    expect(await flag(["old-talk", "remove"], config)).toEqual({ exitCode: 1, lines: ["There is no flag old-talk."] });
    flags.stop();
  });

  test("says what is wrong", async () => {
    await expect(flag(["New Map", "0.1"], config)).rejects.toThrow(/^The name of a flag is small letters/);
    await expect(flag(["new-map", "1.1"], config)).rejects.toThrow("A share is a number from 0 to 1, not 1.1.");
    await expect(flag(["new-map", "some"], config)).rejects.toThrow("A share is a number from 0 to 1, not NaN.");
    expect((await flag(["new-map"], config)).exitCode).toBe(2);
  });
});
