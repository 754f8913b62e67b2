import { createServer, request } from "node:http";
import { connect, createServer as netServer, type AddressInfo, type Server } from "node:net";
import { setImmediate as nextRound } from "node:timers/promises";
import { afterEach, expect, test } from "vitest";
import { widen } from "./wide-port.ts";

const DOORS = 8;
const linux = process.platform === "linux";
const opened: Server[] = [];
const fails = (error: unknown): never => { throw error; };

afterEach(async () => {
  for (const server of opened.splice(0)) await new Promise((resolve) => server.close(resolve));
});

async function listens(server: Server, port = 0): Promise<number> {
  opened.push(server);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", undefined, resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Rounds of the event loop until `count` connections that wait have been taken. */
async function roundsFor(server: Server, count: number): Promise<number> {
  const port = await listens(server);
  let taken = 0;
  server.on("connection", (socket) => {
    taken += 1;
    socket.destroy();
  });
  // They are all in the kernel's hands before the first round.
  const sockets = Array.from({ length: count }, () => connect(port, "127.0.0.1").on("error", () => undefined));
  const until = performance.now() + 200;
  while (performance.now() < until);
  let rounds = 0;
  for (; taken < count; rounds += 1) await nextRound();
  for (const socket of sockets) socket.destroy();
  return rounds;
}

test.runIf(linux)("many who wait are let in within a few rounds of the event loop; one socket takes one each", async () => {
  const narrow = await roundsFor(netServer(), 64);
  const wide = netServer();
  widen(wide, fails, DOORS);
  const rounds = await roundsFor(wide, 64);
  expect(narrow).toBeGreaterThanOrEqual(64);
  expect(rounds).toBeLessThan(narrow / 2);
});

test("requests are answered by whichever door they come", async () => {
  const server = createServer((_, response) => response.end("hello"));
  widen(server, fails, DOORS);
  const port = await listens(server);
  const answers = await Promise.all(Array.from({ length: 40 }, () => new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", agent: false }, (response) => response.resume().on("end", () => resolve(response.statusCode))).on("error", reject).end();
  })));
  expect(new Set(answers)).toEqual(new Set([200]));
});

test("a port that somebody else listens on is taken, by one socket or by many", async () => {
  const first = netServer();
  widen(first, fails, DOORS);
  const port = await listens(first);
  const second = netServer();
  widen(second, fails, DOORS);
  await expect(listens(second, port)).rejects.toMatchObject({ code: "EADDRINUSE" });
  opened.pop();
  const alone = netServer();
  const taken = await listens(alone);
  const third = netServer();
  widen(third, fails, DOORS);
  await expect(listens(third, taken)).rejects.toMatchObject({ code: "EADDRINUSE" });
  opened.pop();
});

test("closed, it listens by no door any more", async () => {
  const server = netServer((socket) => socket.end());
  widen(server, fails, DOORS);
  const port = await listens(server);
  await new Promise((resolve) => server.close(resolve));
  opened.pop();
  const refused = await Promise.all(Array.from({ length: 24 }, () => new Promise((resolve) => {
    connect(port, "127.0.0.1").on("error", (error: NodeJS.ErrnoException) => resolve(error.code)).on("connect", () => resolve("let in"));
  })));
  expect(new Set(refused)).toEqual(new Set(["ECONNREFUSED"]));
});
