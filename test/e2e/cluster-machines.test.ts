/** One world over two machines (network namespaces): a player walks between areas that each of them serves. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import type { Database } from "../../src/persistence/database.ts";
import { systemClock } from "../../src/timers.ts";
import { makeMachines, whyNoMachines, type Machines } from "../support/machines.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

const WAIT_MS = 120_000;
const PORT = "2567";
const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const reason = await whyNoMachines();
if (reason !== undefined) console.warn(`The test with several machines is left out: ${reason}.`);

describe.skipIf(reason !== undefined)("two machines", () => {
  let machines: Machines;
  let postgres: TestPostgres;
  let redis: TestRedis;
  let db: Database;
  let one: ServerProcess;
  let two: ServerProcess;

  beforeAll(async () => {
    machines = await makeMachines(2);
    postgres = await startPostgres();
    redis = await startRedis();
    const url = await postgres.url();
    await machines.offer(postgres.port);
    await machines.offer(redis.port);
    db = await openDatabase({ databaseUrl: url, dataDir: "", log: quiet, clock: systemClock((error) => expect.fail(String(error))) });
    const reachable = (from: string): string => from.replace("127.0.0.1", machines.address);
    const start = (index: number): Promise<ServerProcess> => ServerProcess.start({
      HOST: machines.list[index]!.address, PORT, DATABASE_URL: reachable(url), REDIS_URL: reachable(redis.url), JWT_SECRET: "a secret that both machines know, for the test",
      WAYSTONE_UNLIMITED_ADDRESSES: machines.address,
    }, machines.list[index]!.within);
    [one, two] = await Promise.all([start(0), start(1)]);
    await until(async () => (await living()).length === 2, "both have told that they live");
  }, WAIT_MS);

  afterAll(async () => {
    await one?.remove();
    await two?.remove();
    await db?.close();
    await redis?.stop();
    await postgres?.stop();
    await machines?.remove();
  }, WAIT_MS);

  const living = (): Promise<{ id: string; slot: string; address: string }[]> =>
    db.sql.query("select id, slot, address from process where not fenced and expires_at > clock_timestamp() order by address");

  /** Has an area that nobody serves belong to that machine, as if it had been opened there. */
  async function belongs(area: string, to: number): Promise<void> {
    const { id } = (await living())[to]!;
    await db.sql.query(
      `insert into area_owner as o (area_id, process_id, epoch) values ($1, $2, 1) on conflict (area_id) do update set process_id = excluded.process_id, epoch = o.epoch + 1`, [area, id],
    );
  }

  /** The machine that a player is connected to. */
  const hostOf = (player: StockPlayer): string => new URL((player.room as unknown as { connection: { transport: { ws: { url: string } } } }).connection.transport.ws.url).hostname;

  test("each has a slot of its own, and says where it is reached", async () => {
    const [first, second] = await living();
    expect([first!.address, second!.address]).toEqual(machines.list.map(({ address }) => `${address}:${PORT}`));
    expect(first!.slot.split(":")[0]).not.toBe(second!.slot.split(":")[0]);
  });

  test("a player joins at one, walks to the other and back, and is heard on both", async () => {
    await belongs("square", 0);
    await belongs("town", 1);
    const [here, there] = machines.list.map(({ address }) => address);
    const ada = await StockPlayer.register(one.endpoint, "Ada");
    // Asked at the other machine, played on this one: where the area is.
    const ben = await StockPlayer.register(two.endpoint, "Ben");
    expect([hostOf(ada), hostOf(ben)]).toEqual([here, here]);
    await ben.types("say Over here!");
    await ada.hears("Over here!");

    expect((await ada.types("n")).status).toBe("ok");
    expect(hostOf(ada)).toBe(there);
    await ben.hears("Ada");
    ben.forget();
    await ada.types("tell ben I am on another machine");
    await ben.hears("I am on another machine");
    const who = (await ben.types("who")).messages.map(({ message }) => message).join("\n");
    expect(who).toContain("Ada");
    expect(who).toContain("Ben");

    expect((await ada.types("s")).status).toBe("ok");
    expect(hostOf(ada)).toBe(here);
    await ada.types("say Back again.");
    await ben.hears("Back again.");
    await ada.leaves();
    await ben.leaves();
  });

  test("a cable is pulled out: whoever was there goes on at the other machine, and the lost one takes nothing back", async () => {
    const cleo = await StockPlayer.register(one.endpoint, "Cleo");
    await cleo.types("n");
    expect(hostOf(cleo)).toBe(machines.list[1]!.address);
    const room = (await cleo.types("look")).messages[0]!.message;
    await machines.list[1]!.connected(false);
    let back: StockPlayer | undefined;
    await until(async () => {
      back = await StockPlayer.login(one.endpoint, "Cleo").catch(() => undefined);
      return back !== undefined;
    }, "Cleo is back", 60_000);
    expect(hostOf(back!)).toBe(machines.list[0]!.address);
    expect((await back!.types("look")).messages[0]!.message).toBe(room);

    await machines.list[1]!.connected(true);
    await until(async () => (await fetch(`${two.endpoint}/readyz`).catch(() => undefined))?.ok === true, "the other machine is there again", 60_000);
    const [owner] = await db.sql.query<{ address: string }>("select p.address from area_owner o join process p on p.id = o.process_id where o.area_id = 'town'");
    expect(owner?.address).toBe(`${machines.list[0]!.address}:${PORT}`);
    expect((await back!.types("say Still here.")).status).toBe("ok");
    await back!.leaves();
  }, WAIT_MS);
});
