import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { warmUp } from "./warm-up.ts";

const read: string[] = [];
const open = (alive: readonly string[]): Promise<() => void> => warmUp({
  address: "10.0.0.1:2567", processes: () => Promise.resolve(alive.map((address) => ({ address }))), onError: (error) => { throw error; },
  reads: ["orm", "jobs"].map((what) => () => Promise.resolve(read.push(what))),
});

beforeEach(() => {
  vi.useFakeTimers();
  read.length = 0;
});
afterEach(() => vi.useRealTimers());

test("a process that joins others, or comes back after it has left in order, has read everything before it opens", async () => {
  await open(["10.0.0.1:2568", "10.0.0.2:2567"]);
  expect(read).toEqual(["orm", "jobs"]);
});

test.each([{ alive: [], who: "the only one" }, { alive: ["10.0.0.1:2567", "10.0.0.1:2568"], who: "one whose predecessor has died" }])("$who opens first", async ({ alive }) => {
  await open(alive);
  expect(read).toEqual([]);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(read).toEqual(["orm", "jobs"]);
});

test("what cannot be read keeps nobody from opening", async () => {
  const errors: unknown[] = [];
  await warmUp({ address: "10.0.0.1:2567", processes: () => Promise.resolve([{ address: "10.0.0.1:2568" }]), reads: [() => Promise.reject(new Error("not there"))], onError: (error) => errors.push(error) });
  expect(errors).toEqual([new Error("not there")]);
});

test("what has yet to be read when it closes is not", async () => {
  const stop = await open([]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toEqual([]);
});
