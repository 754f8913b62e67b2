import { expect, test } from "vitest";
import { MAX_PASTED_LINES, splitPaste } from "./paste.ts";

test("a pasted text becomes one command a line, whatever its line ends", () => {
  expect(splitPaste("north\r\n\r\n  east \rget all\n")).toEqual(["north", "east", "get all"]);
  expect(splitPaste("n\n".repeat(5_000))).toHaveLength(MAX_PASTED_LINES);
});
