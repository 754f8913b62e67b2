import { mkdir, mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import express from "express";
import { Counter, Registry } from "prom-client";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { createHttpApp, type HttpDeps } from "./app.ts";
import { StaticCache } from "./static-cache.ts";
import { startHttp, type TestHttp } from "./testing/http-server.ts";

const open: TestHttp[] = [];
async function aServer(deps: Partial<HttpDeps> = {}): Promise<TestHttp> {
  const http = await startHttp(deps);
  open.push(http);
  return http;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((http) => http.close()));
});

describe("for operators", () => {
  test("alive always, ready only without a reason not to be", async () => {
    const http = await aServer();
    expect(await http.get("/readyz")).toMatchObject({ status: 200, body: { ready: true } });
    http.readiness = { ready: false, reasons: ["draining"] };
    expect(await http.get("/readyz")).toMatchObject({ status: 503, body: { ready: false, reasons: ["draining"] } });
    expect((await http.get("/healthz")).status).toBe(200);
    expect((await http.get("/readyz")).headers.get("cache-control")).toBe("no-store");
  });

  test("metrics are those of the registry", async () => {
    const registry = new Registry();
    new Counter({ name: "knocks_total", help: "Knocks.", registers: [registry] }).inc();
    const answer = await (await aServer({ metrics: registry })).get("/metrics");
    expect(answer.headers.get("content-type")).toContain("text/plain");
    expect(answer.text).toContain("knocks_total 1");
  });

  test("every answer is reported by a name from a fixed set", async () => {
    const seen: string[] = [];
    const http = await aServer({ onAnswer: ({ route, method, status, seconds }) => seen.push(`${method} ${route} ${status} ${seconds >= 0 && seconds < 5}`) });
    await http.get("/healthz");
    await http.get("/api/who");
    await http.get("/some/thing/made/up");
    await http.post("/auth/login", {});
    expect(seen).toEqual(["GET /healthz 200 true", "GET /api/who 200 true", "GET other 404 true", "POST /auth/login 400 true"]);
  });

  test("more can be mounted, and what is not ours passes on to the app around", async () => {
    const http = await aServer({ mounts: [{ path: "/monitor", handler: (_request, response) => void response.send("monitor") }] });
    expect((await http.get("/monitor")).text).toBe("monitor");
    const outer = express();
    outer.use(createHttpApp({ ...stubDeps, clientDir: null }));
    outer.get("/after", (_request, response) => void response.send("after"));
    const server = outer.listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    expect(await (await fetch(`http://127.0.0.1:${port}/after`)).text()).toBe("after");
    expect((await fetch(`http://127.0.0.1:${port}/api/nothing`)).status).toBe(404);
    server.close();
    server.closeAllConnections();
  });
});

const stubDeps = {
  auth: {} as HttpDeps["auth"], log: {} as HttpDeps["log"], metrics: new Registry(), readiness: () => ({ ready: true, reasons: [] }),
  world: () => ({ name: "", tagline: "", areas: [], time: {}, weather: {} }), commands: () => ({ commands: [], channels: [], socials: [] }), leaderboard: () => Promise.resolve({ boards: {}, made_at: null }), who: () => ({ count: 0, players: [] }), trustProxyHops: 0, assetBaseUrl: null,
} satisfies Omit<HttpDeps, "clientDir">;

describe("what the world says of itself", () => {
  test("its name, areas, time and weather; who is in it", async () => {
    const http = await aServer();
    expect((await http.get("/api/world")).body).toMatchObject({ name: "Testing Grounds", areas: [{ id: "yard", rooms: 3 }], time: { hour: 7 }, weather: { temperate: "rain" } });
    expect((await http.get("/api/who")).body).toEqual({ count: 1, players: [{ name: "Ann", guest: false }] });
    expect((await http.get("/api/commands")).body).toMatchObject({ commands: [{ name: "look", aliases: ["l"] }], channels: [{ name: "chat" }], socials: ["smile"] });
    expect(await http.get("/api/nothing")).toMatchObject({ status: 404, body: { error: { code: "E_NOT_FOUND" } } });
  });

  test("however many pages ask who is in it, that is worked out once a second, and again at once where it failed", async () => {
    let asked = 0;
    const http = await aServer({ who: () => {
      asked += 1;
      if (asked === 1) throw new Error("not now");
      return { count: 0, players: [] };
    } });
    expect((await http.get("/api/who")).status).toBe(500);
    for (let n = 0; n < 20; n += 1) expect((await http.get("/api/who")).body).toEqual({ count: 0, players: [] });
    expect(asked).toBeLessThan(10);
    await vi.waitUntil(async () => (await http.get("/api/who")).status === 200 && asked > 2, { timeout: 5_000, interval: 200 });
  });

  test("a crowd is counted in full and listed in part", async () => {
    const players = Array.from({ length: 1_500 }, (_, i) => ({ name: `P${i}`, guest: true }));
    const { body } = await (await aServer({ who: () => ({ count: players.length, players }) })).get("/api/who");
    expect([body.count, body.players.length]).toEqual([1_500, 1_000]);
  });
});

