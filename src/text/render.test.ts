import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Noun, Params } from "../engine/decision.ts";
import { joinList, render, upperFirst, withThe } from "./render.ts";

const noun = (text: string, id = "x"): Noun => ({ text, type: "item", id, command: `look at ${text}` });
const say = (key: string, params: Params): string => render({ key, params, type: "say" }).text;

describe("nouns in a line", () => {
  test("an indefinite article becomes definite where the words want it", () => {
    expect(say("follow.now", { person: noun("a lamp") })).toBe("You follow a lamp.");
    expect(say("look.not_inside", { item: noun("a lamp") })).toBe("You cannot look into the lamp.");
    expect(say("look.in_empty", { item: noun("a chest") })).toBe("The chest is empty.");
    expect(["a lamp", "an apple", "some oil", "Some oil", "Marta the baker", "the moon", "another lamp", "three lamps"].map(withThe))
      .toEqual(["the lamp", "the apple", "the oil", "the oil", "Marta the baker", "the moon", "another lamp", "three lamps"]);
  });

  test("a list reads as people say it", () => {
    expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map((parts) => joinList(parts))).toEqual(["nothing", "a", "a and b", "a, b and c"]);
    expect(joinList(["a", "b", "c"], "or")).toBe("a, b or c");
    expect(say("decide.did_you_mean", { verb: "lokk", guesses: [noun("look"), noun("lock")] })).toBe("There is no command lokk. Did you mean look or lock?");
    expect(say("look.exits", { exits: [noun("north"), noun("east"), noun("up")] })).toBe("Exits: north, east and up.");
  });

  test("a line begins with a capital, also behind a quotation mark", () => {
    expect(["someone nods", "“well", '"(oh', "éclair", "3 apples", "", "[chat] ada"].map(upperFirst)).toEqual(["Someone nods", "“Well", '"(Oh', "Éclair", "3 apples", "", "[chat] ada"]);
    expect(say("say.others", { actor: noun("someone", ""), text: "hi" })).toBe('Someone says, "hi"');
  });

  test("what can be clicked is a part of the line, in its order, also at its beginning", () => {
    const line = render({ key: "ask.others_about", params: { actor: noun("a cat"), person: noun("a dog"), text: "a cat" }, type: "say" });
    let from = 0;
    for (const ref of line.refs) {
      expect(line.text.indexOf(ref.text, from)).toBeGreaterThanOrEqual(from);
      from = line.text.indexOf(ref.text, from) + ref.text.length;
    }
    expect(line.refs[0]).toMatchObject({ text: "A cat", id: "x", command: "look at a cat" });
  });

  test("someone unknown is named but cannot be clicked", () => {
    expect(render({ key: "say.others", params: { actor: noun("someone", ""), text: "hi" }, type: "say" }).refs).toEqual([]);
  });
});

describe("what a player typed is never read as words of the game", () => {
  test.each(["{actor}", "{the:actor}", "{text}", "$&", "$1", "{", "{{actor}}", "{nobody}"])("saying %s shows it as it is", (text) => {
    expect(say("say.others", { actor: noun("Ada"), text })).toBe(`Ada says, "${text}"`);
    expect(say("emote.line", { actor: noun("Ada"), text })).toBe(`Ada ${text}`);
    expect(say("tell.target", { actor: noun("Ada"), text })).toBe(`Ada tells you, "${text}"`);
  });

  test("whatever it is", () => {
    fc.assert(fc.property(fc.string(), (text) => {
      expect(say("say.actor", { text })).toBe(`You say, "${text}"`);
    }));
  });
});

describe("prose of the world", () => {
  test("is shown as it is, braces and all", () => {
    expect(say("prose", { text: "a {strange} sign" })).toBe("A {strange} sign");
  });

  test("may name who acts, where it is meant to", () => {
    expect(say("prose.actor", { text: "{actor} climbs up.", actor: noun("Ada") })).toBe("Ada climbs up.");
    expect(say("prose.both", { text: "{actor} waves at {target}.", actor: noun("Ada"), target: noun("a cat") })).toBe("Ada waves at a cat.");
  });

  test("a name that itself looks like a placeholder stays a name", () => {
    expect(say("prose.both", { text: "{actor} waves at {target}.", actor: noun("{target}"), target: noun("a cat") })).toBe("{target} waves at a cat.");
  });
});

test("a missing key or param is a bug that shows", () => {
  expect(() => say("no.such_key", {})).toThrow("no.such_key");
  expect(() => say("say.actor", {})).toThrow("{text}");
  expect(() => say("prose.actor", { actor: noun("Ada") })).toThrow("{text}");
});
