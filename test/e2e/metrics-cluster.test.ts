/** Two processes with PostgreSQL and Redis: what goes between them, an outage, an area that changes hands, a row changed behind the owner's back. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { readExposition, type Exposition } from "../support/exposition.ts";
import { openAreaOn } from "../support/open-area.ts";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { startRedis, type TestRedis } from "../support/redis.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });

const SECRET = "a secret that both processes know, and nobody else";
const ADMIN_PASSWORD = "a password for the tests";
const PATIENCE_MS = 90_000;
let database = "";
let postgres: TestPostgres;
let redis: TestRedis;
let one: ServerProcess;
let two: ServerProcess;
let ada: StockPlayer;
let ben: StockPlayer;

const metricsOf = async (server: ServerProcess): Promise<Exposition> => readExposition(await (await fetch(`${server.endpoint}/metrics`)).text());
const untilMetrics = (server: ServerProcess, holds: (metrics: Exposition) => boolean, what: string): Promise<void> => until(async () => holds(await metricsOf(server)), what, PATIENCE_MS);

beforeAll(async () => {
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  database = await postgres.url();
  const env = { DATABASE_URL: database, REDIS_URL: redis.url, JWT_SECRET: SECRET, ADMIN_PASSWORD };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  await openAreaOn(one, "square", SECRET);
  await openAreaOn(two, "town", SECRET);
  ada = await StockPlayer.register(one.endpoint, "Adalind");
  ben = await StockPlayer.register(two.endpoint, "Benedikt");
});
afterAll(async () => {
  await one?.remove();
  await two?.remove();
  await redis?.stop();
  await postgres?.stop();
});

test("a walk to the other process, a tell from there: calls, seats, events and how long they took", async () => {
  await ben.typesTillEnd("north");
  await untilMetrics(one, (metrics) => metrics.value("waystone_players_anywhere") === 2, "one has heard of both");
  expect((await ada.types("tell benedikt how is the market?")).status).toBe("ok");
  await ben.hears("how is the market?");
  const [here, there] = [await metricsOf(one), await metricsOf(two)];
  expect(here.value("waystone_transfers_total", { result: "elsewhere" })).toBe(1);
  expect(here.value("waystone_transfer_seat_seconds_count", { result: "elsewhere" })).toBe(1);
  expect(here.value("waystone_peer_call_seconds_count", { call: "seat", result: "ok" })).toBeGreaterThanOrEqual(1);
  expect(there.value("waystone_joins_total", { kind: "walk" })).toBe(1);
  expect(here.sum("waystone_bus_messages_total", { direction: "out", result: "ok" })).toBeGreaterThanOrEqual(1);
  expect(there.value("waystone_bus_propagation_seconds_count")).toBeGreaterThanOrEqual(1);
  for (const metrics of [here, there]) {
    expect(metrics.value("waystone_cluster_processes")).toBe(2);
    expect(metrics.seriesOf("waystone_redis_up").length).toBeGreaterThan(3);
    expect(metrics.sum("waystone_redis_up")).toBe(metrics.seriesOf("waystone_redis_up").length);
    expect(metrics.sum("waystone_redis_commands_total", { result: "ok" })).toBeGreaterThan(0);
    expect(metrics.sum("waystone_redis_command_seconds_count")).toBe(metrics.sum("waystone_redis_commands_total", { result: "ok" }));
    expect(metrics.sum("waystone_db_pool_connections")).toBeGreaterThanOrEqual(1);
    expect(metrics.sum("waystone_db_queries_total", { kind: "urgent", result: "ok" })).toBeGreaterThan(0);
  }
});

test("an outage of the database shows as what it is, and is over when it is over", async () => {
  await postgres.kill();
  await untilMetrics(one, (metrics) => metrics.value("waystone_database_up") === 0, "one has noticed");
  // Its answer comes when it is done.
  expect((await ada.types("drop 2 coins")).status).toBe("queued");
  const during = await metricsOf(one);
  expect(during.value("waystone_database_outages_total")).toBe(1);
  expect(during.value("waystone_parked_commands")).toBe(1);
  expect(during.value("waystone_ready")).toBe(0);
  expect(during.value("waystone_database_down_seconds")).toBeGreaterThan(0);
  expect(during.sum("waystone_db_queries_total", { result: "failed" })).toBeGreaterThan(0);
  await postgres.start();
  await untilMetrics(one, (metrics) => metrics.value("waystone_database_up") === 1 && metrics.value("waystone_parked_commands") === 0, "one goes on");
  const after = await metricsOf(one);
  expect(after.value("waystone_database_down_seconds")).toBe(0);
  expect(after.value("waystone_read_only")).toBe(0);
  await untilMetrics(one, (metrics) => metrics.value("waystone_ready") === 1, "players may come again");
});

test("an area that changes hands: given by one, taken by the other", async () => {
  // Each of the two finds by itself that the database is back: one that has yet to takes no area.
  for (const each of [one, two]) await untilMetrics(each, (metrics) => metrics.value("waystone_ready") === 1 && metrics.value("waystone_cluster_processes") === 2, "the leases hold again");
  const operator = await StaffClient.byPassword(one.endpoint, ADMIN_PASSWORD);
  const { processes } = (await operator.get("processes")).body as { processes: { id: string; areas: { area: string }[] }[] };
  const first = processes.find(({ areas }) => areas.some(({ area }) => area === "square"))!;
  await operator.does(`processes/${first.id}/drain`, { reason: "to see it" });
  await ada.until(() => ada.transfers > 0, "the way to the other process");
  await untilMetrics(one, (metrics) => metrics.value("waystone_areas") === 0, "one has given all away");
  const gave = await metricsOf(one);
  expect(gave.value("waystone_draining")).toBe(1);
  expect(gave.value("waystone_ready")).toBe(0);
  expect(gave.value("waystone_area_hand_over_seconds_count")).toBeGreaterThanOrEqual(1);
  expect(gave.value("waystone_peer_call_seconds_count", { call: "adopt", result: "ok" })).toBe(gave.value("waystone_area_hand_over_seconds_count"));
  await untilMetrics(two, (metrics) => metrics.value("waystone_joins_total", { kind: "moved" }) > 0, "she has come along");
  expect(gave.sum("waystone_http_requests_total", { route: "/admin/api", status: "200" })).toBeGreaterThanOrEqual(2);
});

test("a row that somebody changed behind the owner's back is found, told and counted", async () => {
  const db = await openDatabase({ databaseUrl: database, dataDir: "unused", log: quietLog, clock: testClock });
  const moved = await db.sql.query<{ id: string }>("update item set location = 'room:nowhere' where location like 'room:%' and kind = 'newcomer_leaflet' returning id");
  await db.close();
  expect(moved).toHaveLength(1);
  // By her new connection, which is there a moment after she was let in.
  await ada.until(() => ada.welcome !== undefined, "her welcome over there");
  expect((await ada.types("get leaflet")).status).toBe("error");
  const metrics = await metricsOf(two);
  expect(metrics.value("waystone_invariant_violations_total")).toBe(1);
  expect(metrics.value("waystone_commits_total", { outcome: "mismatch" })).toBe(1);
  expect(metrics.value("waystone_bugs_total")).toBe(0);
});