describe("the browser client", () => {
  const script = `console.log("${"waystone ".repeat(2_000)}");\n`;
  const asset = "/assets/index-Ab3_x-9Z.js";
  let directory = "";

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "waystone-client-"));
    await mkdir(join(directory, "assets"));
    await writeFile(join(directory, "index.html"), "<!doctype html><title>Waystone</title>");
    await writeFile(join(directory, asset), script);
    await writeFile(join(directory, "favicon.svg"), "<svg/>");
    await writeFile(join(directory, ".waystone-build"), "secret");
    await writeFile(join(directory, "odd.exe"), "MZ");
  });
  afterAll(() => rm(directory, { recursive: true }));

  /** Without fetch, which unpacks what it gets. */
  const raw = (http: TestHttp, path: string, headers: Record<string, string> = {}, method = "GET") =>
    new Promise<{ status: number; headers: Record<string, unknown>; body: Buffer }>((resolve, reject) => {
      request({ host: "127.0.0.1", port: http.port, path, headers, method }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }));
      }).on("error", reject).end();
    });

  test("is the page at / and nowhere else", async () => {
    const http = await aServer({ clientDir: directory });
    const page = await http.get("/");
    expect(page.text).toContain("<title>Waystone</title>");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(page.headers.get("cache-control")).toBe("no-cache");
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("connect-src 'self' ws: wss:;");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(page.headers.get("referrer-policy")).toBe("no-referrer");
    for (const path of ["/town_square", "/assets/gone-12345678.js", "/assets/", "/assets"]) expect((await http.get(path)).status).toBe(404);
  });

  test("comes compressed as the browser likes it, and is kept for ever where the name says what it is", async () => {
    const http = await aServer({ clientDir: directory });
    const br = await raw(http, asset, { "accept-encoding": "gzip, deflate, br" });
    expect(br.headers).toMatchObject({ "content-encoding": "br", "cache-control": "public, max-age=31536000, immutable", vary: "Accept-Encoding", "content-type": "text/javascript; charset=utf-8", "access-control-allow-origin": "*" });
    expect((await raw(http, "/")).headers["access-control-allow-origin"]).toBeUndefined();
    expect(brotliDecompressSync(br.body).toString()).toBe(script);
    const gzip = await raw(http, asset, { "accept-encoding": "gzip" });
    expect(gunzipSync(gzip.body).toString()).toBe(script);
    const plain = await raw(http, asset);
    expect(plain.body.toString()).toBe(script);
    expect(new Set([br, gzip, plain].map((answer) => answer.headers["etag"])).size).toBe(3);
    const again = await raw(http, asset, { "accept-encoding": "br", "if-none-match": String(br.headers["etag"]) });
    expect([again.status, again.body.length]).toEqual([304, 0]);
    const head = await raw(http, asset, { "accept-encoding": "br" }, "HEAD");
    expect([head.status, head.body.length, head.headers["content-length"]]).toEqual([200, 0, String(br.body.length)]);
    expect((await raw(http, "/favicon.svg")).headers["cache-control"]).toBe("no-cache");
  });

  test("gives out nothing hidden, nothing above it, nothing of an unknown kind", async () => {
    const http = await aServer({ clientDir: directory });
    for (const path of ["/.waystone-build", "/../package.json", "/assets/../../package.json", "/%2e%2e/package.json", "/assets/..%2findex.html", "/odd.exe", "//etc/passwd", "/assets/\\..\\index.html", `/${"a".repeat(5_000)}.js`]) {
      expect((await raw(http, path)).status).toBe(404);
    }
  });

  test("is read anew when it was built anew", async () => {
    const http = await aServer({ clientDir: directory });
    const file = join(directory, "robots.txt");
    await writeFile(file, "one");
    expect((await http.get("/robots.txt")).text).toBe("one");
    await writeFile(file, "two");
    await utimes(file, new Date(), new Date(Date.now() + 5_000));
    expect((await http.get("/robots.txt")).text).toBe("two");
  });

  test("may load from where ASSET_BASE_URL says; without a build the page says what to do", async () => {
    const http = await aServer({ clientDir: directory, assetBaseUrl: "https://cdn.example.com/way" });
    expect((await http.get("/")).headers.get("content-security-policy")).toContain("script-src 'self' https://cdn.example.com;");
    const bare = await (await aServer({ clientDir: join(directory, "nowhere") })).get("/");
    expect([bare.status, bare.text]).toEqual([404, "The browser client has not been built yet: npm run build\n"]);
  });

  test("takes a bounded amount of memory, and many at once read a file once", async () => {
    const cache = new StaticCache(directory, { maxBytes: 30_000 });
    const files = await Promise.all(Array.from({ length: 20 }, () => cache.find(asset)));
    expect(new Set(files).size).toBe(1);
    expect(cache.bytes).toBeGreaterThan(script.length);
    for (let i = 0; i < 5; i++) {
      await writeFile(join(directory, `big-${i}.png`), Buffer.alloc(10_000, i));
      expect((await cache.find(`/big-${i}.png`))?.identity.length).toBe(10_000);
      expect(cache.bytes).toBeLessThanOrEqual(30_000);
    }
    expect((await cache.find(asset))?.identity.toString()).toBe(script);
  });
});
