import { expect, test } from "vitest";
import { MAX_ERROR_GROUPS, MAX_ERROR_MESSAGE_CHARS } from "../limits.ts";
import { ErrorTable } from "./error-table.ts";
import { inWork } from "./tracing.ts";

function table() {
  const now = { ms: 1_000 };
  return { now, errors: new ErrorTable({ nowMs: () => now.ms, scrub: (text) => text.replaceAll("hunter2", "[redacted]") }) };
}
const fault = (message: string, cause?: Error): Error => new TypeError(message, { cause });

test("errors of one kind are one group: how often, since when, what the newest said and for whom", () => {
  const { now, errors } = table();
  errors.report(fault("no a"), "it went wrong");
  now.ms = 5_000;
  inWork({ requestId: "ada:7", traceContext: null }, () => errors.report(fault("no b, hunter2", new Error("the cause")), "it went wrong again"));
  expect(errors.list()).toMatchObject([{
    type: "TypeError", code: null, frame: expect.stringMatching(/^fault \(src\/telemetry\/error-table\.test\.ts:\d+\)$/),
    count: 2, firstMs: 1_000, lastMs: 5_000, message: "no b, [redacted] (Error: the cause)", where: "it went wrong again", request: "ada:7",
  }]);
});

test("the newest is first, and the table stays small: what was not seen for longest makes room", () => {
  const { errors } = table();
  const kind = (n: number): Error => Object.assign(fault("x".repeat(10_000)), { code: `E_${n}` });
  for (let n = 0; n < MAX_ERROR_GROUPS; n += 1) errors.report(kind(n), "");
  errors.report(kind(0), "");
  errors.report(kind(MAX_ERROR_GROUPS), "");
  const codes = errors.list().map(({ code }) => code);
  expect(codes).toHaveLength(MAX_ERROR_GROUPS);
  expect(codes.slice(0, 3)).toEqual([`E_${MAX_ERROR_GROUPS}`, "E_0", `E_${MAX_ERROR_GROUPS - 1}`]);
  expect(codes).not.toContain("E_1");
  expect(errors.list()[0]!.message).toHaveLength(MAX_ERROR_MESSAGE_CHARS);
});

test("whoever listens is told of each", () => {
  const { errors } = table();
  const counts: number[] = [];
  const stop = errors.onError(({ count }) => void counts.push(count));
  for (let i = 0; i < 3; i += 1) errors.report(fault("x"), "");
  stop();
  errors.report(fault("x"), "");
  expect(counts).toEqual([1, 2, 3]);
});
