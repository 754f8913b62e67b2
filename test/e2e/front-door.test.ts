import { once } from "node:events";
import { connect } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { takeSeat } from "../../loadtest/bots/link.ts";
import { joinedMessage } from "../../loadtest/bots/wire-messages.ts";
import { JOINS_PER_ACCOUNT_PER_MINUTE } from "../../src/limits.ts";
import { StockPlayer } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

let server: ServerProcess;
beforeAll(async () => { server = await ServerProcess.start(); });
afterAll(() => server?.remove());

/** What came until the server closed the connection. */
const untilClosed = (...pieces: string[]): Promise<string> => new Promise((resolve, reject) => {
  let text = "";
  const socket = connect(server.port, "127.0.0.1", () => { for (const piece of pieces) socket.write(piece); });
  socket.on("data", (chunk: Buffer) => { text += chunk.toString(); }).on("error", reject).on("close", () => resolve(text));
});

test("a connection that says nothing, one that never ends its headers and one whose body never comes are closed by the server", async () => {
  const [silent, headers, body] = await Promise.all([
    untilClosed(), untilClosed("GET /healthz HTTP/1.1\r\nHost: a\r\nX-Slow: "), untilClosed("POST /auth/login HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"),
  ]);
  expect([silent === "" || silent.startsWith("HTTP/1.1 408"), headers.slice(0, 12), body.slice(0, 12)]).toEqual([true, "HTTP/1.1 408", "HTTP/1.1 408"]);
});

test("twenty megabytes are refused before they are sent", async () => {
  const answer = await untilClosed("POST /matchmake/joinOrCreate/world HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n");
  expect(answer).toContain("E_TOO_LARGE");
  expect(await (await fetch(`${server.endpoint}/metrics`)).text()).toMatch(/route="\/matchmake"[^}]*status="413"\} 1/);
  expect(await untilClosed("POST /auth/register HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 20000000\r\n\r\n")).toContain("E_TOO_LARGE");
});

test("who takes a seat and never says that they are ready gives it up", async () => {
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  const ben = new StockPlayer(server.endpoint, "Benedikt");
  await ben.authenticate("register");
  const seat = await takeSeat(server.endpoint, ben.token, {});
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`);
  const code = await new Promise<number>((resolve, reject) => { socket.on("close", resolve).on("error", reject); });
  expect(code).toBe(4400);
  await ben.join();
  expect((await ben.types("say here after all")).status).toBe("ok");
  await ada.until(() => ada.lines.some((line) => line.includes("here after all")), "the words");
  await Promise.all([ada.leaves(), ben.leaves()]);
});

test("whoever answers no ping is cut off; whoever only answers them stays", async () => {
  const comes = async (name: string, autoPong: boolean): Promise<WebSocket> => {
    const player = new StockPlayer(server.endpoint, name);
    await player.authenticate("register");
    const seat = await takeSeat(server.endpoint, player.token, {});
    const socket = new WebSocket(`ws://127.0.0.1:${server.port}/${seat.processId}/${seat.roomId}?sessionId=${seat.sessionId}`, { autoPong });
    socket.once("message", () => socket.send(joinedMessage));
    await once(socket, "open");
    return socket;
  };
  const [asleep, quiet] = await Promise.all([comes("Ludmilla", false), comes("Leopold", true)]);
  let pings = 0;
  quiet.on("ping", () => (pings += 1));
  expect(await once(asleep, "close")).toEqual([1006, Buffer.alloc(0)]);
  expect([quiet.readyState, pings > 0]).toEqual([WebSocket.OPEN, true]);
  quiet.close();
});

test("an account that comes in without end has to wait", async () => {
  const cressida = new StockPlayer(server.endpoint, "Cressida");
  await cressida.authenticate("register");
  const answers: string[] = [];
  for (let index = 0; index <= JOINS_PER_ACCOUNT_PER_MINUTE; index += 1) {
    answers.push(await takeSeat(server.endpoint, cressida.token, {}).then(() => "seat", (error: Error) => error.message));
  }
  expect(answers.filter((answer) => answer === "seat")).toHaveLength(JOINS_PER_ACCOUNT_PER_MINUTE);
  expect(answers.at(-1)).toContain("E_RATE");
});

test("frames without end close the connection, whatever is in them", async () => {
  const dietlind = await StockPlayer.register(server.endpoint, "Dietlind");
  const { ws } = (dietlind.room as unknown as { connection: { transport: { ws: { send(bytes: Uint8Array): void; readyState: number } } } }).connection.transport;
  for (let index = 0; index < 5_000; index += 1) ws.send(new Uint8Array([18]));
  await dietlind.until(() => ws.readyState !== 1, "the connection to be closed");
});
