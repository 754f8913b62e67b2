/** Files that are not of the documented form. */
import { describe } from "vitest";
import { testBrokenWorlds } from "../../test/support/expect-mistakes.ts";

const ROOMS = "areas/village/rooms.yaml";
const ITEMS = "areas/village/items.yaml";
const NPCS = "areas/village/npcs.yaml";
const QUESTS = "areas/village/quests.yaml";

describe("YAML", () => {
  testBrokenWorlds([
    {
      name: "a text with a colon outside quotes",
      patch: { file: ROOMS, find: "title: The Lane", put: "title: The Lane: a walk" },
      expect: { file: ROOMS, at: "The Lane: a walk", says: "this is not valid YAML: Nested mappings are not allowed in compact mappings. A text with ': ' in it must stand in quotes." },
    },
    {
      name: "a tab",
      patch: { file: NPCS, find: "  description: Flour", put: "\tdescription: Flour" },
      expect: { file: NPCS, at: "\tdescription", says: "this is not valid YAML: Tabs are not allowed as indentation. Indent with spaces." },
    },
    {
      name: "a text that begins with a star",
      patch: { file: ROOMS, find: "description: Roses behind a hedge.", put: "description: *roses" },
      expect: { file: ROOMS, at: "*roses", says: "there is no anchor 'roses'. A text that begins with '*' must stand in quotes." },
    },
    {
      name: "a key that is a map",
      patch: { file: ROOMS, find: "  title: A Garden", put: "  ? {title: A Garden}\n  : x" },
      expect: { file: ROOMS, at: "? {title", says: "a key must be a word. A text with '{', '[' or '?' at its beginning must stand in quotes." },
    },
    {
      name: "a key twice in one map",
      patch: { file: ITEMS, find: "  value: 1\n", put: "  value: 1\n  name: a pear\n" },
      expect: { file: ITEMS, at: "name: a pear", says: "'name' appears twice in one map. The first is on line 7; remove or rename one of them." },
    },
    {
      name: "a room twice in one file",
      patch: { file: ROOMS, find: "chapel:\n  title: The Chapel", put: "lane:\n  title: Twice\n  description: Twice.\nchapel:\n  title: The Chapel" },
      expect: { file: ROOMS, at: "lane:\n  title: Twice", says: "'lane' appears twice in one map. The first is on line 19; remove or rename one of them." },
    },
    {
      name: "a file that is not UTF-8 is refused, as is one that is too large",
      patch: { file: "socials.yaml", put: `# ${"x".repeat(9 * 1024 * 1024)}` },
      expect: { file: "socials.yaml", at: 1, says: "this file is too large (9437186 bytes). At most 8388608; split the area." },
    },
  ]);
});

describe("files", () => {
  testBrokenWorlds([
    {
      name: "no world.yaml",
      patch: { file: "world.yaml", put: null },
      expect: { file: "world.yaml", at: 1, says: "this file is missing. Every world needs it." },
    },
    {
      name: "no area.yaml",
      patch: { file: "areas/mine/area.yaml", put: null },
      expect: { file: "areas/mine/area.yaml", at: 1, says: "this file is missing. Every area needs it." },
    },
    {
      name: "a mistyped name of a file",
      patch: { file: "areas/mine/npc.yaml", put: "" },
      expect: { file: "areas/mine/npc.yaml", at: 1, says: "no file of a world has this name. Did you mean 'npcs.yaml'?" },
    },
    {
      name: "the other ending",
      patch: { file: "socials.yml", put: "" },
      expect: { file: "socials.yml", at: 1, says: "no file of a world has this name. Did you mean 'socials.yaml'?" },
    },
    {
      name: "a list where a map belongs",
      patch: { file: "areas/mine/items.yaml", put: "- lamp\n- ore\n" },
      expect: { file: "areas/mine/items.yaml", at: 1, says: "this file must be a map. Write '<id>:' and indent the item kind below it." },
    },
  ]);
});

