/** What an operator asks of processes as such, on two real ones: how much they log, their errors, profiles of them (issue 6). */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { StockPlayer } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const PASSWORD = "open sesame, says the operator";
const why = { reason: "a test" };

let folder: string;
let postgres: TestPostgres;
let one: ServerProcess;
let two: ServerProcess;
let operator: StaffClient;
let ids: { one: string; two: string };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waystone-faulty-"));
  // Both processes have the same fault, once each.
  await writeFile(join(folder, "faulty.mjs"), `function faulty() { throw new RangeError("no room at redis://ada:hunter2@cache"); }\nsetTimeout(() => { Promise.resolve().then(faulty); }, 3000);\n`);
  postgres = await startPostgres();
  const env = { DATABASE_URL: await postgres.url(), JWT_SECRET: "a secret that both processes know, and nobody else", ADMIN_PASSWORD: PASSWORD, WAYSTONE_IMPORT: join(folder, "faulty.mjs") };
  one = await ServerProcess.start(env);
  two = await ServerProcess.start(env);
  operator = await StaffClient.byPassword(one.endpoint, PASSWORD);
  ids = await vi.waitFor(async () => {
    const { processes } = (await operator.get("log-level")).body as unknown as { processes: { process: string }[] };
    expect(processes).toHaveLength(2);
    // The one that answers is first.
    return { one: processes[0]!.process, two: processes[1]!.process };
  }, { timeout: 30_000, interval: 300 });
});
afterAll(async () => {
  await one?.remove();
  await two?.remove();
  await postgres?.stop();
  await rm(folder, { recursive: true, force: true });
});

test("the level of the log of one process, and of all, for a while", async () => {
  expect((await operator.post("log-level", { level: "loud", ...why })).status).toBe(400);
  expect((await operator.post("log-level", { level: "debug", minutes: 100_000, ...why })).status).toBe(400);
  expect((await operator.post("log-level", { level: "debug", process: "nobody", ...why })).status).toBe(404);
  const only = await operator.post("log-level", { level: "debug", minutes: 0.05, process: ids.two, ...why });
  expect(only.body["said"]).toEqual([expect.stringMatching(new RegExp(`^${ids.two} logs from debug on until 2`))]);
  expect(two.output).toContain("the level of the log changes");
  expect(one.output).not.toContain("the level of the log changes");
  await vi.waitFor(() => expect(two.output).toContain("the level of the log is back"), { timeout: 30_000 });
  expect((await operator.post("log-level", { level: "warn", ...why })).body["said"]).toHaveLength(2);
  expect((await operator.get("log-level")).body["processes"]).toMatchObject([{ process: ids.one, level: "warn" }, { process: ids.two, level: "warn" }]);
  expect((await operator.post("log-level", { level: "info", ...why })).status).toBe(200);
  expect((await operator.get("log-level")).body["processes"]).toMatchObject([{ level: "info", until: null }, { level: "info", until: null }]);
});

test("errors of one kind on two processes are one row", async () => {
  await vi.waitFor(async () => {
    const { errors } = (await operator.get("errors")).body as unknown as { errors: { type: string; count: number }[] };
    expect(errors.filter(({ type }) => type === "RangeError")).toMatchObject([{ count: 2, message: "no room at redis://[redacted]@cache", where: "a rejection was not handled", processes: expect.arrayContaining([ids.one, ids.two]) }]);
  }, { timeout: 30_000, interval: 300 });
});

test("a CPU profile of another process, one at a time, downloaded by the operator alone", async () => {
  const ada = await StockPlayer.register(one.endpoint, "Adalind");
  const answer = await operator.post(`processes/${ids.two}/profile`, { seconds: 1, ...why });
  expect(answer.status).toBe(200);
  const file = String(answer.body["file"]);
  const again = await operator.post(`processes/${ids.two}/profile`, { seconds: 1, ...why });
  expect(again.body.error?.code).toBe("E_BUSY");
  // An idle process may be sampled nowhere in its own code, so it is asked for something while it is watched.
  await vi.waitFor(async () => {
    for (let asked = 0; asked < 20; asked += 1) await (await fetch(`${two.endpoint}/metrics`)).text();
    expect((await operator.get("profiles")).body["profiles"]).toMatchObject([{ process: ids.two, name: file }]);
  }, { timeout: 30_000, interval: 20 });
  const get = (path: string, token: string): Promise<Response> => fetch(`${one.endpoint}/admin/api/profiles/${path}`, { headers: { authorization: `Bearer ${token}` } });
  const got = await get(`${ids.two}/${file}`, operator.token);
  expect(got.headers.get("content-disposition")).toContain(file);
  const profile = JSON.parse(await got.text()) as { nodes: { callFrame: { url: string } }[] };
  expect(profile.nodes.some(({ callFrame }) => /\/src\/[\w/-]+\.ts$/u.test(callFrame.url))).toBe(true);
  for (const path of [`${ids.two}/${file}`, `${ids.two}/..%2f..%2ftoken-secret`, `nobody/${file}`]) expect((await get(path, ada.token)).status).toBe(403);
  for (const path of [`${ids.two}/..%2f..%2ftoken-secret`, `${ids.one}/${file}`, `nobody/${file}`]) expect((await get(path, operator.token)).status).toBe(404);
  for (const route of ["log-level", "errors", "profiles"]) expect((await new StaffClient(one.endpoint, ada.token).get(route)).status).toBe(403);
  for (const route of ["log-level", `processes/${ids.one}/profile`, `processes/${ids.one}/heap-snapshot`]) expect((await new StaffClient(one.endpoint, ada.token).post(route, { level: "debug", ...why })).status).toBe(403);
  await ada.leaves();
});

test("a heap snapshot, and people play on; all of it is in the record", async () => {
  const ben = await StockPlayer.register(one.endpoint, "Benedikt");
  const answer = await operator.post(`processes/${ids.one}/heap-snapshot`, { force: true, ...why });
  expect(answer.status).toBe(200);
  const file = String(answer.body["file"]);
  await vi.waitFor(async () => expect(JSON.stringify((await operator.get("profiles")).body["profiles"])).toContain(file), { timeout: 60_000, interval: 300 });
  expect((await ben.types("look")).status).toBe("ok");
  const got = await fetch(`${one.endpoint}/admin/api/profiles/${ids.one}/${file}`, { headers: { authorization: `Bearer ${operator.token}` } });
  const text = await got.text();
  expect(text.length).toBe(Number(got.headers.get("content-length")));
  expect(text.startsWith('{"snapshot":{"meta":')).toBe(true);
  expect(text.trimEnd().endsWith("}")).toBe(true);
  const { audit } = (await operator.get("audit?limit=50")).body as unknown as { audit: { action: string; target: string | null }[] };
  expect(audit.map(({ action, target }) => `${action} ${target ?? "all"}`)).toEqual(expect.arrayContaining([
    `log-level ${ids.two}`, "log-level all", `profile ${ids.two}`, `download-profile ${ids.two}`, `heap-snapshot ${ids.one}`, `download-profile ${ids.one}`,
  ]));
  await ben.leaves();
});
