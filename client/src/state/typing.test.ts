import { expect, test } from "vitest";
import type { WorldView } from "../../sdk/index.ts";
import { expandAliases, readAliases } from "./aliases.ts";
import { complete, visibleWords } from "./completion.ts";
import { actionFor, chordOf, isBindable, numpadCommand, readBindings } from "./key-bindings.ts";
import { triggerTest, readTriggers, whatIsWrong } from "./triggers.ts";

const key = (chord: string, code = "") => {
  const parts = chord.split("+");
  return { key: parts.at(-1) ?? "", code, ctrlKey: parts.includes("Ctrl"), altKey: parts.includes("Alt"), shiftKey: parts.includes("Shift"), metaKey: false };
};

test("aliases fill in words, may use each other, and end", () => {
  const aliases = readAliases([
    { name: "GG", expansion: "get $1; give $1 to $2" }, { name: "loot", expansion: "gg all Ann; look" }, { name: "look", expansion: "look at" },
    { name: "ping", expansion: "pong" }, { name: "pong", expansion: "ping" }, { name: "two words", expansion: "x" }, { name: "none", expansion: " " }, 7,
  ]);
  expect(aliases.map(({ name }) => name)).toEqual(["gg", "loot", "look", "ping", "pong"]);
  expect(expandAliases("gg lamp Ben", aliases)).toBe("get lamp; give lamp to Ben");
  expect(expandAliases("loot", aliases)).toBe("get all; give all to Ann; look at");
  expect(expandAliases("look cat", aliases)).toBe("look at cat");
  expect(expandAliases("ping", aliases)).toBe("ping");
  expect(expandAliases("say gg all", aliases)).toBe("say gg all");
  const growing = readAliases([{ name: "x", expansion: "$* ".repeat(400) }]);
  expect(expandAliases("x a long way to say it", growing)).toBe("x a long way to say it");
});

test("the first word is completed by commands, the others by what is in sight; what is complete lets the key go", () => {
  const view = {
    room: { characters: [{ id: "me", name: "Ann" }, { id: "b", name: "Benedikt" }], npcs: [{ word: "baker", name: "Dorit Hale the baker" }], items: [{ word: "", name: "a folded leaflet" }], exits: [{ name: "north" }] },
    self: { id: "me", items: [{ word: "loaf", name: "two travel loaves" }] },
  } as unknown as WorldView;
  const targets = visibleWords(view);
  expect(targets).toEqual(expect.arrayContaining(["benedikt", "baker", "dorit", "leaflet", "north", "loaf"]));
  expect(targets).not.toContain("ann");
  expect(complete("lo", ["look", "lock", "say"], targets).lines).toEqual(["look", "lock", "loaf", "loaves"]);
  expect(complete("look ba", ["look"], targets).lines).toEqual(["look baker"]);
  expect(complete("n; l", ["look"], []).lines).toEqual(["n; look"]);
  for (const done of ["", "look ", "look baker"]) expect(complete(done, ["look"], targets).lines).toEqual([]);
});

test("keys are read as one says them; only those that do not type can be bound", () => {
  expect(chordOf(key("Ctrl+Shift+f"))).toBe("Ctrl+Shift+F");
  expect(chordOf({ ...key("Ctrl+/"), shiftKey: true })).toBe("Ctrl+/");
  expect([chordOf(key("Shift")), isBindable("F6"), isBindable("Alt+X"), isBindable("X"), isBindable("Shift+Tab")]).toEqual(["", true, true, false, false]);
  expect(actionFor(key("Ctrl+ArrowUp"), {})).toBe("walk.north");
  expect(actionFor(key("Ctrl+ArrowUp"), { "walk.north": "Alt+N" })).toBeUndefined();
  expect(actionFor(key("Alt+n"), { "walk.north": "Alt+N" })).toBe("walk.north");
  expect(readBindings({ "walk.north": "Alt+N", "walk.south": "s", "fly": "Alt+F", "log.end": "" })).toEqual({ "walk.north": "Alt+N", "log.end": "" });
  expect([numpadCommand(key("8", "Numpad8")), numpadCommand(key("8", "Digit8")), numpadCommand(key("ArrowUp", "Numpad8"))]).toEqual(["north", undefined, undefined]);
});

test("triggers look for words or patterns; a broken one is told and does nothing", () => {
  const triggers = readTriggers([
    { text: "Pigeon", action: "gag" }, { text: "^ben\\b", pattern: true, action: "notify" }, { text: "lamp", action: "dance" }, { text: "(", pattern: true }, { text: " " }, null,
  ]);
  const test = triggerTest(triggers);
  expect(triggers).toHaveLength(4);
  expect(test("A fat pigeon.")).toEqual({ highlight: false, gag: true, notify: false });
  expect(test("Ben waves.")).toEqual({ highlight: true, gag: false, notify: true });
  expect(test("A lamp.")).toMatchObject({ highlight: true, notify: false });
  expect(test("(")).toEqual({ highlight: false, gag: false, notify: false });
  expect(whatIsWrong({ text: "(", pattern: true, action: "gag" })).toContain("no regular expression");
  expect(whatIsWrong({ text: "(", pattern: false, action: "gag" })).toBeUndefined();
});
