import { expect, test } from "vitest";
import {
  errorAnswer, eventsPayload, MESSAGE_TYPES, response, tokenAnswer, transferMessage, welcomeMessage,
} from "../../src/protocol/server-messages.ts";
import { readFailure, readLines, readResponse, readTokenAnswer, readTransfer, readWelcome } from "./wire.ts";

const line = {
  type: "room_message", id: "ann-4-1", line: 7, room_id: "square", message: "Ann says: hello Ben", message_type: "say",
  sender: "Ann", channel: "gossip", refs: [{ text: "Ben", type: "character", id: "ben", command: "look ben" }], replayed: true,
} as const;

test("every kind of message of the protocol is read as it is", () => {
  const lines = MESSAGE_TYPES.map((message_type) => ({ ...line, message_type }));
  expect(readLines(eventsPayload.parse(lines))).toEqual(lines);
  const answer = {
    type: "response", id: "req_1", seq: 1, status: "error", code: "E_RATE", retry_after_ms: 200,
    messages: [{ message: "Slow down.", message_type: "error", refs: [] }, { message: "a", message_type: "info" }],
  };
  expect(readResponse(response.parse(answer))).toEqual(answer);
  const welcome = { type: "welcome", protocol: 1, username: "ann", room_id: "square", seq: 3, line: 9, complete: false };
  expect(readWelcome(welcomeMessage.parse(welcome))).toEqual(welcome);
  const transfer = { type: "transfer", room_id: "gate", seat: { name: "world", sessionId: "s", roomId: "r", processId: "p", publicAddress: "h/2567", extra: 1 } };
  expect(readTransfer(transferMessage.parse(transfer))).toEqual(transfer);
  const token = { token: "t", expires_at: "2030-01-01T00:00:00Z", username: "ann" };
  expect(readTokenAnswer(tokenAnswer.parse(token))).toEqual(token);
  expect(readFailure(errorAnswer.parse({ error: { code: "E_RATE", message: "m", retry_after_ms: 5 } })))
    .toEqual({ code: "E_RATE", message: "m", retryAfterMs: 5 });
});

test("nonsense is not read, and an unknown type of line is info", () => {
  for (const payload of [null, undefined, 7, "x", [], {}, { id: 5 }, { seat: null, room_id: "x" }]) {
    expect(readLines(payload)).toEqual([]);
    expect(readResponse(payload)).toBeUndefined();
    expect(readWelcome(payload)).toBeUndefined();
    expect(readTransfer(payload)).toBeUndefined();
    expect(readTokenAnswer(payload)).toBeUndefined();
    expect(readFailure(payload)).toBeUndefined();
  }
  expect(readLines([{ ...line, message_type: "song", refs: [{ text: 1 }, line.refs[0]] }]))
    .toEqual([{ ...line, message_type: "info" }]);
});
