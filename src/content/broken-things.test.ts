/** Item kinds, texts, settings. */
import { describe } from "vitest";
import { testBrokenWorlds } from "../../test/support/expect-mistakes.ts";

const ITEMS = "areas/village/items.yaml";
const MINE = "areas/mine/items.yaml";
const NPCS = "areas/village/npcs.yaml";

describe("item kinds", () => {
  testBrokenWorlds([
    {
      name: "a stackable container",
      patch: { file: ITEMS, find: "  description: An oak chest.\n  fixed: true", put: "  description: An oak chest.\n  stackable: true" },
      expect: { file: ITEMS, at: "stackable: true\n  container", says: "'chest' is stackable and a container. Each container has its own contents; remove one of the two." },
    },
    {
      name: "a fixed thing to wear",
      patch: { file: ITEMS, find: "slot: neck", put: "slot: neck\nhat:\n  name: a hat\n  description: Nailed down.\n  fixed: true\n  slot: head" },
      expect: { file: ITEMS, at: "slot: head", says: "'hat' is fixed and can be worn. What cannot be taken cannot be worn; remove one of the two." },
    },
    {
      name: "a thing nobody can lift",
      patch: { file: ITEMS, find: "weight_g: 2000", put: "weight_g: 60001" },
      expect: { file: ITEMS, at: "weight_g: 60001", says: "'rope' is heavier than anybody can carry. At most 60000, or let it be fixed." },
    },
    {
      name: "a container that is closed and does not close",
      patch: { file: ITEMS, find: "closable: true, ", put: "" },
      expect: { file: ITEMS, at: "container:", says: "'chest' is closed and cannot be opened. Write closable: true." },
    },
    {
      name: "a locked container without a key",
      patch: { file: ITEMS, find: "initially: closed", put: "initially: locked" },
      expect: { file: ITEMS, at: "initially: locked", says: "'chest' is locked and has no key. Give it a key, or let it be closed." },
    },
    {
      name: "coins that do not stack",
      patch: [{ file: MINE, find: "lamp:\n", put: "coins:\n  name: a coin\n  description: Round.\nlamp:\n" }, { file: "areas/village/rooms.yaml", find: "coins, quantity: 12", put: "coins" }],
      expect: { file: MINE, at: "coins:", says: "'coins' is the money and must be stackable. Write stackable: true." },
    },
    {
      name: "a thing of a quest that does not exist",
      patch: { file: MINE, find: "quest: lost_lamp", put: "quest: lost_lmp" },
      expect: { file: MINE, at: "quest: lost_lmp", says: "there is no quest 'lost_lmp'. Did you mean 'lost_lamp'?" },
    },
    {
      name: "one id for kinds of two areas",
      patch: { file: MINE, find: "ore:\n", put: "rope:\n  name: a rope\n  description: Again.\nore:\n" },
      expect: { file: ITEMS, at: "rope:", says: "the item kind 'rope' is defined twice. The first stands in areas/mine/items.yaml:7; rename one of them." },
    },
  ]);
});

describe("texts", () => {
  testBrokenWorlds([
    {
      name: "a placeholder that nothing fills",
      patch: { file: "areas/village/area.yaml", find: "- Bees hum.", put: '- "Bees hum at {name}."' },
      expect: { file: "areas/village/area.yaml", at: "Bees hum", says: "the placeholder {name} means nothing here. Nothing is filled in here." },
    },
    {
      name: "the wrong placeholder",
      patch: { file: NPCS, find: "Good day, {name}!", put: "Good day, {actor}!" },
      expect: { file: NPCS, at: "Good day", says: "the placeholder {actor} means nothing here. Here only {name} can stand." },
    },
    {
      name: "a target where there is none",
      patch: { file: "socials.yaml", find: 'others: "{actor} sighs."', put: 'others: "{actor} sighs at {target}."' },
      expect: { file: "socials.yaml", at: "sighs at", says: "the placeholder {target} means nothing here. Here only {actor} can stand." },
    },
    {
      name: "a mistyped placeholder",
      patch: { file: "socials.yaml", find: "You smile at {target}.", put: "You smile at {traget}." },
      expect: { file: "socials.yaml", at: "{traget}", says: "the placeholder {traget} means nothing here. Here only {actor} and {target} can stand." },
    },
  ]);
});

describe("settings", () => {
  testBrokenWorlds([
    {
      name: "a month twice",
      patch: { file: "world.yaml", find: "[Frost, Bud, Sun, Leaf]", put: "[Frost, Bud, Sun, Bud]" },
      expect: { file: "world.yaml", at: "months:", says: "the month 'Bud' appears twice." },
    },
    {
      name: "more than a new character can carry",
      patch: { file: "world.yaml", find: "{kind: bread, quantity: 2}", put: "{kind: bread, quantity: 121}" },
      expect: { file: "world.yaml", at: "start_items:", says: "a new character cannot carry 60500 g. At most 60000." },
    },
    {
      name: "a gift that cannot be taken",
      patch: { file: "world.yaml", find: "{kind: bread, quantity: 2}", put: "{kind: well}" },
      expect: { file: "world.yaml", at: "start_items:", says: "'well' is fixed and cannot be given to anybody. Take 'fixed' from its kind, or give something else." },
    },
  ]);
});
