import { createServer, request as ask, type IncomingHttpHeaders, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createLog } from "../log.ts";
import { FrontDoor, PORT_OPTIONS } from "./front-door.ts";
import { JoinGate } from "./join-gate.ts";
import { Origins } from "./origins.ts";

const open: Server[] = [];
afterEach(() => {
  for (const server of open.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Behind one proxy, so that a test can come from anywhere. */
async function aPort(options: { perAddress?: { connections: number; games: number }; joins?: number } = {}): Promise<number> {
  const http = createServer(PORT_OPTIONS);
  http.on("request", (request, response) => response.end(JSON.stringify({ body: (request as { body?: unknown }).body, type: request.headers["content-type"] })));
  // Stays open, as a game does.
  http.on("upgrade", (_request, socket) => { socket.write("HTTP/1.1 101 Switching Protocols\r\n\r\n"); socket.on("error", () => socket.destroy()).on("end", () => socket.end()).resume(); });
  new FrontDoor(http, {
    origins: new Origins({ allowed: ["https://portal.example"], ownNames: [], behindProxy: true }), joins: new JoinGate({ isExempt: () => false, ...(options.joins === undefined ? {} : { perAddress: options.joins }) }),
    trustProxyHops: 1, isExempt: () => false, log: createLog({ level: "silent" }), ...(options.perAddress === undefined ? {} : { perAddress: options.perAddress }),
  }).install();
  open.push(http);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  return (http.address() as AddressInfo).port;
}

interface Came { status: number; headers: IncomingHttpHeaders; code: string | undefined; body: unknown; type: unknown }

const join = (port: number, body: string, headers: Record<string, string> = {}): Promise<Came> => new Promise((resolve, reject) => {
  const request = ask({ port, host: "127.0.0.1", method: "POST", path: "/matchmake/joinOrCreate/world", headers: { "content-type": "application/json", ...headers } }, (response) => {
    let text = "";
    response.on("data", (chunk: Buffer) => { text += chunk.toString(); }).on("end", () => {
      const answer = JSON.parse(text) as { error?: { code: string }; body?: unknown; type?: unknown };
      resolve({ status: response.statusCode!, headers: response.headers, code: answer.error?.code, body: answer.body, type: answer.type });
    });
  });
  request.on("error", reject).end(body);
});

/** The first line of what a raw request is answered. */
const raw = (port: number, text: string): Promise<{ line: string; end: () => void }> => new Promise((resolve, reject) => {
  const socket = connect(port, "127.0.0.1", () => socket.write(text));
  socket.on("error", reject).once("data", (data: Buffer) => resolve({ line: data.toString().split("\r\n", 1)[0]!, end: () => socket.destroy() }));
});
const game = (port: number, from: string, extra = "", path = "/proc/room-1?sessionId=abc"): Promise<{ line: string; end: () => void }> =>
  raw(port, `GET ${path} HTTP/1.1\r\nHost: game.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Forwarded-For: ${from}\r\n${extra}\r\n`);

test("a way into the world is asked for with a small JSON object, or not at all", async () => {
  const port = await aPort();
  expect((await join(port, JSON.stringify({ protocol: 1 }))).body).toEqual({ protocol: 1 });
  expect(await join(port, "", { "content-type": "multipart/form-data" })).toMatchObject({ body: {}, type: "application/json" });
  const refused = await Promise.all([join(port, "[1]"), join(port, "null"), join(port, "{"), join(port, "{}", { "content-type": "text/plain" }), join(port, "x".repeat(20_000))]);
  expect(refused.map(({ status, code }) => `${status} ${code}`)).toEqual(["400 E_BAD_REQUEST", "400 E_BAD_REQUEST", "400 E_BAD_REQUEST", "400 E_BAD_REQUEST", "413 E_TOO_LARGE"]);
  const inPieces = await join(port, `{"a": "${"x".repeat(40_000)}"}`, { "transfer-encoding": "chunked" });
  expect(`${inPieces.status} ${inPieces.code}`).toBe("413 E_TOO_LARGE");
});

test("an address that asks for ways into the world without end has to wait; another does not", async () => {
  const port = await aPort({ joins: 3 });
  const from = (address: string): Promise<Came> => join(port, "{}", { "x-forwarded-for": address });
  const answers = [await from("203.0.113.1"), await from("203.0.113.1"), await from("203.0.113.1"), await from("203.0.113.1"), await from("203.0.113.2")];
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 200]);
  expect(Number(answers[3]!.headers["retry-after"])).toBeGreaterThan(0);
});

test("one address has so many games and no more; one that ends makes room", async () => {
  const port = await aPort({ perAddress: { connections: 100, games: 2 } });
  const [first, second, third, other] = [await game(port, "203.0.113.1"), await game(port, "203.0.113.1"), await game(port, "203.0.113.1"), await game(port, "203.0.113.2")];
  expect([first, second, third, other].map(({ line }) => line)).toEqual(["HTTP/1.1 101 Switching Protocols", "HTTP/1.1 101 Switching Protocols", "HTTP/1.1 429 Too Many Requests", "HTTP/1.1 101 Switching Protocols"]);
  first.end();
  await expect.poll(async () => (await game(port, "203.0.113.1")).line, { timeout: 10_000 }).toContain("101");
});

test("pages of other sites cannot play, ask or change anything, unless they are named", async () => {
  const port = await aPort();
  const headers = (origin: string): Record<string, string> => ({ origin, host: "game.example.com" });
  expect((await join(port, "{}", headers("https://elsewhere.example"))).code).toBe("E_FORBIDDEN");
  const named = await join(port, "{}", headers("https://portal.example"));
  expect([named.status, named.headers["access-control-allow-origin"], named.headers["vary"]]).toEqual([200, "https://portal.example", "Origin"]);
  expect((await game(port, "203.0.113.1", "Origin: https://elsewhere.example\r\n")).line).toContain("403");
  expect((await game(port, "203.0.113.1", "Origin: https://game.example.com:8443\r\n")).line).toContain("101");
});

test("what would leave Colyseus without an answer has one", async () => {
  const port = await aPort();
  const post = (host: string, extra = ""): Promise<{ line: string }> => raw(port, `POST /matchmake/joinOrCreate/world HTTP/1.1\r\nHost: ${host}\r\n${extra}Content-Length: 0\r\n\r\n`);
  const answers = await Promise.all([post("a:b@c"), post("a b"), post("[::g]"), post("a:99999"), post("game.example.com", "X-Forwarded-Proto: javascript\r\n"), raw(port, "GET http://elsewhere/ HTTP/1.1\r\nHost: a\r\n\r\n")]);
  expect(answers.map(({ line }) => line.slice(9, 12))).toEqual(["400", "400", "400", "400", "200", "400"]);
  const paths = await Promise.all(["/matchmake/./world", "/matchmake/a/..", "/matchmake/a/world/", "/matchmake//world", "/__healthcheck/"].map((path) => raw(port, `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`)));
  expect(paths.map(({ line }) => line.slice(9, 12))).toEqual(["404", "404", "404", "404", "404"]);
  const ways = await Promise.all(["/", "/proc/room", "/proc/room?sessionId=__proto__", "/proc/constructor?sessionId=a", "/proc/room?sessionId=a%20b", "/%zz/room?sessionId=a"].map((path) => game(port, "203.0.113.9", "", path)));
  expect(ways.map(({ line }) => line.slice(9, 12))).toEqual(["400", "400", "400", "400", "400", "400"]);
  expect((await game(port, "203.0.113.9", "", "/2567/proc/room-1?sessionId=abc")).line).toContain("101");
});
