/** The real HTTP app on a real socket of this machine, over accounts in memory. */
import type { AddressInfo } from "node:net";
import { Registry } from "prom-client";
import { createLog } from "../../log.ts";
import { AuthService, type AuthServiceDeps } from "../../session/auth-service.ts";
import { MemoryAccountStore } from "../../session/memory-account-store.ts";
import { NameRules } from "../../session/names.ts";
import { Passwords } from "../../session/passwords.ts";
import { Tokens } from "../../session/tokens.ts";
import { createHttpApp, type HttpDeps, type Readiness } from "../app.ts";

/** Plain comparison: the tests of passwords.ts hash, those of HTTP have no time to. */
class PlainPasswords extends Passwords {
  override async hash(password: string): Promise<string> {
    return `plain:${password}`;
  }
  override async verify(password: string, phc: string): Promise<boolean> {
    return phc === `plain:${password}`;
  }
  override async verifyDummy(): Promise<false> {
    return false;
  }
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** The body as it came, and what it means, if it is JSON. */
  readonly text: string;
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- a test looks at whatever came
  readonly body: any;
}

export interface TestHttp {
  readonly url: string;
  readonly port: number;
  readonly accounts: MemoryAccountStore;
  readonly logged: Record<string, unknown>[];
  readiness: Readiness;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  close(): Promise<void>;
}

export async function startHttp(deps: Partial<HttpDeps> = {}, authDeps: Partial<AuthServiceDeps> = {}): Promise<TestHttp> {
  const accounts = new MemoryAccountStore();
  const logged: Record<string, unknown>[] = [];
  const state = { readiness: { ready: true, reasons: [] } as Readiness };
  const auth = new AuthService({
    accounts, tokens: new Tokens({ secret: "a secret for tests, long enough!" }), passwords: new PlainPasswords(), names: new NameRules(),
    onError: (error) => logged.push({ error }), ...authDeps,
  });
  const app = createHttpApp({
    auth,
    log: createLog({ level: "warn", destination: { write: (line: string) => logged.push(JSON.parse(line) as Record<string, unknown>) } }),
    metrics: new Registry(),
    readiness: () => state.readiness,
    commands: () => ({ commands: [{ name: "look", aliases: ["l"], usage: ["look"] }], channels: [{ name: "chat", description: "Talk." }], socials: ["smile"] }),
    world: () => ({ name: "Testing Grounds", tagline: "Made of tests", areas: [{ id: "yard", name: "The Yard", rooms: 3 }], time: { hour: 7 }, weather: { temperate: "rain" } }),
    leaderboard: () => Promise.resolve({ boards: { coins: [{ rank: 1, name: "Ann", value: 7 }] }, made_at: "2026-11-26T00:07:00Z" }),
    who: () => ({ count: 1, players: [{ name: "Ann", guest: false }] }),
    trustProxyHops: 0, clientDir: null, assetBaseUrl: null,
    ...deps,
  });
  const server = app.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const ask = async (path: string, init: RequestInit): Promise<Answer> => {
    const response = await fetch(url + path, init);
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, body: response.headers.get("content-type")?.startsWith("application/json") ? JSON.parse(text) : undefined };
  };
  return {
    url, port, accounts, logged,
    get readiness() { return state.readiness; },
    set readiness(value) { state.readiness = value; },
    get: (path, headers = {}) => ask(path, { headers }),
    post: (path, body, headers = {}) =>
      ask(path, { method: "POST", ...(body === undefined ? { headers } : { body: JSON.stringify(body), headers: { "content-type": "application/json", ...headers } }) }),
    close: () => new Promise((resolve, reject) => {
      server.close((error) => (error ? reject(error) : resolve()));
      server.closeAllConnections();
    }),
  };
}
