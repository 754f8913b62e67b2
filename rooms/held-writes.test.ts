import type { Client } from "@colyseus/core";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { MAX_WRITES_AT_ONCE, WRITES_PUT_OFF_FOR_TURNS } from "../src/limits.ts";
import { HeldWrites } from "./held-writes.ts";

const open: { close(): void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

/** A real connection; what its client gets, and how often its server writes to the system. */
async function aConnection(writes: HeldWrites): Promise<{ client: Client; got: Buffer[]; writes: number; closed: Promise<number> }> {
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  open.push(server);
  await once(server, "listening");
  const accepted = once(server, "connection");
  const player = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const got: Buffer[] = [];
  player.on("message", (data: Buffer) => got.push(data));
  const closed = once(player, "close").then(([code]) => code as number);
  const [ref] = (await accepted) as [WebSocket];
  const client = { ref, raw: (data: Uint8Array) => ref.send(data), leave: (code: number) => ref.close(code) } as unknown as Client;
  const connection = { client, got, writes: 0, closed };
  const socket = (ref as unknown as { _socket: { write: (...args: unknown[]) => boolean } })._socket;
  const write = socket.write.bind(socket);
  socket.write = (...args) => {
    connection.writes += 1;
    return write(...args);
  };
  await once(player, "open");
  writes.hold(client);
  return connection;
}

const until = async (holds: () => boolean): Promise<void> => {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
};

test("what one turn sends to a client leaves as one write, in order, frames of every size whole", async () => {
  const one = await aConnection(new HeldWrites());
  const sizes = [0, 1, 125, 126, 65_535, 65_536, 200_000];
  for (const [index, size] of sizes.entries()) one.client.raw(Buffer.alloc(size, index + 1));
  expect(one.writes).toBe(0);
  await until(() => one.got.length === sizes.length);
  expect(one.writes).toBe(1);
  for (const [index, size] of sizes.entries()) expect(one.got[index]!.equals(Buffer.alloc(size, index + 1))).toBe(true);
  one.client.raw(Buffer.from("later"));
  await until(() => one.got.length === sizes.length + 1);
  expect(one.writes).toBe(2);
});

test("what is sent does not wait for what else the event loop has to do in the same turn, but for all that follows from what it does now", async () => {
  const one = await aConnection(new HeldWrites());
  const seen: number[] = [];
  setImmediate(() => {
    one.client.raw(Buffer.from("an answer"));
    void Promise.resolve().then(async () => {
      await Promise.resolve();
      one.client.raw(Buffer.from("and what comes of it"));
      seen.push(one.writes);
    });
  });
  setImmediate(() => seen.push(one.writes));
  await until(() => one.got.length === 2);
  expect(seen).toEqual([0, 1]);
});

test("what goes to many is one buffer for all; whoever made it may use theirs again", async () => {
  const writes = new HeldWrites();
  const [ada, ben] = [await aConnection(writes), await aConnection(writes)];
  const shared = Buffer.from("heard by both");
  ada.client.raw(shared);
  ben.client.raw(shared);
  shared.fill(0);
  await until(() => ada.got.length + ben.got.length === 2);
  expect([ada.got[0]!.toString(), ben.got[0]!.toString()]).toEqual(["heard by both", "heard by both"]);
});

test("what comes first is done before anything is sent, once", async () => {
  const writes = new HeldWrites();
  const one = await aConnection(writes);
  const seen: number[] = [];
  const record = (): void => void seen.push(one.writes);
  one.client.raw(Buffer.from("a"));
  writes.before(record);
  writes.before(record);
  await until(() => one.got.length === 1);
  expect(seen).toEqual([0]);
});

test("whoever is answered does not wait until very many have been written to; each gets all of theirs, in order", async () => {
  const writes = new HeldWrites();
  const many = await Promise.all(Array.from({ length: 2 * MAX_WRITES_AT_ONCE + 10 }, () => aConnection(writes)));
  const last = many.at(-1)!;
  const written = (): number => many.filter((one) => one.writes > 0).length;
  let recorded = 0;
  const seen: unknown[] = [];
  const line = Buffer.from("a line for all");
  setImmediate(() => {
    for (const one of many) one.client.raw(line);
    // What has arrived meanwhile is read, and answered, before the next go.
    setImmediate(() => {
      seen.push(["first go", written(), last.writes]);
      writes.before(() => (recorded = written()));
      last.client.raw(Buffer.from("an answer"));
      setImmediate(() => seen.push(["answered", last.writes]));
    });
  });
  await until(() => many.every((one) => one.got.length >= 1) && last.got.length === 2);
  expect(seen[0]).toEqual(["first go", MAX_WRITES_AT_ONCE, 0]);
  expect(seen[1]).toEqual(["answered", 1]);
  expect(recorded, "done before anything more was sent").toBeLessThanOrEqual(2 * MAX_WRITES_AT_ONCE);
  expect(last.got.map(String)).toEqual(["a line for all", "an answer"]);
  expect(many.every((one) => one.writes === 1)).toBe(true);
  expect(many.every((one) => one.got[0]!.toString() === "a line for all")).toBe(true);
});

test("however many are written to in each turn, and for however long, nobody waits for more than some turns", async () => {
  const writes = new HeldWrites();
  /** For how many turns something has waited that was sent to each. */
  const waits = Array.from({ length: 10 * MAX_WRITES_AT_ONCE }, () => ({ turns: 0, longest: 0 }));
  const clients = waits.map((wait) => {
    const client = { ref: { readyState: 1, extensions: "", close: () => undefined, _socket: { write: () => (wait.turns = 0) } } } as unknown as Client;
    writes.hold(client);
    return client;
  });
  const newcomer = clients.at(-1)!;
  for (let turn = 1; turn <= 80; turn += 1) {
    for (const [index, client] of clients.entries()) {
      // The last is sent something once only, when all others have been sent something again and again.
      if (client === newcomer && turn !== 60) continue;
      waits[index]!.turns ||= 1;
      client.raw(Buffer.from("a line"));
    }
    await new Promise((resolve) => setImmediate(resolve));
    for (const wait of waits) {
      wait.longest = Math.max(wait.longest, wait.turns);
      if (wait.turns > 0) wait.turns += 1;
    }
  }
  expect(Math.max(...waits.map(({ longest }) => longest))).toBeLessThanOrEqual(2 * WRITES_PUT_OFF_FOR_TURNS);
});

test("a connection that is closed gets what was sent before, and then the close", async () => {
  const one = await aConnection(new HeldWrites());
  one.client.raw(Buffer.from("farewell"));
  (one.client as unknown as { leave(code: number): void }).leave(4409);
  one.client.raw(Buffer.from("too late"));
  expect(await one.closed).toBe(4409);
  expect(one.got.map(String)).toEqual(["farewell"]);
});

test("what two clients of one connection are sent leaves in the order in which it was sent", async () => {
  const writes = new HeldWrites();
  const one = await aConnection(writes);
  const other = { ref: one.client.ref } as unknown as Client;
  writes.hold(other);
  one.client.raw(Buffer.from("of the one"));
  other.raw(Buffer.from("of the other"));
  one.client.raw(Buffer.from("of the one again"));
  await until(() => one.got.length === 3);
  expect(one.got.map(String)).toEqual(["of the one", "of the other", "of the one again"]);
  expect(one.writes).toBe(1);
  other.raw(Buffer.from("last"));
  one.client.leave(4000);
  expect(await one.closed).toBe(4000);
  expect(one.got.map(String).at(-1)).toBe("last");
});
