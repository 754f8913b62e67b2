/** A real server with a streaming replica: lists and history are read from it, play is not, and its death is noticed by nobody but the metrics. */
import { afterEach, expect, test, vi } from "vitest";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { REPLICABLE, startReplica, type TestReplica } from "../support/replica.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 400_000, hookTimeout: 60_000 });
const PASSWORD = "open sesame, says the operator";
let postgres: TestPostgres | undefined;
let replica: TestReplica | undefined;
let server: ServerProcess | undefined;
afterEach(async () => {
  await server?.remove();
  await replica?.stop();
  await postgres?.stop();
});

test("what staff read comes from the replica while it is near, and from the primary when it has died", async () => {
  postgres = await startPostgres(["fsync = off", ...REPLICABLE]);
  const url = await postgres.url("world");
  replica = await startReplica(postgres);
  server = await ServerProcess.start({ DATABASE_URL: url, DATABASE_REPLICA_URLS: replica.url("world"), ADMIN_PASSWORD: PASSWORD, WAYSTONE_DB_POOL: "11", WAYSTONE_JOBS: "off", WAYSTONE_ALLOW_UNSAFE_STORAGE: "1" });
  const { endpoint } = server;
  const metric = async (name: string): Promise<number> => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(await (await fetch(`${endpoint}/metrics`)).text())?.[1]);
  const staff = await StaffClient.byPassword(endpoint, PASSWORD);
  const ada = await StockPlayer.register(endpoint, "Adalind");
  await vi.waitFor(async () => expect(await metric('waystone_db_replica_used\\{replica="0"\\}')).toBe(1), { timeout: 60_000, interval: 200 });
  expect(await metric('waystone_db_replica_lag_seconds\\{replica="0"\\}')).toBeLessThanOrEqual(10);

  expect((await ada.types("get leaflet")).status).toBe("ok");
  // It may be some seconds behind.
  await vi.waitFor(async () => expect(JSON.stringify((await staff.get("journal?character=adalind")).body)).toContain("get leaflet"), { timeout: 30_000, interval: 200 });
  expect((await fetch(`${endpoint}/api/leaderboard`)).status).toBe(200);
  const reads = await metric('waystone_db_replica_reads_total\\{replica="0",by="replica"\\}');
  expect(reads).toBeGreaterThan(0);

  // This process takes no jobs, and can tell how they stand all the same.
  await vi.waitFor(async () => expect(((await staff.get("jobs")).body["jobs"] as { name: string; next: string | null }[]).find(({ name }) => name === "sweep")).toMatchObject({ next: null, last_success: null }), { timeout: 60_000, interval: 500 });
  expect((await staff.post("jobs/sweep/run", { reason: "a test" })).body.error?.message).toContain("WAYSTONE_JOBS=off");

  await replica.kill();
  for (let n = 0; n < 3; n += 1) expect(JSON.stringify((await staff.get("journal?character=adalind")).body)).toContain("get leaflet");
  expect((await ada.types("drop leaflet")).status).toBe("ok");
  await vi.waitFor(async () => expect(await metric('waystone_db_replica_used\\{replica="0"\\}')).toBe(0), { timeout: 60_000, interval: 200 });
  expect((await fetch(`${endpoint}/readyz`)).status).toBe(200);
  await ada.leaves();
  expect(await server.stop()).toBe(0);
});
