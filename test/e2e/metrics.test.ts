/** A server that is played on for a moment says so in its metrics, and docs/metrics.md lists what it says: no more, no less. */
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { documentedMetrics, readExposition, type Exposition } from "../support/exposition.ts";
import { expressions, metricsIn, recordingRules } from "../support/monitoring.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: ServerProcess;
let ada: StockPlayer;
let ben: StockPlayer;

beforeAll(async () => {
  server = await ServerProcess.start({ ADMIN_PASSWORD: "a password for the tests" });
  ada = await StockPlayer.register(server.endpoint, "Adalind");
  ben = await StockPlayer.register(server.endpoint, "Benedikt");
});
afterAll(async () => {
  await server?.remove();
});

const metrics = async (): Promise<Exposition> => readExposition(await (await fetch(`${server.endpoint}/metrics`)).text());

test("what players do is seen: commands, lines, walks over a border, connections, bytes", async () => {
  const before = await metrics();
  expect(before.value("waystone_players")).toBe(2);
  expect(before.value("waystone_connections", { kind: "websocket" })).toBe(2);
  await ada.types("drop 2 coins");
  await ada.types("get coins");
  await ada.types("say good morning");
  await ben.hears("good morning");
  await ada.types("l");
  await ada.types("xyzzy");
  // The state follows its changes within a tick.
  await expect.poll(async () => (await metrics()).sum("waystone_delivered_frames_total", { kind: "state" }), { timeout: 30_000 }).toBeGreaterThan(before.sum("waystone_delivered_frames_total", { kind: "state" }));
  const after = await metrics();
  const grown = (name: string, labels: Readonly<Record<string, string>> = {}): number => after.sum(name, labels) - before.sum(name, labels);
  expect(grown("waystone_commands_total", { class: "durable", status: "ok" })).toBeGreaterThanOrEqual(2);
  expect(grown("waystone_commands_total", { code: "unknown_command" })).toBe(1);
  expect(grown("waystone_commands_by_name_total", { command: "look" })).toBe(1);
  expect(grown("waystone_commands_by_name_total", { command: "other" })).toBe(1);
  expect(grown("waystone_command_seconds_count")).toBe(grown("waystone_commands_total"));
  expect(grown("waystone_commits_total", { outcome: "committed" })).toBeGreaterThanOrEqual(2);
  expect(grown("waystone_commit_total_seconds_count")).toBe(grown("waystone_commits_total"));
  expect(grown("waystone_db_queries_total", { kind: "commit", result: "ok" })).toBe(grown("waystone_commit_seconds_count"));
  // Ben saw the coins go and come, and heard her.
  expect(grown("waystone_delivered_lines_total")).toBeGreaterThanOrEqual(3);
  expect(grown("waystone_delivered_frames_total", { kind: "lines" })).toBeGreaterThanOrEqual(1);
  for (const direction of ["in", "out"]) expect(grown("waystone_network_bytes_total", { kind: "websocket", direction })).toBeGreaterThan(100);
  expect(after.value("waystone_player_state_bytes_count")).toBeGreaterThanOrEqual(2);
});

test("a walk over a border, a cut, a wrong password, a message too many: each has its count", async () => {
  await ada.typesTillEnd("north");
  expect(ada.transfers).toBe(1);
  const { room, welcome } = ben;
  room.connection.close();
  await ben.until(() => !room.connection.isOpen, "the cut");
  await ben.join({ resume: { room_id: welcome!.room_id, line: welcome!.line, seq: 0 } });
  await Promise.all(Array.from({ length: 60 }, () => ben.types("exits")));
  for (const path of ["/auth/login", "/admin/api/login"]) {
    await fetch(`${server.endpoint}${path}`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username: "adalind", password: "not this one" }) });
  }
  await fetch(`${server.endpoint}/no-such-page`);
  const now = await metrics();
  expect(now.sum("waystone_transfers_total", { result: "here" })).toBe(1);
  expect(now.sum("waystone_joins_total", { kind: "walk" })).toBe(1);
  expect(now.sum("waystone_joins_total", { kind: "resume" })).toBe(1);
  expect(now.sum("waystone_resumes_total")).toBe(1);
  expect(now.sum("waystone_turned_away_total", { code: "E_RATE" })).toBeGreaterThan(0);
  expect(now.value("waystone_http_requests_total", { route: "/auth/login", status: "401" })).toBe(1);
  expect(now.sum("waystone_http_requests_total", { route: "/admin/api/login" })).toBeGreaterThanOrEqual(1);
  expect(now.sum("waystone_http_requests_total", { route: "other", status: "404" })).toBe(1);
});

