/** Background jobs of a real server: an operator sees them and has one run, a guest is ended with all they have, an outage is not told again. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { SOFT_FLUSH_MS } from "../../src/limits.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { startPostgres, type TestPostgres } from "../support/postgres.ts";
import { ServerProcess } from "../support/server-process.ts";
import { StaffClient } from "../support/staff.ts";

vi.setConfig({ testTimeout: 600_000, hookTimeout: 60_000 });
const PASSWORD = "open sesame, says the operator";
const servers: ServerProcess[] = [];
let postgres: TestPostgres | undefined;
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
  await postgres?.stop();
  postgres = undefined;
});

interface ListedJob { readonly name: string; readonly last_success: string | null }
const why = { reason: "a test" };

async function serve(env: Record<string, string>): Promise<{ server: ServerProcess; operator: StaffClient }> {
  const server = await ServerProcess.start({ ADMIN_PASSWORD: PASSWORD, ...env });
  servers.push(server);
  return { server, operator: await StaffClient.byPassword(server.endpoint, PASSWORD) };
}
/** Asks until this process has begun with jobs, and waits until the run has succeeded. */
async function runs(operator: StaffClient, job: string): Promise<void> {
  const list = async (): Promise<ListedJob | undefined> => ((await operator.get("jobs")).body as unknown as { jobs: ListedJob[] }).jobs.find(({ name }) => name === job);
  const before = (await list())?.last_success ?? null;
  await vi.waitFor(async () => expect((await operator.post(`jobs/${job}/run`, why)).status).toBe(200), { timeout: 120_000, interval: 1_000 });
  await vi.waitFor(async () => {
    const after = (await list())?.last_success ?? null;
    expect(after).not.toBeNull();
    expect(after).not.toBe(before);
  }, { timeout: 120_000, interval: 500 });
}
async function aGuest(endpoint: string): Promise<StockPlayer> {
  const { token, username } = (await (await fetch(`${endpoint}/auth/guest`, { method: "POST" })).json()) as { token: string; username: string };
  const guest = new StockPlayer(endpoint, username);
  guest.client.auth.token = token;
  await guest.join();
  return guest;
}
const metric = async (endpoint: string, line: RegExp): Promise<string | undefined> => line.exec(await (await fetch(`${endpoint}/metrics`)).text())?.[1];

test("on the embedded database an operator has jobs run: everybody reads what one worked out, another writes a backup while somebody plays", async () => {
  const { server, operator } = await serve({ WAYSTONE_BACKUP_CRON: "0 0 1 1 *", WAYSTONE_BACKUP_KEEP: "1" });
  const { endpoint } = server;
  const ada = await StockPlayer.register(endpoint, "Adalind");
  expect(await (await fetch(`${endpoint}/api/leaderboard`)).json()).toEqual({ boards: { coins: [], quests: [], rooms: [] }, made_at: null });
  await runs(operator, "leaderboards");
  expect(Number(await metric(endpoint, /waystone_job_last_success_timestamp_seconds\{job="leaderboards"\} (\S+)/))).toBeGreaterThan(Date.now() / 1000 - 600);
  expect(Number(await metric(endpoint, /waystone_jobs_total\{job="leaderboards",result="done"\} (\S+)/))).toBeGreaterThanOrEqual(1);
  await vi.waitFor(async () => expect((await (await fetch(`${endpoint}/api/leaderboard`)).json())).toMatchObject({ boards: { coins: [{ rank: 1, name: "Adalind" }] } }), { timeout: 60_000, interval: 1_000 });
  expect((await operator.get("audit?target=leaderboards")).body).toMatchObject({ audit: expect.arrayContaining([expect.objectContaining({ action: "run-job", reason: "a test" })]) as unknown });
  expect((await operator.post("jobs/no_such_job/run", why)).status).toBe(404);

  // Twice: the older one makes way.
  for (let n = 0; n < 2; n += 1) {
    await runs(operator, "backup");
    expect(textOf(await ada.types("look"))).toContain("The Town Square");
  }
  expect((await readdir(join(server.dataDir, "backups"))).filter((name) => !name.startsWith("."))).toHaveLength(1);
  expect(JSON.stringify((await operator.get("jobs/backup")).body)).toContain("read back and found sound");
  await ada.leaves();
  expect(await server.stop()).toBe(0);
});

test("a guest of long ago is ended by the owner of the area, thing by thing in the journal; what looks for jobs says nothing while the database is away", async () => {
  postgres = await startPostgres();
  const url = await postgres.url("world");
  const { server, operator } = await serve({ DATABASE_URL: url, WAYSTONE_GUEST_DAYS: "7" });
  const gus = await aGuest(server.endpoint);
  expect(textOf(await gus.types("inventory"))).toContain("travel loaves");
  await gus.leaves();
  const db = await openDatabase({ databaseUrl: url, dataDir: server.dataDir, log: quietLog, clock: testClock });
  try {
    const [guest] = await db.sql.query<{ id: string }>("update account set created_at = now() - interval '9 days' where guest returning id");
    const id = guest!.id;
    // Whoever left stays in the world for a minute, and what is written behind is written then; that is not being away.
    await vi.waitFor(async () => expect(((await operator.get("players")).body as unknown as { players: unknown[] }).players).toEqual([]), { timeout: 150_000, interval: 1_000 });
    await new Promise((resolve) => setTimeout(resolve, 2 * SOFT_FLUSH_MS));
    await db.sql.query("update character set last_seen_at = now() - interval '8 days' where id = $1", [id]);
    const held = await db.sql.query<{ id: string }>("select id from item where location = 'char:' || $1", [id]);
    expect(held.length).toBeGreaterThan(0);
    await runs(operator, "guests");
    await vi.waitFor(async () => expect(await db.sql.query("select 1 as x from item where location = 'char:' || $1 union all select 1 from character where id = $1 and coins > 0", [id])).toEqual([]), { timeout: 60_000, interval: 200 });
    const ended = await db.sql.query<{ item: string }>("select e->>'item' as item from journal j cross join jsonb_array_elements(j.events) e where e->>'type' = 'item-destroyed' and e->>'from' = 'char:' || $1", [id]);
    expect(ended.map(({ item }) => item).sort()).toEqual(held.map((item) => item.id).sort());

    const before = server.output.split("\n").length;
    await postgres.kill();
    await new Promise((resolve) => setTimeout(resolve, 25_000));
    await postgres.start();
    await vi.waitFor(async () => expect((await fetch(`${server.endpoint}/readyz`)).status).toBe(200), { timeout: 60_000, interval: 500 });
    // Others say that the database is away; jobs, which ask it all the time, add nothing to that.
    expect(server.output.split("\n").slice(before).filter((line) => line.includes("background"))).toEqual([]);
    await runs(operator, "leaderboards");
  } finally {
    await db.close();
  }
  expect(await server.stop()).toBe(0);
});
