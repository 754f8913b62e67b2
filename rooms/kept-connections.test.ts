import { EventEmitter } from "node:events";
import { getMessageBytes, Protocol } from "@colyseus/core";
import { expect, test } from "vitest";
import type { CharacterId } from "../src/engine/ids.ts";
import { KEPT_CONNECTION_MS, MAX_KEPT_CONNECTIONS, MAX_TAKE_BYTES } from "../src/limits.ts";
import type { TakeMessage } from "../src/protocol/client-messages.ts";
import { HandClock } from "../test/support/hand-clock.ts";
import { KeptConnections } from "./kept-connections.ts";

class Socket extends EventEmitter {
  closedWith: string | null = null;

  close(code: number, reason = ""): void {
    this.closedWith = `${code} ${reason}`.trim();
    this.emit("close", code);
  }

  says(...frames: Uint8Array[]): void {
    for (const frame of frames) this.emit("message", Buffer.from(frame));
  }
}

const SEAT: TakeMessage = { room_id: "square-3", session_id: "s1" };
const message = (type: string, payload?: object): Uint8Array => getMessageBytes.raw(Protocol.ROOM_DATA, type, payload);

function kept(): { clock: HandClock; connections: KeptConnections; keep: (who?: CharacterId) => Socket; taken: TakeMessage[] } {
  const clock = new HandClock();
  const connections = new KeptConnections(clock);
  const taken: TakeMessage[] = [];
  return {
    clock, connections, taken,
    keep: (who = "ada" as CharacterId) => {
      const socket = new Socket();
      connections.keep(socket, who, (seat) => taken.push(seat));
      return socket;
    },
  };
}

test("takes a seat once, and is nobody's business after that", () => {
  const { clock, connections, keep, taken } = kept();
  const socket = keep();
  clock.pass(KEPT_CONNECTION_MS - 1);
  socket.says(message("take", SEAT), message("take", SEAT));
  clock.pass(KEPT_CONNECTION_MS);
  expect(taken).toEqual([SEAT]);
  expect(socket.closedWith).toBeNull();
  expect([connections.size, clock.waiting, socket.listenerCount("message"), socket.listenerCount("close")]).toEqual([0, 0, 0, 0]);
});

test("leads into a seat before it is asked to, once; whoever has kept two comes by the newer", () => {
  const { connections, keep, taken } = kept();
  const [ada, ben] = ["ada", "ben"] as CharacterId[];
  const [older, newer] = [keep(ada), keep(ada)];
  expect([connections.has(ada!), connections.has(ben!)]).toEqual([true, false]);
  connections.meet(ben!, SEAT);
  connections.meet(ada!, SEAT);
  connections.meet(ada!, SEAT);
  expect([taken, connections.has(ada!), connections.size]).toEqual([[SEAT], false, 1]);
  newer.says(message("take", SEAT));
  older.close(1006);
  expect([taken, connections.size]).toEqual([[SEAT], 0]);
});

test("is closed when nobody comes back over it in time, and forgotten when it ends", () => {
  const { clock, connections, keep } = kept();
  const [unused, ended] = [keep(), keep()];
  ended.close(1006);
  expect(connections.size).toBe(1);
  clock.pass(KEPT_CONNECTION_MS);
  expect(unused.closedWith).toBe("4000");
  expect([connections.size, clock.waiting]).toEqual([0, 0]);
});

test.each([
  ["another message", message("command", { type: "command", command: "look", id: "1" })],
  ["a frame of Colyseus' own", Buffer.from([Protocol.LEAVE_ROOM])],
  ["nothing", Buffer.alloc(0)],
  ["no seat", message("take")],
  ["half a seat", message("take", { room_id: "square-3" })],
  ["a seat that is none", message("take", { room_id: 3, session_id: {} })],
  ["what cannot be read", Buffer.concat([message("take"), Buffer.from([0xc1, 0xff])])],
  ["too much", message("take", { ...SEAT, more: "m".repeat(MAX_TAKE_BYTES) })],
])("is closed by %s", (_, frame) => {
  const { connections, keep, taken } = kept();
  const socket = keep();
  socket.says(frame);
  expect([socket.closedWith, taken, connections.size]).toEqual(["4400 E_BAD_MESSAGE", [], 0]);
});

test("no more are kept than there is room for: the oldest goes", () => {
  const { connections, keep } = kept();
  const oldest = keep();
  const others = Array.from({ length: MAX_KEPT_CONNECTIONS }, () => keep());
  expect(oldest.closedWith).toBe("4000");
  expect(others.every(({ closedWith }) => closedWith === null)).toBe(true);
  expect(connections.size).toBe(MAX_KEPT_CONNECTIONS);
});
