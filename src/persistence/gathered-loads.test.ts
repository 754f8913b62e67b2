import { beforeEach, expect, test } from "vitest";
import { GatheredLoads } from "./gathered-loads.ts";

let reads: { keys: readonly string[]; answer: () => void; fail: () => void }[];
let loads: GatheredLoads<string, { of: string }>;
const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

beforeEach(() => {
  reads = [];
  loads = new GatheredLoads({
    atOnce: 1, most: 3,
    load: (keys) => new Promise((resolve, reject) => reads.push({
      keys, answer: () => resolve(new Map(keys.filter((key) => key !== "nobody").map((key) => [key, { of: key }]))), fail: () => reject(new Error("away")),
    })),
  });
});

test("those who ask in one moment are read together, and whoever asks while others are read waits for the next time", async () => {
  const first = [loads.load("ada"), loads.load("nobody")];
  await settle();
  const later = loads.load("ben");
  await settle();
  expect(reads.map(({ keys }) => keys)).toEqual([["ada", "nobody"]]);
  reads[0]!.answer();
  expect(await Promise.all(first)).toEqual([{ of: "ada" }, undefined]);
  await settle();
  expect(reads[1]!.keys).toEqual(["ben"]);
  reads[1]!.answer();
  expect(await later).toEqual({ of: "ben" });
});

test("nobody is answered with what somebody else got, nor from before they asked", async () => {
  const both = [loads.load("ada"), loads.load("ada")];
  await settle();
  reads[0]!.answer();
  await settle();
  expect(reads.map(({ keys }) => keys)).toEqual([["ada"], ["ada"]]);
  reads[1]!.answer();
  const [one, two] = await Promise.all(both);
  expect(one).not.toBe(two);
});

test("one read has only so many, in the order they asked; one that fails fails for those in it", async () => {
  const all = ["a", "b", "c", "d"].map((key) => loads.load(key).catch((error: unknown) => (error as Error).message));
  await settle();
  expect(reads[0]!.keys).toEqual(["a", "b", "c"]);
  reads[0]!.fail();
  await settle();
  reads[1]!.answer();
  expect(await Promise.all(all)).toEqual(["away", "away", "away", { of: "d" }]);
});
