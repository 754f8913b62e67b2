import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { interval, sleep, spreadInterval, systemClock, timeout } from "./timers.ts";

const unexpected = (error: unknown): void => expect.fail(String(error));

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test("an interval runs until it is stopped", async () => {
  const run = vi.fn();
  const stop = interval(run, 100, unexpected);
  await vi.advanceTimersByTimeAsync(350);
  expect(run).toHaveBeenCalledTimes(3);
  stop();
  await vi.advanceTimersByTimeAsync(500);
  expect(run).toHaveBeenCalledTimes(3);
});

test("many share a timer and take turns; one that throws stops no other; the last to go stops the timer", async () => {
  const errors: unknown[] = [];
  const join = spreadInterval(100, 2, (error) => errors.push(error));
  const runs = [vi.fn(), vi.fn(() => { throw new Error("thrown"); }), vi.fn()];
  const stops = runs.map((run) => join(run));
  expect(vi.getTimerCount()).toBe(1);
  await vi.advanceTimersByTimeAsync(50);
  expect(runs.map((run) => run.mock.calls.length).toSorted()).toEqual([0, 0, 1]);
  await vi.advanceTimersByTimeAsync(350);
  expect(runs.map((run) => run.mock.calls.length)).toEqual([4, 4, 4]);
  expect(errors).toHaveLength(4);
  stops[0]!();
  await vi.advanceTimersByTimeAsync(100);
  expect(runs.map((run) => run.mock.calls.length)).toEqual([4, 5, 5]);
  for (const stop of stops) stop();
  expect(vi.getTimerCount()).toBe(0);
  join(runs[0]!);
  await vi.advanceTimersByTimeAsync(100);
  expect(runs[0]).toHaveBeenCalledTimes(5);
});

test("a slow run is not overtaken by the next", async () => {
  const finish: (() => void)[] = [];
  const stop = interval(() => new Promise<void>((resolve) => finish.push(resolve)), 100, unexpected);
  await vi.advanceTimersByTimeAsync(500);
  expect(finish.length).toBe(1);
  finish[0]!();
  await vi.advanceTimersByTimeAsync(100);
  expect(finish.length).toBe(2);
  stop();
});

test("what a run throws or rejects with is handed over, and the next run comes", async () => {
  const errors: unknown[] = [];
  let n = 0;
  const stop = interval(
    () => {
      n += 1;
      if (n === 1) throw new Error("thrown");
      if (n === 2) return Promise.reject(new Error("rejected"));
      return undefined;
    },
    100,
    (error) => errors.push(error),
  );
  await vi.advanceTimersByTimeAsync(350);
  expect(n).toBe(3);
  expect(errors.map(String)).toEqual(["Error: thrown", "Error: rejected"]);
  stop();
});

test("a timeout can be longer than Node's timers, and stopped on the way", async () => {
  const month = 31 * 86_400_000;
  const run = vi.fn();
  timeout(run, month, unexpected);
  const stop = timeout(run, month, unexpected);
  await vi.advanceTimersByTimeAsync(30 * 86_400_000);
  expect(run).not.toHaveBeenCalled();
  stop();
  await vi.advanceTimersByTimeAsync(86_400_000);
  expect(run).toHaveBeenCalledTimes(1);
});

test("the clock tells the time and calls back once", async () => {
  const errors: unknown[] = [];
  const clock = systemClock((error) => errors.push(error));
  vi.setSystemTime(1_000);
  expect(clock.nowMs()).toBe(1_000);
  const run = vi.fn(() => {
    throw new Error("in the callback");
  });
  clock.after(50, run);
  clock.after(50, run)();
  await vi.advanceTimersByTimeAsync(100);
  expect(run).toHaveBeenCalledTimes(1);
  expect(errors.map(String)).toEqual(["Error: in the callback"]);
});

test("sleep ends early when its signal is aborted", async () => {
  const abort = new AbortController();
  const slept = sleep(1_000, abort.signal);
  abort.abort(new Error("closing"));
  await expect(slept).rejects.toThrow("closing");
  await expect(sleep(1_000, abort.signal)).rejects.toThrow("closing");
  const whole = sleep(1_000);
  await vi.advanceTimersByTimeAsync(1_000);
  await whole;
});
