import { expect, test } from "vitest";
import { hashNumbers, hashText, mix32 } from "./hash.ts";
import { around, pickOne, seededRng } from "./rng.ts";

const draw = (seed: number | string, count: number): number[] => {
  const rng = seededRng(seed);
  return Array.from({ length: count }, () => rng.next());
};

test("one seed, one sequence; another seed, another", () => {
  expect(draw(42, 50)).toEqual(draw(42, 50));
  expect(draw("town", 50)).toEqual(draw("town", 50));
  expect(draw(42, 50)).not.toEqual(draw(43, 50));
  expect(draw("town", 5)).not.toEqual(draw("tower", 5));
});

test("numbers lie in [0, 1), evenly, and the first ones of near seeds too", () => {
  for (const numbers of [draw(1, 20_000), Array.from({ length: 20_000 }, (_, seed) => draw(seed, 1)[0]!)]) {
    const tenths = new Array<number>(10).fill(0);
    for (const number of numbers) tenths[Math.floor(number * 10)]! += 1;
    expect(tenths.length).toBe(10);
    expect(tenths.reduce((sum, count) => sum + count)).toBe(20_000);
    for (const count of tenths) expect(Math.abs(count - 2000)).toBeLessThan(200);
  }
});

test("picking from nothing asks nothing of chance", () => {
  const rng = seededRng(1);
  expect(pickOne(rng, [])).toBeUndefined();
  expect(rng.next()).toBe(draw(1, 1)[0]);
  expect(new Set(Array.from({ length: 100 }, () => pickOne(rng, ["a", "b", "c"])))).toEqual(new Set(["a", "b", "c"]));
});

test("around a mean: never below half, never above one and a half", () => {
  expect(around({ next: () => 0 }, 60)).toBe(30);
  expect(around({ next: () => 0.999_999 }, 60)).toBe(90);
});

test("hashes: no two numbers fall together, order counts, large numbers count whole", () => {
  // lowbias32 is a bijection that maps 0 to 0.
  expect(mix32(0)).toBe(0);
  expect(new Set(Array.from({ length: 10_000 }, (_, value) => mix32(value))).size).toBe(10_000);
  expect(hashNumbers(1, 2)).not.toBe(hashNumbers(2, 1));
  expect(hashNumbers(5)).not.toBe(hashNumbers(5 + 2 ** 32));
  expect(hashText("ab")).not.toBe(hashText("ba"));
});
