import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Waystone, WaystoneError } from "../../sdk/index.ts";
import { FakeConnector } from "../../sdk/testing/fake-connector.ts";
import { Account } from "./account.ts";
import { LoginStorage } from "./stored-login.ts";

/** A browser's storage. */
class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem(key: string): string | null {
    return this.items.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.items.set(key, value);
  }
  removeItem(key: string): void {
    this.items.delete(key);
  }
}

let server: FakeConnector;
let kept: MemoryStorage;
let forTab: MemoryStorage;
let http: (url: string) => Response;
/** Logins remembered for good, and for the tab. */
const logins = (): number[] => [kept, forTab].map(({ items }) => (items.has("waystone.login") ? 1 : 0));
const token = (username: string): Response => Response.json({ token: `t-${username}`, expires_at: "2999-01-01T00:00:00Z", username });
const open = (): Account => new Account(new Waystone("http://localhost", { connector: server }), new LoginStorage());

beforeEach(() => {
  server = new FakeConnector();
  kept = new MemoryStorage();
  forTab = new MemoryStorage();
  http = () => token("ann");
  vi.stubGlobal("localStorage", kept);
  vi.stubGlobal("sessionStorage", forTab);
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
  vi.stubGlobal("cancelAnimationFrame", clearTimeout);
  vi.stubGlobal("fetch", (url: string) => Promise.resolve(url.startsWith("/api/") ? Response.json({}) : http(url)));
});
afterEach(() => vi.unstubAllGlobals());

test("logging in leads into the world, and is remembered where one wants it", async () => {
  const account = open();
  await account.enter({ how: "login", username: "ann", password: "correct horse", stay: true });
  expect(account.screen.get().name).toBe("play");
  expect(logins()).toEqual([1, 0]);
  await account.logOut();
  expect(account.screen.get()).toEqual({ name: "enter" });
  expect(logins()[0]).toBe(0);

  await account.enter({ how: "guest", stay: false });
  expect(logins()).toEqual([0, 1]);
  expect(account.guest.get()).toBe(true);
  await account.logOut();
});

test("a remembered login comes in by itself", async () => {
  const first = open();
  await first.enter({ how: "guest", stay: true });
  const again = open();
  await again.start();
  expect(again.screen.get().name).toBe("play");
  expect(again.guest.get()).toBe(true);
  await Promise.all([first.logOut(), again.logOut()]);
});

test("a refused login says why and remembers nothing", async () => {
  http = () => Response.json({ error: { code: "E_CREDENTIALS", message: "No." } }, { status: 401 });
  const account = open();
  await account.enter({ how: "login", username: "ann", password: "wrong", stay: true });
  expect(account.screen.get()).toEqual({ name: "enter", failure: { code: "E_CREDENTIALS", message: "No." } });
  expect(logins()[0]).toBe(0);
});

test("a login that is no longer valid is forgotten; one that cannot get through is kept", async () => {
  const first = open();
  await first.enter({ how: "login", username: "ann", password: "correct horse", stay: true });
  if (first.screen.get().name !== "play") throw new Error("not in");

  server.receptions = [new WaystoneError("E_FORBIDDEN", "Not now.")];
  const banned = open();
  await banned.start();
  expect(banned.screen.get()).toMatchObject({ name: "enter", remembered: "ann", failure: { code: "E_FORBIDDEN" } });
  expect(logins()[0]).toBe(1);

  http = () => Response.json({ error: { code: "E_TOKEN_EXPIRED", message: "Old." } }, { status: 401 });
  server.receptions = [new WaystoneError("E_TOKEN_EXPIRED", "Old.")];
  const expired = open();
  await expired.start();
  expect(expired.screen.get()).toMatchObject({ name: "enter", failure: { code: "E_TOKEN_EXPIRED" } });
  expect(logins()[0]).toBe(0);
  await first.logOut();
});

test("a guest becomes somebody, and is remembered as that", async () => {
  const account = open();
  await account.enter({ how: "guest", stay: true });
  http = () => Response.json({ error: { code: "E_NAME_TAKEN", message: "Taken." } }, { status: 409 });
  await expect(account.keepGuest("ben", "correct horse")).rejects.toMatchObject({ code: "E_NAME_TAKEN" });
  expect(account.guest.get()).toBe(true);
  http = () => token("ben");
  await account.keepGuest("ben", "correct horse");
  expect(JSON.parse(kept.items.get("waystone.login") ?? "")).toMatchObject({ guest: false, login: { username: "ben" } });
  await account.logOut();
});

test("what lies in the storage is not trusted", async () => {
  for (const junk of ["", "{", "null", "7", `{"login":{}}`, `{"login":{"token":1}}`]) {
    kept.setItem("waystone.login", junk);
    const account = open();
    await account.start();
    expect(account.screen.get()).toEqual({ name: "enter" });
  }
});

test("a reload of the page finds the log again and goes on where it was", async () => {
  const first = open();
  await first.enter({ how: "login", username: "ann", password: "correct horse", stay: true });
  const shown = first.screen.get();
  if (shown.name !== "play") throw new Error("not in");
  server.last.says({ id: "l1", line: 11, message: "Ben says hi." });
  shown.game.dispose();

  const again = open();
  await again.start();
  expect(server.joins.at(-1)?.options.resume).toEqual({ room_id: "square", line: 11, seq: 0 });
  const back = again.screen.get();
  if (back.name !== "play") throw new Error("not in again");
  expect(back.game.log.all()).toMatchObject([{ kind: "line", message: "Ben says hi.", old: true }]);
  expect(back.game.newsFrom).toBe(1);

  await again.logOut();
  const third = open();
  await third.enter({ how: "login", username: "ann", password: "correct horse", stay: false });
  expect(server.joins.at(-1)?.options.resume).toBeUndefined();
  await third.logOut();
});
