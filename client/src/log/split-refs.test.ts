import { expect, test } from "vitest";
import type { Ref } from "../../sdk/index.ts";
import { splitRefs } from "./split-refs.ts";

const ref = (text: string, command?: string): Ref => ({ text, type: "item", id: text, ...(command === undefined ? {} : { command }) });
const split = (message: string, refs: readonly Ref[]): string[] => splitRefs(message, refs).map(({ text, ref: found }) => (found === undefined ? text : `${text}=${found.command}`));

test("refs are found in the order of the text", () => {
  expect(split("An apple and an apple.", [ref("apple", "look 1"), ref("apple", "look 2")])).toEqual(["An ", "apple=look 1", " and an ", "apple=look 2", "."]);
});

test("what is not there, has no command or no text is just text; nothing is lost", () => {
  const refs = [ref("pear", "look pear"), ref("", "look"), ref("apple"), ref("apple", "")];
  expect(split("An apple.", refs)).toEqual(["An apple."]);
  expect(split("", refs)).toEqual([""]);
});
