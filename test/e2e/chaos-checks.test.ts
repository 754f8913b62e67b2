/** The checks that judge a run of chaos see what they look for: a sound database passes, each harm done to it is found. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkWorld, type Evidence } from "../../scripts/chaos/checks.ts";
import type { Acknowledged, Believed } from "../../scripts/chaos/evidence.ts";
import { SABOTAGE, sabotage } from "../../scripts/chaos/sabotage.ts";
import { loadWorld } from "../../src/content/load.ts";
import { asId, carriedBy, inRoom, type CharacterId, type ItemId } from "../../src/engine/ids.ts";
import type { DurableEvent } from "../../src/engine/events.ts";
import { PostgresAccountStore } from "../../src/persistence/accounts.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { reconcileWorld } from "../../src/persistence/world-seed.ts";
import { quietLog, sqlBench, testClock, type SqlBench } from "../contracts/storage/sql-bench.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";

let postgres: TestPostgres;
let bench: SqlBench;
let evidence: Evidence;

beforeAll(async () => {
  postgres = await startPostgres(["fsync = off"]);
  bench = sqlBench(await openDatabase({ databaseUrl: await postgres.url(), dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true }));
  evidence = await playALittle(bench);
});
afterAll(async () => {
  await bench.end();
  await bench.db.close();
  await postgres.stop();
});

test("a database in order passes", async () => {
  const { violations, replay } = await checkWorld(bench.db.sql, evidence);
  expect(violations).toEqual([]);
  expect(replay.requests.size).toBe(3);
});

describe("harm done by hand is seen", () => {
  test.each(SABOTAGE.map((each) => [each.name, each] as const))("%s", async (_, each) => {
    const violations = await sabotage(bench.db.sql, evidence, each);
    expect(violations.map(({ check }) => check)).toContain(each.seenBy);
  });

  test("and undone again", async () => {
    expect((await checkWorld(bench.db.sql, evidence)).violations).toEqual([]);
  });
});

/** Two people begin in the bundled world; one drops her leaflet, gives coins, and drops some. */
async function playALittle({ db, lease, committer }: SqlBench): Promise<Evidence> {
  const world = await loadWorld(fileURLToPath(new URL("../../world", import.meta.url)));
  if ("mistakes" in world) throw new Error("the world has mistakes");
  const { content } = world;
  await reconcileWorld(db, content);
  const { start, startCoins, startItems } = content.world;
  const accounts = new PostgresAccountStore(db, { room: start, coins: startCoins, items: startItems.map(({ kind, quantity }) => ({ kind: content.items.get(kind)!, quantity })) });
  const [ann, ben] = await Promise.all(["ann", "ben"].map(async (name) => (await accounts.createAccount({ username: name, nameKey: name, passwordHash: null, guest: true })).characterId));
  const area = content.rooms.get(start)!.area;
  const owned = await (await lease("server")).acquire(area);
  if (!("epoch" in owned)) throw new Error("not owned");
  const [carried] = await db.sql.query<{ id: ItemId }>("select id from item where location = $1 and kind = 'newcomer_leaflet'", [carriedBy(ann!)]);

  const acknowledged: Acknowledged[] = [];
  const does = async (line: string, events: readonly DurableEvent[]): Promise<void> => {
    const seq = acknowledged.length + 1;
    const reply = { type: "response" as const, id: `req_${seq}`, seq, status: "ok" as const, messages: [{ message: `You ${line}.`, message_type: "action" as const }] };
    const outcome = await committer.commit({ area, epoch: owned.epoch, actor: ann!, room: start, request: { seq, step: 0 }, command: line, events, reply });
    expect(outcome.kind).toBe("committed");
    acknowledged.push({ character: ann!, seq, line, durableSteps: 1, status: "ok", code: null, reply });
  };
  await does("drop leaflet", [{ type: "item-moved", item: carried!.id, from: carriedBy(ann!), to: inRoom(start), slot: null }]);
  await does("give 3 coins to ben", [coins(ann!, -3, "give"), coins(ben!, 3, "give")]);
  await does("drop 2 coins", [coins(ann!, -2, "drop"), {
    type: "item-created", cause: "coins-dropped",
    item: { id: asId("pile"), kind: asId("coins"), at: inRoom(start), slot: null, quantity: 2, charges: null, open: true, locked: false, lit: false, spawn: null },
  }]);
  return { content, acknowledged, believed: [await believes(db, ann!, start), await believes(db, ben!, start)] };
}

const coins = (character: CharacterId, delta: number, cause: "give" | "drop"): DurableEvent => ({ type: "coins-changed", character, delta, cause });

/** What a client that is up to date shows. */
async function believes({ sql }: SqlBench["db"], character: string, room: string): Promise<Believed> {
  const [row] = await sql.query<{ coins: number }>("select coins::float8 from character where id = $1", [character]);
  const items = await sql.query<{ id: string; kind: string; quantity: number }>("select id, kind, quantity from item where location = $1", [`char:${character}`]);
  return { character, name: character, room, coins: row?.coins ?? 0, items: items.map((item) => ({ ...item, in: "" })) };
}
