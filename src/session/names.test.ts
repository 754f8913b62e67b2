import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_NAME_CHARS, MIN_NAME_CHARS } from "../limits.ts";
import { guestName, nameKeyOf, NameRules } from "./names.ts";

const rules = new NameRules({ reserved: ["look", "Hilda"] });

test("a name is shown as it was written, with its first letter upper case, and is unique without case", () => {
  expect(rules.check("ann")).toEqual({ username: "Ann", nameKey: "ann" });
  expect(rules.check(" McGregor ")).toEqual({ username: "McGregor", nameKey: "mcgregor" });
  expect(nameKeyOf(" McGREGOR")).toBe("mcgregor");
});

describe("what a name may not be", () => {
  test.each([
    ["", "A name has at least 3 letters."],
    ["Al", "A name has at least 3 letters."],
    ["Abcdefghijklmnopqrstu", "A name has at most 20 letters."],
    ["Ann Bee", "A name is one word."],
    ["Ann2", "A name has only the letters a to z, so that everybody can type it."],
    ["O'Brien", "A name has only the letters a to z, so that everybody can type it."],
    ["Zoë", "A name has only the letters a to z, so that everybody can type it."],
    ["Аnn", "A name has only the letters a to z, so that everybody can type it."],
    ["Admin", '"Admin" is a word with a meaning of its own here. Please choose another name.'],
    ["SomeOne", '"SomeOne" is a word with a meaning of its own here. Please choose another name.'],
    ["look", '"look" is a word with a meaning of its own here. Please choose another name.'],
    ["hilda", '"hilda" is a word with a meaning of its own here. Please choose another name.'],
    ["wandererX", "Names that begin with Wanderer are for guests."],
  ])("%j: %s", (text, message) => {
    expect(() => rules.check(text)).toThrow(expect.objectContaining({ code: "E_NAME_INVALID", message }));
  });

  test("whatever is asked for: a name of letters, or a reason", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.stringMatching(/^[A-Za-z]{0,24}$/)), (text) => {
        try {
          const { username, nameKey } = rules.check(text);
          expect(username).toMatch(/^[A-Z][A-Za-z]{2,19}$/);
          expect(nameKey).toBe(username.toLowerCase());
        } catch (error) {
          expect(error).toMatchObject({ code: "E_NAME_INVALID" });
        }
      }),
      { seed: 20260103, numRuns: 1_000 },
    );
  });
});

test("guests' names keep to the same letters and length, and differ", () => {
  const names = Array.from({ length: 500 }, () => guestName());
  for (const { username, nameKey } of names) {
    expect(username).toMatch(/^Wanderer[A-Z][a-z]{3}[A-Z][a-z]{3}$/);
    expect(username.length).toBeGreaterThanOrEqual(MIN_NAME_CHARS);
    expect(username.length).toBeLessThanOrEqual(MAX_NAME_CHARS);
    expect(nameKey).toBe(username.toLowerCase());
  }
  expect(new Set(names.map((name) => name.nameKey)).size).toBeGreaterThan(490);
});