describe("keys and values", () => {
  testBrokenWorlds([
    {
      name: "a mistyped key, which is not reported as missing too",
      patch: { file: ROOMS, find: "description: Grass, geese and a well.", put: "descripton: Grass, geese and a well." },
      expect: { file: ROOMS, at: "descripton", says: "there is no key 'descripton' here. Did you mean 'description'?" },
    },
    {
      name: "an unknown key deep inside",
      patch: { file: QUESTS, find: "fetch: {kind: lamp}", put: "fetch: {kind: lamp, number: 3}" },
      expect: { file: QUESTS, at: "number: 3", says: "there is no key 'number' here. Known here: kind, count." },
    },
    {
      name: "several mistakes, each at its line, in order",
      patch: [
        { file: ROOMS, find: "title: A Garden", put: "title: 7" },
        { file: ROOMS, find: "indoors: true\n  no_wander: true", put: "indoors: yes\n  no_wander: maybe" },
        { file: ITEMS, find: "slot: neck", put: "slot: nek" },
        { file: "areas/mine/items.yaml", find: "weight_g: 1000", put: "weight_g: -3" },
      ],
      expect: [
        { file: "areas/mine/items.yaml", at: "weight_g: -3", says: "'weight_g' is too small. At least 0." },
        { file: ITEMS, at: "slot: nek", says: "'nek' cannot stand for 'slot'. Did you mean 'neck'?" },
        { file: ROOMS, at: "title: 7", says: "'title' must be a text, not '7'. Put it in quotes." },
        { file: ROOMS, at: "indoors: yes", says: "'indoors' must be true or false, not 'yes'. Write true or false, without quotes." },
        { file: ROOMS, at: "no_wander: maybe", says: "'no_wander' must be true or false, not 'maybe'. Write true or false, without quotes." },
      ],
    },
    {
      name: "an exit that is neither a room nor a map",
      patch: { file: ROOMS, find: "east: bakery", put: "east: [bakery]" },
      expect: { file: ROOMS, at: "east: [bakery]", says: "'east' cannot be a list. It must be a text or a map." },
    },
    {
      name: "a required key without a value",
      patch: { file: NPCS, find: "description: White and cross.", put: "description:" },
      expect: { file: NPCS, at: "description:\n", says: "'description' is empty. It must be a text." },
    },
    {
      name: "an id that is none",
      patch: { file: ITEMS, find: "ribbon:", put: "Blue-Ribbon:" },
      expect: [
        { file: ITEMS, at: "Blue-Ribbon", says: "'Blue-Ribbon' cannot be an id. An id is lower case: a letter, then letters, digits and '_', at most 63." },
        { file: QUESTS, at: "kind: ribbon", says: "there is no item kind 'ribbon'. Define it, or name one that exists." },
      ],
    },
    {
      name: "a step with two triggers",
      patch: { file: QUESTS, find: "visit: gallery}", put: "visit: gallery, talk: {npc: baker}}" },
      expect: { file: QUESTS, at: "{id: look", says: "a step needs exactly one of visit, fetch, deliver, talk, use." },
    },
    {
      name: "a keyword of two words",
      patch: { file: ROOMS, find: "[geese, goose]", put: "[grey geese]" },
      expect: { file: ROOMS, at: "grey geese", says: "'grey geese' cannot stand for entry 1 of 'keywords'. One word: letters and digits, without spaces, at most 31." },
    },
    {
      name: "a calendar out of bounds",
      patch: { file: "world.yaml", find: "[Frost, Bud, Sun, Leaf]", put: "[Frost, Bud, Sun]" },
      expect: { file: "world.yaml", at: "months:", says: "'months' is too short. At least 4 entries." },
    },
    {
      name: "a mistyped weather",
      patch: { file: "climates.yaml", find: "{clear: 4, rain: 2}", put: "{claer: 4, rain: 2}" },
      expect: { file: "climates.yaml", at: "claer", says: "there is no key 'claer' here. Did you mean 'clear'?" },
    },
  ]);
});
