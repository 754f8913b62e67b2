/** The administration over the real HTTP app, with a real desk on the embedded database. */
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { emptyDatabase } from "../../../test/support/empty-database.ts";
import { contentOf } from "../../../test/support/transcript.ts";
import { asId, type RoomId } from "../../engine/ids.ts";
import { MAX_HTTP_BODY_BYTES } from "../../limits.ts";
import { createLog } from "../../log.ts";
import { PostgresAccountStore } from "../../persistence/accounts.ts";
import type { Database } from "../../persistence/database.ts";
import { Journal } from "../../persistence/journal.ts";
import { openDatabase } from "../../persistence/orm.ts";
import { PostgresStaffIntentStore } from "../../persistence/staff-intent-store.ts";
import { PostgresStaffStore } from "../../persistence/staff-store.ts";
import { AppError, ERROR_CODES } from "../../protocol/codes.ts";
import { AuthService } from "../../session/auth-service.ts";
import { NameRules } from "../../session/names.ts";
import { Passwords } from "../../session/passwords.ts";
import { Tokens } from "../../session/tokens.ts";
import { Desk } from "../../staff-desk.ts";
import { systemClock } from "../../timers.ts";
import type { RateSettings } from "../rate-gate.ts";
import { startHttp, type Answer, type TestHttp } from "../testing/http-server.ts";
import { adminRoutes } from "./admin-routes.ts";
import { liftExpired } from "../../jobs/sweeps.ts";
import type { AdminDeps } from "./deps.ts";
import type { JobsDesk } from "./jobs-desk.ts";
import { operatorPages } from "./pages.ts";
import { operatorsOnly } from "./staff-auth.ts";

// A loaded machine takes its time over some hundreds of requests.
vi.setConfig({ testTimeout: 240_000, hookTimeout: 60_000 });
const PASSWORD = "open sesame, says the operator";
const secret = "a secret for tests, long enough!";
const content = contentOf({});
const clock = systemClock((error) => { throw error; });
/** What waits for an owner, which there is none of here, has waited at once. */
const hasty = { nowMs: () => Date.now(), after: (_ms: number, run: () => void) => { setImmediate(run); return () => undefined; } };

let dataDir = "";
let db: Database;
let accounts: PostgresAccountStore;
let auth: AuthService;
/** Tokens by role. */
const tokens: Record<string, string> = {};

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "waystone-admin-"));
  await cp(await emptyDatabase(), join(dataDir, "pglite"), { recursive: true });
  db = await openDatabase({ dataDir, log: createLog({ level: "silent" }), clock });
  accounts = new PostgresAccountStore(db, { room: asId<RoomId>([...content.rooms.keys()][0]!), coins: 3, items: [] });
  auth = new AuthService({ accounts, tokens: new Tokens({ secret }), passwords: new Passwords(), names: new NameRules(), onError: (error) => { throw error; } });
  const issue = new Tokens({ secret });
  for (const role of ["player", "builder", "moderator", "operator"] as const) {
    const account = await accounts.createAccount({ username: `The${role}`, nameKey: `the${role}`, passwordHash: "$", guest: false, role });
    tokens[role] = (await issue.issue(account)).token;
  }
});
afterAll(async () => {
  await db.close();
  await rm(dataDir, { recursive: true, force: true });
});

const begun: string[] = [];
const jobs: JobsDesk = {
  list: () => Promise.resolve([{ name: "sweep" }]), runs: (job) => Promise.resolve([{ job: job ?? "sweep", result: "done" }]), has: (job) => job === "sweep",
  run: async (job) => void begun.push(job), days: (count) => Promise.resolve([{ day: "2026-11-26", commands: count }]),
};
const open: TestHttp[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
});

