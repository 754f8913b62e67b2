import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matches, parseTarget, splitTargets, withoutFill } from "./target.ts";

const plain = { nth: 1, all: false, quantity: null };

describe("what players type for a thing", () => {
  test.each([
    ["sword", { ...plain, words: ["sword"] }],
    ["the sword", { ...plain, words: ["sword"] }],
    ["My Brass Lantern", { ...plain, words: ["brass", "lantern"] }],
    ["bra lan", { ...plain, words: ["bra", "lan"] }],
    ["long.sword", { ...plain, words: ["long", "sword"] }],
    ["2.sword", { ...plain, words: ["sword"], nth: 2 }],
    ["the 2.sword", { ...plain, words: ["sword"], nth: 2 }],
    ["2.long sword", { ...plain, words: ["long", "sword"], nth: 2 }],
    ["sword-2", { ...plain, words: ["sword"], nth: 2 }],
    ["long sword-12", { ...plain, words: ["long", "sword"], nth: 12 }],
    ["second sword", { ...plain, words: ["sword"], nth: 2 }],
    ["the third apple", { ...plain, words: ["apple"], nth: 3 }],
    ["marta the baker", { ...plain, words: ["marta", "baker"] }],
    ["second", { ...plain, words: ["second"] }],
    ["0.sword", { ...plain, words: ["sword"] }],
    ["3 apples", { ...plain, words: ["apples"], quantity: 3 }],
    ["3 of", { ...plain, words: ["of"], quantity: 3 }],
    ["3 2.apple", { ...plain, words: ["apple"], quantity: 3, nth: 2 }],
    ["3", { ...plain, words: ["3"] }],
    ["all", { ...plain, words: [], all: true }],
    ["everything", { ...plain, words: [], all: true }],
    ["all.", { ...plain, words: [], all: true }],
    ["all.potion", { ...plain, words: ["potion"], all: true }],
    ["all potions", { ...plain, words: ["potions"], all: true }],
    ["all the potions", { ...plain, words: ["potions"], all: true }],
    ["a", { ...plain, words: ["a"] }],
  ])("%s", (text, expected) => {
    expect(parseTarget(text)).toEqual(expected);
  });

  test.each(["", "   ", "...", ". ."])("%j names nothing, rather than everything", (text) => {
    expect(parseTarget(text)).toBeNull();
  });

  test("whatever is typed: no throw, a number from 1, and no empty word", () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[ a-c0-3.-]{0,12}$/)), (text) => {
      const target = parseTarget(text);
      if (target === null) return;
      expect(target.nth).toBeGreaterThanOrEqual(1);
      expect(target.words.every((word) => word !== "")).toBe(true);
      expect(target.all || target.words.length > 0).toBe(true);
    }));
  });
});

test.each([
  [["brass", "lantern"], "lan", true],
  [["brass", "lantern"], "bra lan", true],
  [["brass", "lantern"], "lan bra", true],
  [["brass", "lantern"], "lanterns", true],
  [["box"], "boxes", true],
  [["berry"], "berries", true],
  [["ring"], "spring", false],
  [["brass", "lantern"], "tin lantern", false],
  [["glass"], "gl", true],
  [["bus"], "b", true],
])("%j is called %j: %j", (keywords, text, expected) => {
  expect(matches(keywords, text.split(" "))).toBe(expected);
});

test.each([
  ["bread from the oven", { first: "bread", preposition: "from", second: "the oven" }],
  ["all.bread in 2.bag", { first: "all.bread", preposition: "in", second: "2.bag" }],
  ["all 2.corpse", { first: "all 2.corpse", preposition: "", second: "" }],
  ["from here", { first: "from here", preposition: "", second: "" }],
  ["bread TO Marta", { first: "bread", preposition: "to", second: "Marta" }],
  ["", { first: "", preposition: "", second: "" }],
])("%s falls into what and where", (text, expected) => {
  expect(splitTargets(text)).toEqual(expected);
});

test.each([["at the fountain", "fountain"], ["in the old chest", "old chest"], ["to", "to"], ["the", "the"], ["", ""]])("fill words before a target: %s", (text, expected) => {
  expect(withoutFill(text)).toBe(expected);
});
