import { getMessageBytes, Protocol } from "@colyseus/core";
import { expect, test } from "vitest";
import type { RoomMessage } from "../../src/protocol/server-messages.ts";
import { clientFrame, FrameReader } from "./websocket-frames.ts";
import { lineToReadInto, readMessage, type ScannedLine, type ScannedReply, type WireEvents } from "./wire-messages.ts";

/** What a message brings. */
function brings(type: string, payload: unknown): { lines: ScannedLine[]; replies: ScannedReply[]; others: unknown[] } {
  const brought = { lines: [] as ScannedLine[], replies: [] as ScannedReply[], others: [] as unknown[] };
  const events: WireEvents = {
    joined: () => brought.others.push("joined"),
    welcome: (welcome) => brought.others.push(welcome),
    transfer: (transfer) => brought.others.push(transfer),
    reply: (reply) => brought.replies.push(reply),
    lines: (count, read) => {
      for (let left = count; left > 0; left -= 1) {
        read(lineToReadInto);
        brought.lines.push({ ...lineToReadInto });
      }
    },
  };
  const bytes = getMessageBytes.raw(Protocol.ROOM_DATA, type, payload);
  readMessage(bytes, 0, bytes.length, events);
  return brought;
}

const long = "äß🙂 ".repeat(100);
const line = (extra: Partial<RoomMessage>): RoomMessage => ({ type: "room_message", id: "x:1", room_id: "town_square", message: "Ada says something.", message_type: "say", ...extra });

test("what a bot needs of lines is read out of what Colyseus sends, whatever else is in them", () => {
  const refs = [{ text: "Ada", type: "character" as const, id: "a", command: "look ada" }];
  const lines = [
    line({ line: 1_048_577, sender: "Ada", refs, message: long }), line({ message_type: "tell", replayed: true, channel: "chat" }),
    line({ line: 2 ** 40, message_type: "move" }), ...Array.from({ length: 20 }, (_, n) => line({ line: 100 + n })),
  ];
  const { lines: read } = brings("events", lines);
  expect(read).toHaveLength(23);
  expect(read[0]).toEqual({ line: 1_048_577, room: "town_square", type: "say", sender: "Ada", replayed: false, words: long });
  expect(read[1]).toEqual({ line: 0, room: "town_square", type: "tell", sender: "", replayed: true, words: "Ada says something." });
  expect(read[2]).toMatchObject({ line: 2 ** 40, type: "move", words: "" });
  expect(read.slice(3).map((one) => one.line)).toEqual(Array.from({ length: 20 }, (_, n) => 100 + n));
});

test("replies, welcomes and transfers, and nothing of what is none of them", () => {
  expect(brings("response", { type: "response", id: "q_1", status: "error", code: "E_RATE", retry_after_ms: 300, messages: [{ message: long, message_type: "error" }] }).replies)
    .toEqual([{ id: "q_1", status: "error", code: "E_RATE", retryAfterMs: 300 }]);
  const welcome = { type: "welcome", room_id: "yard", line: 3.5, flags: ["a"], complete: true };
  expect(brings("welcome", welcome).others).toEqual([welcome]);
  expect(brings("something", { else: true }).others).toEqual([]);
});

test("frames are found however the network cuts what comes", () => {
  const payloads = [1, 5, 125, 126, 300, 70_000].map((length) => Buffer.alloc(length, length % 251));
  // As a server sends them: not masked.
  const stream = Buffer.concat(payloads.flatMap((payload) => {
    const head = payload.length < 126 ? Buffer.from([0x82, payload.length]) : payload.length < 65_536 ? Buffer.from([0x82, 126, payload.length >> 8, payload.length & 0xff]) : Buffer.from([0x82, 127, 0, 0, 0, 0, 0, 1, 0x11, 0x70]);
    return [head, payload];
  }));
  for (const step of [1, 7, 1000, stream.length]) {
    const got: Buffer[] = [];
    const reader = new FrameReader((opcode, bytes, start, end) => {
      expect(opcode).toBe(2);
      got.push(Buffer.from(bytes.subarray(start, end)));
    });
    // One buffer for all reads, as the socket has it.
    const shared = Buffer.alloc(step);
    for (let at = 0; at < stream.length; at += step) {
      const length = stream.copy(shared, 0, at, Math.min(at + step, stream.length));
      reader.read(shared.subarray(0, length));
    }
    expect(got.map((frame) => frame.length)).toEqual(payloads.map((payload) => payload.length));
    expect(Buffer.concat(got).equals(Buffer.concat(payloads))).toBe(true);
  }
});

test("a client's frame is masked with zeros, short and long", () => {
  expect([...clientFrame(Buffer.from([7, 8]))]).toEqual([0x82, 0x82, 0, 0, 0, 0, 7, 8]);
  expect([...clientFrame(Buffer.alloc(200, 9)).subarray(0, 9)]).toEqual([0x82, 0xfe, 0, 200, 0, 0, 0, 0, 9]);
});