async function aServer(options: { rates?: Partial<RateSettings>; adminPassword?: string | null; playground?: boolean } = {}): Promise<TestHttp> {
  const key = `${secret} of the administration`;
  const deps: AdminDeps = {
    auth, accounts, adminPassword: options.adminPassword === undefined ? PASSWORD : options.adminPassword, ...(options.rates === undefined ? {} : { rates: options.rates }),
    adminTokens: new Tokens({ secret: key, purpose: "waystone:admin" }), pageTokens: new Tokens({ secret: key, purpose: "waystone:pages" }),
    jobs,
    processes: { ids: () => ["here"], states: () => Promise.resolve([]), ask: () => Promise.reject(new Error("test/e2e/process-tools.test.ts asks real ones")) },
    desk: new Desk({
      store: new PostgresStaffStore(db.sql), intents: new PostgresStaffIntentStore(db.sql), journal: new Journal(db.sql), history: new Journal(db.reads), content, clock: hasty, online: { list: () => [], get: () => undefined },
      worldNow: () => ({}), poke: () => undefined, settingChanged: () => undefined, heardIn: () => [],
    }),
  };
  const http = await startHttp({ auth, mounts: [
    { path: "/admin", handler: adminRoutes(deps) }, { path: "/guarded", handler: operatorsOnly(deps) }, ...operatorPages(deps, { playground: options.playground === true }),
  ] });
  open.push(http);
  return http;
}
const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` });
async function byPassword(http: TestHttp): Promise<Record<string, string>> {
  return bearer(((await http.post("/admin/api/login", { password: PASSWORD })).body as { token: string }).token);
}

describe("who may", () => {
  const least: [string, string, object | undefined][] = [
    ["builder", "/admin/api/players", undefined], ["builder", "/admin/api/world", undefined], ["builder", "/admin/api/processes", undefined],
    ["moderator", "/admin/api/characters/theplayer", undefined], ["moderator", "/admin/api/reports", undefined], ["moderator", "/admin/api/audit", undefined],
    ["operator", "/admin/api/address-bans", undefined], ["operator", "/admin/api/flags", { name: "new_map", share: 0.5, reason: "try it" }],
    ["operator", "/admin/api/session", {}], ["builder", "/admin/api/statistics", undefined], ["operator", "/admin/api/jobs", undefined], ["operator", "/admin/api/jobs/sweep/run", { reason: "now" }],
  ];
  test.each(least)("%s and above: %s", async (role, path, body) => {
    const http = await aServer();
    const roles = ["player", "builder", "moderator", "operator"];
    for (const [n, one] of roles.entries()) {
      const answer = body === undefined ? await http.get(path, bearer(tokens[one]!)) : await http.post(path, body, bearer(tokens[one]!));
      const expected = n >= roles.indexOf(role) ? 200 : 403;
      expect([one, answer.status]).toEqual([one, expected]);
    }
    expect((body === undefined ? await http.get(path) : await http.post(path, body)).status).toBe(401);
  });

  test("a role that is taken away is gone with the next request; a banned moderator is none", async () => {
    const http = await aServer();
    const made = await accounts.createAccount({ username: "Fallen", nameKey: "fallen", passwordHash: "$", guest: false, role: "moderator" });
    const headers = bearer((await new Tokens({ secret }).issue(made)).token);
    expect((await http.get("/admin/api/reports", headers)).status).toBe(200);
    await http.post("/admin/api/characters/fallen/role", { role: "player", reason: "went too far" }, bearer(tokens["operator"]!));
    expect((await http.get("/admin/api/reports", headers)).status).toBe(403);
    await http.post("/admin/api/characters/fallen/ban", { reason: "went further" }, bearer(tokens["operator"]!));
    expect((await http.get("/admin/api/reports", headers)).status).toBe(401);
  });

  test("the password opens it for an hour's token, which opens nothing else; without one configured nobody comes in by it", async () => {
    const http = await aServer();
    const headers = await byPassword(http);
    expect((await http.get("/admin/api/me", headers)).body).toEqual({ name: "(password)", role: "operator" });
    expect((await http.post("/auth/refresh", {}, headers)).status).toBe(401);
    expect((await http.post("/admin/api/login", { password: "wrong" })).body.error.code).toBe("E_CREDENTIALS");
    expect((await (await aServer({ adminPassword: null })).post("/admin/api/login", { password: "" })).status).toBe(401);
  });

  test("who guesses at the password waits longer and longer", async () => {
    const http = await aServer({ rates: { wrongPasswordsFree: 2 } });
    for (let n = 0; n < 3; n++) expect((await http.post("/admin/api/login", { password: "wrong" })).status).toBe(401);
    const answer = await http.post("/admin/api/login", { password: PASSWORD });
    expect([answer.status, answer.body.error.code]).toEqual([429, "E_RATE"]);
  });

  test("no cookie, no Basic and no query opens the API: a foreign page cannot have a browser use it", async () => {
    const http = await aServer();
    const session = await http.post("/admin/api/session", {}, await byPassword(http));
    const cookie = session.headers.getSetCookie().map((one) => one.split(";")[0]).join("; ");
    for (const headers of [{ cookie }, { authorization: `Basic ${Buffer.from(`operator:${PASSWORD}`).toString("base64")}` }]) expect((await http.get("/admin/api/players", headers)).status).toBe(401);
    expect((await http.get(`/admin/api/players?token=${tokens["operator"]}`)).status).toBe(401);
    const form = await fetch(`${http.url}/admin/api/announce`, { method: "POST", body: "text=hello", headers: { "content-type": "application/x-www-form-urlencoded", ...bearer(tokens["operator"]!) } });
    expect(form.status).toBe(400);
  });
});

describe("what is done", () => {
  const operator = (): Record<string, string> => bearer(tokens["operator"]!);
  const lastDeed = async (http: TestHttp): Promise<Record<string, unknown>> => ((await http.get("/admin/api/audit?limit=1", operator())).body as { audit: Record<string, unknown>[] }).audit[0]!;

  test("is recorded with who, from where, to whom and why; nobody changes the record", async () => {
    const http = await aServer();
    const answer = await http.post("/admin/api/characters/theplayer/mute", { minutes: 5, reason: " flooding " }, operator());
    // Nobody serves the area here, so it waits.
    expect([answer.status, answer.body.outcome]).toEqual([202, "ordered"]);
    expect((await http.get(`/admin/api/orders/${answer.body.id}`, operator())).status).toBe(404);
    expect(await lastDeed(http)).toMatchObject({ action: "mute", staff: "Theoperator", via: "api", targetName: "Theplayer", reason: "flooding", detail: { until_ms: expect.any(Number) } });
    expect((await http.get("/admin/api/characters/theplayer", operator())).body).toMatchObject({ name: "Theplayer", muted: { reason: "flooding" }, coins: 3, in_the_world: false });
    expect(await lastDeed(http)).toMatchObject({ action: "inspect", targetName: "Theplayer" });
    await expect(db.sql.query("update staff_audit set staff_name = 'nobody'")).rejects.toMatchObject({ sqlState: "WS004" });
    await expect(db.sql.query("delete from staff_audit")).rejects.toMatchObject({ sqlState: "WS004" });
  });

  test("comes with its record or not at all", async () => {
    const store = new PostgresStaffStore(db.sql);
    const order = { id: "twice", action: "flag", staff: null, staffName: "(password)", via: "api" as const, address: null, target: "both", targetName: null, detail: { share: 0.1 }, reason: null };
    await store.order(order);
    await expect(store.order({ ...order, target: "not_this" })).rejects.toBeInstanceOf(AppError);
    expect((await store.flags()).map(({ name }) => name)).toContain("both");
    expect((await store.flags()).map(({ name }) => name)).not.toContain("not_this");
  });

  test("flags, settings of the world and bans of addresses are rows that the others read", async () => {
    const http = await aServer();
    expect((await http.post("/admin/api/flags", { name: "new_map", share: 0.25, note: "one in four", reason: "try" }, operator())).status).toBe(200);
    expect((await http.get("/admin/api/flags", operator())).body.flags).toContainEqual({ name: "new_map", share: 0.25, note: "one in four" });
    await http.post("/admin/api/flags", { name: "new_map", share: null, reason: "enough" }, operator());
    expect((await http.get("/admin/api/flags", operator())).body.flags).not.toContainEqual(expect.objectContaining({ name: "new_map" }));
    await http.post("/admin/api/world/weather", { climate: null, weather: "storm", minutes: 10, reason: "a feast" }, operator());
    await http.post("/admin/api/world/time", { offset_s: 3_600, reason: "a feast" }, operator());
    const store = new PostgresStaffStore(db.sql);
    expect([await store.setting("weather"), await store.setting("time_offset")]).toEqual([{ weather: "storm", until: expect.any(String) }, 3_600]);
    await http.post("/admin/api/world/weather", { climate: null, weather: null, reason: "over" }, operator());
    expect(await store.setting("weather")).toBeUndefined();
    await http.post("/admin/api/address-bans", { address: "2001:db8:1:2:3:4:5:6", minutes: 60, reason: "floods" }, operator());
    expect((await http.get("/admin/api/address-bans", operator())).body.address_bans).toMatchObject([{ address: "2001:db8:1:2::/64", reason: "floods" }]);
    await http.post("/admin/api/address-bans/lift", { address: "2001:db8:1:2::/64", reason: "over" }, operator());
    expect((await http.get("/admin/api/address-bans", operator())).body.address_bans).toEqual([]);
  });

  test("bans and mutes end when their time is over", async () => {
    const http = await aServer();
    for (const name of ["Brief", "Lasting"]) await accounts.createAccount({ username: name, nameKey: name.toLowerCase(), passwordHash: "$", guest: false });
    await http.post("/admin/api/characters/brief/ban", { minutes: 0.000_1, reason: "for a moment" }, operator());
    await http.post("/admin/api/characters/lasting/ban", { reason: "for good" }, operator());
    await new Promise((resume) => setTimeout(resume, 50));
    // They count no more from that moment; a job takes them off the row.
    expect((await accounts.findByNameKey("brief"))?.bannedReason).toBeNull();
    await liftExpired(db.sql, { signal: new AbortController().signal, say: () => undefined });
    expect(await db.sql.query("select banned_reason from account where name_key = 'brief'")).toEqual([{ banned_reason: null }]);
    const of = async (name: string): Promise<unknown> => (await accounts.findByNameKey(name))?.bannedReason;
    expect([await of("brief"), await of("lasting")]).toEqual([null, "for good"]);
    await http.post("/admin/api/characters/lasting/unban", { reason: "mercy" }, operator());
    expect(await of("lasting")).toBeNull();
  });

  test("a job is run when an operator asks, and the record says who did", async () => {
    const http = await aServer();
    const before = begun.length;
    expect((await http.post("/admin/api/jobs/sweep/run", {}, operator())).status).toBe(400);
    expect((await http.post("/admin/api/jobs/nothing/run", { reason: "try" }, operator())).status).toBe(404);
    expect(begun.slice(before)).toEqual([]);
    expect((await http.post("/admin/api/jobs/sweep/run", { reason: "full disk" }, operator())).body).toMatchObject({ outcome: "done" });
    expect(begun.slice(before)).toEqual(["sweep"]);
    expect((await http.get("/admin/api/audit?target=sweep", operator())).body.audit).toMatchObject([{ action: "run-job", reason: "full disk" }, {}]);
    expect((await http.get("/admin/api/jobs/sweep", operator())).body.runs).toMatchObject([{ job: "sweep" }]);
    expect((await http.get("/admin/api/statistics?days=3", operator())).body.days).toMatchObject([{ commands: 3 }]);
    expect((await http.get("/admin/api/statistics?days=0", operator())).status).toBe(400);
  });

  test("a draining process is told so by its row", async () => {
    await db.sql.query("insert into process (id, slot, address, expires_at, steady_since) values ('p1', 's', 'a:1', now() + interval '1 hour', now())");
    const http = await aServer();
    expect((await http.post("/admin/api/processes/p2/drain", { reason: "upgrade" }, operator())).status).toBe(404);
    expect((await http.post("/admin/api/processes/p1/drain", { reason: "upgrade" }, operator())).status).toBe(200);
    expect((await http.get("/admin/api/processes", operator())).body.processes).toMatchObject([{ id: "p1", draining: true, alive: true, areas: [] }]);
  });

  test("nonsense is answered with a code, whatever it is and wherever it goes", async () => {
    const http = await aServer();
    const headers = operator();
    const posts = ["characters/theplayer/kick", "characters/theplayer/mute", "characters/theplayer/ban", "characters/theplayer/give", "characters/theplayer/take", "characters/theplayer/role", "characters/theplayer/teleport",
      "address-bans", "address-bans/lift", "announce", "world/weather", "world/time", "flags", "undo", "processes/x/drain", "reports/x/close", "login", "characters/%00/kick", "characters/nobody/mute"];
    const bodies: unknown[] = [undefined, {}, [], "text", 7, null, { reason: "" }, { reason: "x".repeat(5_000) }, { reason: 7, minutes: -1 }, { __proto__: { reason: "x" }, constructor: 1 }, { reason: "x", coins: -5 }, { reason: "x", coins: 1e300 },
      { reason: "x", kind: "../../etc", quantity: 1.5 }, { reason: "x", room: "'; drop table account" }, { reason: "x", role: "god" }, { reason: "a\0b" }, { text: "half \ud800" }, { reason: "x", entry: "1; delete" }, { password: ["x"] }, { address: "not one", reason: "x" }, { reason: "x", name: "A B", share: 2 }];
    for (const path of posts) for (const body of bodies) {
      const answer: Answer = await http.post(`/admin/api/${path}`, body, headers);
      if (answer.status === 200 || answer.status === 202) continue; // some of it makes sense to somebody
      expect(Object.keys(ERROR_CODES)).toContain(answer.body.error.code);
      expect([path, JSON.stringify(body), answer.status < 500]).toEqual([path, JSON.stringify(body), true]);
    }
    expect((await http.post("/admin/api/announce", { text: "x".repeat(MAX_HTTP_BODY_BYTES) }, headers)).status).toBe(413);
    for (const path of ["audit?limit=-1", "audit?limit=x", "journal", "journal/x", "items/%E0%A4%A", "reports?state=odd", "characters/nobody", "rooms/nowhere", "nothing", "orders/x"]) {
      const answer = await http.get(`/admin/api/${path}`, headers);
      expect([path, answer.status >= 400 && answer.status < 500]).toEqual([path, true]);
    }
    expect(http.logged.filter((line) => JSON.stringify(line).includes("request failed"))).toEqual([]);
  });
});

describe("pages", () => {
  test("the page runs only its own script, and is in no frame", async () => {
    const http = await aServer();
    const page = await http.get("/admin/");
    expect(page.text).toContain("Looking after the world");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self'; ");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    expect((await http.get("/admin/admin.js")).headers.get("content-type")).toBe("text/javascript; charset=utf-8");
    expect((await http.get("/admin")).text).toContain("Looking after the world"); // by way of /admin/
    for (const path of ["/admin/../server.ts", "/admin/page/", "/admin/admin-routes.ts"]) expect((await http.get(path)).status).toBe(404);
  });

  test("the monitor is for operators with the cookie, shows, and does nothing", async () => {
    const http = await aServer();
    expect((await http.get("/monitor/api")).status).toBe(401);
    const asked = await fetch(`${http.url}/monitor/`, { redirect: "manual", headers: { accept: "text/html" } });
    expect([asked.status, asked.headers.get("location")]).toEqual([303, "/admin"]);
    const there = await fetch(`${http.url}/admin/monitor`, { redirect: "manual" });
    expect([there.status, there.headers.get("location")]).toEqual([303, "/monitor/"]);
    expect((await http.post("/admin/api/session", {}, bearer(tokens["moderator"]!))).status).toBe(403);
    for (const headers of [await byPassword(http), bearer(tokens["operator"]!)]) {
      const session = await http.post("/admin/api/session", {}, headers);
      const [given] = session.headers.getSetCookie();
      expect(given).toMatch(/; Path=\/monitor; .*HttpOnly; SameSite=Strict/);
      const cookie = given!.split(";")[0]!;
      expect((await http.get("/monitor/", { cookie, accept: "text/html" })).text).toContain("<html");
      // It can call any method of a room by a link, however the link is written.
      for (const path of ["/api/room/call", "/api/room/call/", "/API/Room/Call", "//api/room/call", "/api//room/call", "/api/room/%63all", "/api/room/./call", "/x/%2e%2e/api/room/call", "/api/room/call;x", "/api/room/call.js", "/api/new-in-the-next-version"]) {
        const call = await http.get(`/monitor${path}?roomId=a&method=disconnect&args=[]`, { cookie });
        expect([path, call.status, call.body.error.code]).toEqual([path, 403, "E_FORBIDDEN"]);
      }
      expect((await http.post("/monitor/api", {}, { cookie })).status).toBe(403);
    }
    expect((await http.get("/monitor/api", { cookie: `waystone_staff=${tokens["operator"]}` })).status).toBe(401);
    expect((await http.get("/playground/")).status).toBe(404);
  });

  test("an operator who is one no more loses the monitor at once", async () => {
    const http = await aServer();
    const made = await accounts.createAccount({ username: "Former", nameKey: "former", passwordHash: "$", guest: false, role: "operator" });
    const session = await http.post("/admin/api/session", {}, bearer((await new Tokens({ secret }).issue(made)).token));
    const cookie = session.headers.getSetCookie()[0]!.split(";")[0]!;
    expect((await http.get("/guarded", { cookie })).status).toBe(404); // let through, to nothing
    await http.post("/admin/api/characters/former/role", { role: "moderator", reason: "steps back" }, bearer(tokens["operator"]!));
    expect((await http.get("/guarded", { cookie })).status).toBe(401);
  });

  test("the playground is there in development, for operators", async () => {
    const http = await aServer({ playground: true });
    expect((await http.get("/playground/rooms")).status).toBe(401);
    const session = await http.post("/admin/api/session", {}, await byPassword(http));
    const cookie = session.headers.getSetCookie().find((one) => one.includes("Path=/playground"))!.split(";")[0]!;
    expect((await http.get("/playground/", { cookie })).text).toContain("<html");
  });
});