test("all is well: up, ready, nothing waits, no fault", async () => {
  expect(textOf(await ada.types("look"))).not.toBe("");
  const now = await metrics();
  for (const name of ["waystone_database_up", "waystone_ready", "waystone_cluster_processes"]) expect([name, now.value(name)]).toEqual([name, 1]);
  for (const name of ["waystone_read_only", "waystone_draining", "waystone_bugs_total", "waystone_invariant_violations_total", "waystone_parked_commands", "waystone_database_outages_total"]) expect([name, now.value(name)]).toEqual([name, 0]);
  expect(now.value("waystone_lease_age_seconds")).toBeLessThan(60);
  expect(now.value("waystone_data_disk_bytes", { what: "free" })).toBeGreaterThan(0);
  expect(now.value("waystone_data_disk_bytes", { what: "size" })).toBeGreaterThan(now.value("waystone_data_disk_bytes", { what: "free" }));
});

test("docs/metrics.md lists every metric of ours with its type, its labels and their values", async () => {
  const documented = documentedMetrics(await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8"));
  const now = await metrics();
  const exported = [...now.types].filter(([name]) => name.startsWith("waystone_"));
  expect(exported.map(([name, type]) => `${name} ${type}`).toSorted()).toEqual([...documented].map(([name, { type }]) => `${name} ${type}`).toSorted());
  for (const [name, { labels }] of documented) {
    for (const series of now.seriesOf(name)) {
      expect([name, Object.keys(series).toSorted()]).toEqual([name, [...labels.keys()].toSorted()]);
      for (const [label, values] of labels) if (values !== null) expect(values, `${name}{${label}}`).toContain(series[label]);
    }
  }
});

/** Labels that Prometheus adds. */
const ADDED = ["instance", "job", "exported_job"];

test("every metric that rules, alerts and the dashboard name is there, with the labels they ask for", async () => {
  const documented = documentedMetrics(await readFile(new URL("../../docs/metrics.md", import.meta.url), "utf8"));
  const now = await metrics();
  /** Ours have the labels that the docs name; those of the library (a collection, its kind) the ones they came with. */
  const labelsOf = (base: string, name: string): string[] => documented.has(base) ? [...documented.get(base)!.labels.keys()] : now.seriesOf(name).flatMap((series) => Object.keys(series));
  const recorded = new Set((await recordingRules()).map(({ record }) => record));
  const asked = (await expressions()).flatMap(({ where, expr }) => metricsIn(expr).map((metric) => ({ where, ...metric })));
  expect(asked.length).toBeGreaterThan(60);
  for (const { where, name, labels } of asked) {
    if (name.startsWith("waystone:")) {
      expect(recorded, where).toContain(name);
      continue;
    }
    const base = now.types.has(name) ? name : name.replace(/_(bucket|sum|count)$/, "");
    expect(now.types.get(base), `${name} (${where})`).toBeDefined();
    if (base !== name) expect(["histogram", "summary"], name).toContain(now.types.get(base));
    const own = labels.filter((label) => !ADDED.includes(label));
    if (own.length > 0) expect(labelsOf(base, name), `${name} (${where})`).toEqual(expect.arrayContaining(own));
  }
});
