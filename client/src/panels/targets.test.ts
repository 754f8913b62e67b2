import { expect, test } from "vitest";
import { targetsOf } from "./targets.ts";

const targets = (...names: (string | [string, string])[]): string[] =>
  [...targetsOf(names.map((name, id) => ({ id: String(id), name: typeof name === "string" ? name : name[0], word: typeof name === "string" ? "" : name[1] }))).values()];

test("a thing is called by the world's word, else by the last of its name; the second of a kind by its number", () => {
  expect(targets(["Odo Pell the town crier", "odo"], "Old Wenna", "a fat pigeon", "a fat pigeon", "two travel loaves"))
    .toEqual(["odo", "wenna", "pigeon", "2.pigeon", "loaves"]);
  expect(targets("the", "")).toEqual(["the", ""]);
});
