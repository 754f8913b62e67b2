import fc from "fast-check";
import { expect, test } from "vitest";
import { MAX_COMMAND_CHARS, MAX_REQUEST_ID_CHARS } from "../limits.ts";
import { commandPayload, plainCommand } from "./client-messages.ts";

const text = (most: number): fc.Arbitrary<unknown> => fc.oneof(
  { weight: 4, arbitrary: fc.string({ maxLength: 20 }) }, fc.string({ unit: "binary", maxLength: 5 }), fc.constantFrom("", "a\0b", "\ud800", "x".repeat(most), "x".repeat(most + 1), 7, null, undefined, ["x"]),
);
const number = fc.constantFrom<unknown>(undefined, 1, 2, 0, -1, 1.5, 2 ** 53, Number.MAX_SAFE_INTEGER, Number.NaN, "1", null);
const payload = fc.oneof(
  { weight: 4, arbitrary: fc.record({
    type: fc.constantFrom("command", "command", "command", "other", undefined), command: text(MAX_COMMAND_CHARS), id: text(MAX_REQUEST_ID_CHARS),
    seq: number, answered: number, more: fc.anything(),
  }, { requiredKeys: [] }) },
  fc.anything(), fc.array(fc.anything(), { maxLength: 3 }),
);

test("what is read without zod is what zod would have made of it, and zod refuses nothing of it", () => {
  let plain = 0;
  fc.assert(fc.property(payload, (value) => {
    const read = plainCommand(value);
    if (read === undefined) return;
    plain += 1;
    expect(commandPayload.safeParse(value)).toEqual({ success: true, data: read });
  }), { numRuns: 3_000 });
  expect(plain, "enough of them were plain for this to say something").toBeGreaterThan(50);
});

test("a plain command is read without zod", () => {
  expect(plainCommand({ type: "command", command: "say höher", id: "q_1", seq: 3 })).toEqual({ type: "command", command: "say höher", id: "q_1", seq: 3 });
  expect(plainCommand({ type: "command", command: "look", id: "q_1", seq: 3, answered: 0 })).toEqual({ type: "command", command: "look", id: "q_1", seq: 3, answered: 0 });
  expect(plainCommand({ type: "command", command: "look", id: "q_1", else: 1 })).toEqual({ type: "command", command: "look", id: "q_1" });
});
