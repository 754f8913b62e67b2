import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { lazyPart } from "./lazy-part.tsx";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a part that cannot be fetched is asked for again until it comes, and fetched once for all who want it", async () => {
  const load = vi.fn<() => Promise<() => null>>().mockRejectedValueOnce(new TypeError("Failed to fetch")).mockRejectedValueOnce(new TypeError("Failed to fetch")).mockResolvedValue(() => null);
  const { ahead } = lazyPart(load);
  ahead();
  ahead();
  await vi.advanceTimersByTimeAsync(1_000);
  expect(load).toHaveBeenCalledOnce();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(load).toHaveBeenCalledTimes(3);
});

test("a page whose files are gone for good stops asking", async () => {
  const load = vi.fn<() => Promise<() => null>>().mockRejectedValue(new TypeError("Failed to fetch"));
  lazyPart(load).ahead();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(load.mock.calls.length).toBe(10);
});
