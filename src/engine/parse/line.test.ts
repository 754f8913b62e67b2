import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_COMMAND_CHARS, MAX_STEPS_PER_LINE } from "../../limits.ts";
import { expandLine, splitVerb } from "./line.ts";

const steps = (line: string, aliases: Record<string, string> = {}, last: string | null = null): readonly string[] => expandLine(line, { aliases }, last).steps;

describe("several commands in a line", () => {
  test.each([
    ["n;n;e", ["n", "n", "e"]],
    [" n ; ; e; ", ["n", "e"]],
    [";", []],
    ["", []],
    ["say one;;two", ["say one;two"]],
    ["say one;;;n", ["say one;", "n"]],
    ["'well; yes", ["'well; yes"]],
    ['"well; yes', ['"well; yes']],
    [":nods; then smiles", [":nods; then smiles"]],
    ["n;'well; yes", ["n", "'well; yes"]],
    ["say hello ;)", ["say hello ;)"]],
    ["say hello ;-);n", ["say hello ;-)", "n"]],
    ["alias home n;n;e", ["alias home n;n;e"]],
    ["n;alias home n;;n;e", ["n", "alias home n;;n;e"]],
    ["alias", ["alias"]],
    ["aliased n;n", ["aliased n", "n"]],
  ])("%s", (line, expected) => {
    expect(steps(line)).toEqual(expected);
  });

  test("sixteen are carried out, and what is left over is said to be", () => {
    const expanded = expandLine("n;".repeat(20), { aliases: {} }, null);
    expect(expanded.steps).toHaveLength(MAX_STEPS_PER_LINE);
    expect(expanded.truncated).toBe(true);
    expect(expandLine("n;".repeat(16), { aliases: {} }, null).truncated).toBe(false);
  });
});

describe("aliases", () => {
  const aliases = { gac: "get all corpse", two: "n;n", greet: "say hello $1;smile $1", all: "say $*", turn: "say $2 $1", n: "s", loop: "loop", cost: "say $$1 and $0" };
  test.each([
    ["gac", ["get all corpse"]],
    ["GAC", ["get all corpse"]],
    ["gac now", ["get all corpse now"]],
    ["two;gac", ["n", "n", "get all corpse"]],
    ["greet ben", ["say hello ben", "smile ben"]],
    ["greet", ["say hello", "smile"]],
    ["all of us", ["say of us"]],
    ["turn a b", ["say b a"]],
    ["say gac", ["say gac"]],
    ["loop", ["loop"]],
    ["cost 5", ["say $5 and $0"]],
    ["constructor", ["constructor"]],
    ["__proto__", ["__proto__"]],
  ])("%s", (line, expected) => {
    expect(steps(line, aliases)).toEqual(expected);
  });

  test("what a player adds is not read as a placeholder", () => {
    expect(steps("all $1 $&", aliases)).toEqual(["say $1 $&"]);
  });

  test("no step grows past what a line may be", () => {
    const expanded = expandLine(`x ${"a".repeat(1000)}`, { aliases: { x: `say ${"$*".repeat(98)}` } }, null);
    expect(expanded.steps.map((step) => step.length)).toEqual([MAX_COMMAND_CHARS]);
    expect(expanded.truncated).toBe(true);
  });
});

describe("the line before", () => {
  test.each([
    ["!", "get sword", ["get sword"]],
    ["!ge", "get sword", ["get sword"]],
    ["! GE", "get sword", ["get sword"]],
    ["^sword^shield", "get sword", ["get shield"]],
    ["^sword^shield^", "get sword", ["get shield"]],
    ["^ sword^", "get sword", ["get"]],
    ["^w^$&", "get sword", ["get s$&ord"]],
    ["!", "n;n", ["n", "n"]],
  ])("%s after %s", (line, last, expected) => {
    expect(steps(line, {}, last)).toEqual(expected);
    expect(expandLine(line, { aliases: {} }, last).remember).toBe(expected.join(";"));
  });

  test.each([["!", null], ["!dr", "get sword"], ["^axe^shield", "get sword"], ["^a^b", null]])("%s after %s asks for what is not there, and is not remembered", (line, last) => {
    expect(expandLine(line, { aliases: {} }, last)).toEqual({ steps: [line], remember: null, truncated: false });
  });

  test("an empty line is not remembered", () => {
    expect(expandLine("  ", { aliases: {} }, "n").remember).toBeNull();
  });

  test("changing the last line again and again does not let it grow without end", () => {
    let last = "say a";
    for (let round = 0; round < 10; round++) last = expandLine(`^a^${"ab".repeat(400)}`, { aliases: {} }, last).remember ?? last;
    expect(last.length).toBeLessThanOrEqual(MAX_COMMAND_CHARS);
  });
});

test("whatever is typed: no throw, sixteen steps at most, none empty, none too long", () => {
  const text = fc.oneof(fc.string({ unit: "binary", maxLength: 60 }), fc.stringMatching(/^[a-c $*1;:'!^=]{0,40}$/));
  const aliases = fc.dictionary(fc.constantFrom("a", "b", "c", "alias"), fc.stringMatching(/^[a-c $*1;']{0,200}$/));
  fc.assert(fc.property(text, aliases, fc.option(text), (line, known, last) => {
    const expanded = expandLine(line, { aliases: known }, last);
    expect(expanded.steps.length).toBeLessThanOrEqual(MAX_STEPS_PER_LINE);
    for (const step of expanded.steps) {
      expect(step.length).toBeLessThanOrEqual(MAX_COMMAND_CHARS);
      splitVerb(step);
    }
    expect(expanded.remember === null || expanded.remember.length <= MAX_COMMAND_CHARS).toBe(true);
  }), { numRuns: 500 });
});

test("a line without a sign of its own comes through as it is", () => {
  fc.assert(fc.property(fc.stringMatching(/^[a-z][a-z ,.?-]{0,60}$/), (line) => {
    expect(steps(line)).toEqual([line.trim()]);
  }));
});

test.each([
  ["'hello", { verb: "say", text: "hello" }],
  ['" hello', { verb: "say", text: "hello" }],
  [":'s hat falls", { verb: "emote", text: "'s hat falls" }],
  ["GET  Sword", { verb: "get", text: "Sword" }],
  ["  north ", { verb: "north", text: "" }],
  ["tell\tben hi", { verb: "tell", text: "ben hi" }],
  ["", { verb: "", text: "" }],
])("the verb of %j", (step, expected) => {
  expect(splitVerb(step)).toEqual(expected);
});
