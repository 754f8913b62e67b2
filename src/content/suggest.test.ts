import { expect, test } from "vitest";
import { didYouMean, nearest } from "./suggest.ts";

test.each([
  ["bakry", "bakery"],
  ["lnae", "lane"],
  ["descripton", "description"],
  ["clear", "clear"],
  ["keepers_ring", null],
  ["x", null],
])("the word nearest to %s is %s", (word, expected) => {
  expect(nearest(word, ["bakery", "lane", "description", "clear", "copper_ring"])).toBe(expected);
});

test("without a near word the advice stands", () => {
  expect(didYouMean("zzz", ["lane"], "Define it.")).toBe("Define it.");
  expect(didYouMean("lan", ["lane"], "Define it.")).toBe("Did you mean 'lane'?");
});
