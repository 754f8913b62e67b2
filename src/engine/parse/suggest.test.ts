import { expect, test } from "vitest";
import { distance, suggest } from "./suggest.ts";

const names = ["look", "lock", "inventory", "north", "n", "say"];

test.each([
  ["loko", ["look", "lock"]],
  ["invnetory", ["inventory"]],
  ["ivnentoyr", ["inventory"]],
  ["nrth", ["north"]],
  ["sya", ["say"]],
  ["sxx", []],
  ["xylophone", []],
])("%s may have been %j", (word, expected) => {
  expect(suggest(word, names)).toEqual(expected);
});

test("three at most, each once", () => {
  expect(suggest("baa", ["bab", "bac", "bad", "bae", "bab"])).toEqual(["bab", "bac", "bad"]);
});

test("a letter swapped with its neighbour is one mistake", () => {
  expect([distance("ab", "ba", 2), distance("kitten", "sitting", 9), distance("", "abc", 1)]).toEqual([1, 3, 2]);
});
