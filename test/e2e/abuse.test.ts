import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import type { Response } from "../../src/protocol/server-messages.ts";
import { StockPlayer, textOf } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

interface AnyRoom {
  send(type: string | number, payload?: unknown): void;
  request(type: string, payload: unknown): Promise<unknown>;
  onMessage(type: string, heard: (message: never) => void): void;
  connection: { transport: { ws: { send(bytes: Uint8Array): void; readyState: number } } };
}

let server: ServerProcess;
let ada: StockPlayer;
let room: AnyRoom;
let answers: Response[];
const NAMES = ["Adalind", "Benedikt", "Cressida", "Dietlind", "Edeltraud", "Friedrun", "Gerlinde"];

beforeAll(async () => { server = await ServerProcess.start(); });
afterAll(() => server?.remove());
beforeEach(async () => {
  ada = await StockPlayer.register(server.endpoint, NAMES.shift()!);
  room = ada.room as unknown as AnyRoom;
  answers = [];
  room.onMessage("response", (reply: never) => { answers.push(reply); });
});

const isConnected = (): boolean => room.connection.transport.ws.readyState === 1;

async function answered(count: number): Promise<Response[]> {
  await ada.until(() => answers.length >= count, `${count} answers, not ${answers.length}`);
  return answers;
}

test("messages that make no sense are answered with a code, and the line stays up", async () => {
  room.send("nonsense", { hello: 1 });
  room.send("command", "look");
  room.send("command", { type: "command", command: 7, id: "req_1" });
  room.send("command", { type: "command", command: "look" });
  room.send("command", []);
  room.send("command", { type: "command", command: "look", id: "r", seq: -1 });
  room.send(42);
  const replies = await answered(7);
  expect(replies.map(({ status, code }) => `${status} ${code}`)).toEqual([
    "error E_UNKNOWN_TYPE", ...Array.from({ length: 5 }, () => "error E_BAD_MESSAGE"), "error E_UNKNOWN_TYPE",
  ]);
  expect(await room.request("command", null)).toMatchObject({ status: "error", code: "E_BAD_MESSAGE" });
  expect(textOf(await ada.types("say still here"))).toContain("still here");
});

test("a message of a megabyte is refused by its size, a longer command by its length", async () => {
  room.send("command", { type: "command", command: "x".repeat(1_000_000), id: "req_1" });
  room.send("command", { type: "command", command: `say ${"x".repeat(3000)}`, id: "req_2" });
  const replies = await answered(2);
  expect(replies.map(({ code }) => code)).toEqual(["E_TOO_LARGE", "E_TOO_LARGE"]);
  expect(textOf(await ada.types("say still here"))).toContain("still here");
});

test("two hundred commands in a second: some are done, the rest told to wait, none lost", async () => {
  for (let index = 0; index < 200; index += 1) room.send("command", { type: "command", command: "say hurry", id: `req_${index}` });
  const replies = await answered(200);
  const done = replies.filter(({ status }) => status === "ok").length;
  const told = replies.filter(({ code }) => code === "E_RATE");
  expect(done).toBeGreaterThanOrEqual(30);
  expect(done).toBeLessThan(80);
  expect(done + told.length).toBe(200);
  expect(told.every(({ retry_after_ms }) => (retry_after_ms ?? 0) > 0)).toBe(true);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  expect(textOf(await ada.types("say calm again"))).toContain("calm again");
});

test("who goes on sending nonsense is shown the door, and may come in again", async () => {
  for (let index = 0; index < 60; index += 1) room.send("nonsense", index);
  await ada.until(() => !isConnected(), "the connection to be closed");
  await ada.join();
  expect(textOf(await ada.types("look"))).toContain("Town Square");
});

test("prototype keys, deep nesting and bytes that are no message do no harm", async () => {
  room.send("command", { type: "command", command: "look", id: "__proto__", __proto__: { admin: true }, constructor: 1 });
  room.send("__proto__", {});
  room.send("constructor", {});
  let deep: unknown = 1;
  for (let depth = 0; depth < 200; depth += 1) deep = [deep];
  room.send("command", deep);
  await answered(3);
  room.connection.transport.ws.send(new Uint8Array([13, 0xc1, 0xff, 0xff]));
  room.connection.transport.ws.send(new Uint8Array([]));
  room.connection.transport.ws.send(new Uint8Array([255, 1, 2, 3]));
  // A type that is no text is answered; the library that would read it as something else is not asked.
  for (const bytes of [[13, 0xa3, 0xff, 0xfe, 0xfd], [13, 0xd9, 2, 0xc3, 0x28], [13, 0xda, 1, 0, 65]]) room.connection.transport.ws.send(new Uint8Array(bytes));
  const ben = await StockPlayer.register(server.endpoint, "Zacharias");
  expect(textOf(await ben.types("look"))).toContain("Town Square");
  await ben.leaves();
  expect(server.output).not.toContain("utf8Read");
});

test("what no database keeps is left out of what is kept, and breaks nobody's batch", async () => {
  await new Promise((resolve) => setTimeout(resolve, 2_000)); // the allowance of commands comes back
  expect(textOf(await ada.types("alias zero say\0 hel\0lo"))).not.toContain("went wrong");
  expect(textOf(await ada.types("zero"))).toContain('You say, "hello"');
  expect((await ada.types("alias half say \ud800")).status).toBe("ok");
  expect((await ada.types("report \0 half \udfff of it")).status).toBe("ok");
  const answer = await fetch(`${server.endpoint}/auth/login`, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ username: "a\0b", password: "a\0b" }) });
  expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([400, "E_BAD_REQUEST"]);
  expect(server.output).not.toContain("fault of the program");
  expect(server.output).not.toContain("cannot go on");
});

test("only joinOrCreate is open, only with a token, and options choose no place", async () => {
  const { token } = ada;
  const post = async (method: string, body: object, bearer?: string): Promise<{ status: number; body: { error?: string; roomId?: string; code?: number } }> => {
    const answer = await fetch(`${server.endpoint}/matchmake/${method}/world`, {
      method: "POST", headers: { "content-type": "application/json", ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }) }, body: JSON.stringify(body),
    });
    return { status: answer.status, body: (await answer.json()) as { error?: string } };
  };
  for (const method of ["create", "join", "joinById", "reconnect"]) expect(JSON.stringify((await post(method, {}, token)).body)).toContain("E_FORBIDDEN");
  expect(JSON.stringify((await post("joinOrCreate", {})).body)).toContain("E_AUTH");
  expect(JSON.stringify((await post("joinOrCreate", {}, `${token}x`)).body)).toContain("E_AUTH");
  expect(JSON.stringify((await post("joinOrCreate", { protocol: 999 }, token)).body)).toContain("E_PROTOCOL");
  const seat = await post("joinOrCreate", { area: "harbour", walksFrom: "the sky", characterId: "somebody" }, token);
  expect(JSON.stringify(seat.body)).toContain("square-");
  expect(server.output).not.toContain("fault of the program");
});
