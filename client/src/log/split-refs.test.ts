import { expect, test } from "vitest";
import type { Ref } from "../../sdk/index.ts";
import { splitRefs } from "./split-refs.ts";

const ref = (text: string, command?: string): Ref => ({ text, type: "item", id: text, ...(command === undefined ? {} : { command }) });

test("refs are found in the order of the text", () => {
  expect(splitRefs("An apple and an apple.", [ref("apple", "look 1"), ref("apple", "look 2")])).toEqual([
    { text: "An " }, { text: "apple", command: "look 1" }, { text: " and an " }, { text: "apple", command: "look 2" }, { text: "." },
  ]);
});

test("what is not there, has no command or no text is just text; nothing is lost", () => {
  const refs = [ref("pear", "look pear"), ref("", "look"), ref("apple"), ref("apple", "")];
  expect(splitRefs("An apple.", refs)).toEqual([{ text: "An apple." }]);
  expect(splitRefs("", refs)).toEqual([{ text: "" }]);
});
