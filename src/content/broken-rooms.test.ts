/** Rooms, exits, doors, locks and what lies about. */
import { describe } from "vitest";
import { testBrokenWorlds } from "../../test/support/expect-mistakes.ts";

const ROOMS = "areas/village/rooms.yaml";
const MINE = "areas/mine/rooms.yaml";
const ITEMS = "areas/village/items.yaml";
const KEY = "    - {kind: mine_key, respawn_s: 300}\n";

describe("rooms and exits", () => {
  testBrokenWorlds([
    {
      name: "a mistyped target",
      patch: { file: ROOMS, find: "east: bakery", put: "east: bakry" },
      expect: { file: ROOMS, at: "east: bakry", says: "there is no room 'bakry'. Did you mean 'bakery'?" },
    },
    {
      name: "a target that is the id of something else",
      patch: { file: ROOMS, find: "east: bakery", put: "east: goose" },
      expect: { file: ROOMS, at: "east: goose", says: "there is no room 'goose'. 'goose' is the id of an NPC kind." },
    },
    {
      name: "a room that nobody can walk to",
      patch: { file: ROOMS, find: "    hedge:\n      to: garden", put: "    hedge:\n      to: green" },
      expect: { file: ROOMS, at: "garden:", says: "no way leads from the start to the room 'garden'. Give another room an exit to it." },
    },
    {
      name: "one id for rooms of two areas",
      patch: { file: MINE, find: "\ngallery:\n", put: "\nlane:\n  title: Again\n  description: Again.\ngallery:\n" },
      expect: { file: ROOMS, at: "lane:\n  title", says: "the room 'lane' is defined twice. The first stands in areas/mine/rooms.yaml:12; rename one of them." },
    },
    {
      name: "no start room",
      patch: { file: "world.yaml", find: "start: green", put: "start: gren" },
      expect: { file: "world.yaml", at: "start: gren", says: "there is no room 'gren'. Did you mean 'green'?" },
    },
    {
      name: "a safe room without a way out",
      patch: { file: ROOMS, find: "  no_wander: true\n  exits:\n    east: green\n", put: "  no_wander: true\n" },
      expect: { file: "world.yaml", at: "safe: chapel", says: "no way leads from the safe room 'chapel' to the start 'green'. Give it an exit that leads back." },
    },
    {
      name: "an alias that means two exits",
      patch: { file: ROOMS, find: "aliases: [gap]", put: "aliases: [gap, s]" },
      expect: { file: ROOMS, at: "gap, s", says: "the alias 's' of 'hedge' is a direction. Players would take it for one; use another word." },
    },
    {
      name: "an alias that is the name of another exit",
      patch: { file: ROOMS, find: "    hedge: lane\n", put: "    hedge: lane\n    gap: {to: green, aliases: [hole, hedge]}\n" },
      expect: { file: ROOMS, at: "hole, hedge", says: "the alias 'hedge' of 'gap' also means 'hedge'. Use another word." },
    },
    {
      name: "an exit named by an abbreviation",
      patch: { file: ROOMS, find: "    west: chapel", put: "    w: chapel" },
      expect: { file: ROOMS, at: "w: chapel", says: "'w' is what players type for west. Write 'west'." },
    },
    {
      name: "an area without rooms",
      patch: [{ file: "areas/mine/extra.txt", put: "not YAML, not ours" }, { file: MINE, put: "" }, { file: ROOMS, find: "to: shaft", put: "to: green" }],
      expect: [
        { file: "areas/mine/area.yaml", at: 1, says: "the area 'mine' has no rooms. Write its rooms.yaml, or move its files to another area." },
        { file: "areas/village/quests.yaml", at: "visit: gallery", says: "there is no room 'gallery'. Define it, or name one that exists." },
        { file: "areas/village/quests.yaml", at: "use: {kind: lamp", says: "there is no room 'gallery'. Define it, or name one that exists." },
      ],
    },
    {
      name: "a climate that does not exist",
      patch: { file: "areas/mine/area.yaml", find: "climate: mild", put: "climate: mld" },
      expect: { file: "areas/mine/area.yaml", at: "climate: mld", says: "there is no climate 'mld'. Did you mean 'mild'?" },
    },
    {
      name: "a season without weather",
      patch: { file: "climates.yaml", find: "summer: {clear: 6, storm: 1}", put: "summer: {clear: 0}" },
      expect: { file: "climates.yaml", at: "summer:", says: "the climate 'mild' has no weather in summer. Give it weights: summer: {clear: 1}." },
    },
    {
      name: "a season left out",
      patch: { file: "climates.yaml", find: "  winter: {cloudy: 2, snow: 2}\n", put: "" },
      expect: { file: "climates.yaml", at: "mild:", says: "the climate 'mild' has no weather in winter. Give it weights: winter: {clear: 1}." },
    },
  ]);
});

describe("doors and locks", () => {
  testBrokenWorlds([
    {
      name: "a door that is defined nowhere",
      patch: { file: MINE, find: "door: mine_door", put: "door: mine_dor" },
      expect: { file: MINE, at: "mine_dor", says: "the door 'mine_dor' is defined nowhere. Did you mean 'mine_door'?" },
    },
    {
      name: "a door that both sides define",
      patch: { file: MINE, find: "door: mine_door", put: "door: {id: mine_door, name: a door}" },
      expect: { file: ROOMS, at: "door: {id: mine_door", says: "the door 'mine_door' is defined twice. It is defined in areas/mine/rooms.yaml:8; the other side only names it: door: mine_door." },
    },
    {
      name: "a door with three sides",
      patch: { file: ROOMS, find: "    hedge: lane\n", put: "    hedge: lane\n    down: {to: shaft, door: mine_door}\n" },
      expect: { file: ROOMS, at: "down: {to: shaft", says: "the door 'mine_door' is used by more than two exits. A door has two sides; define another one." },
    },
    {
      name: "a door on two exits that have nothing to do with each other",
      patch: [{ file: MINE, find: ", door: mine_door", put: "" }, { file: ROOMS, find: "    hedge: lane\n", put: "    hedge: {to: lane, door: mine_door}\n" }],
      expect: { file: ROOMS, at: "hedge: {to: lane", says: "the door 'mine_door' is on two exits that do not lead to each other. The other one is 'down' of 'lane'." },
    },
    {
      name: "a door whose key does not exist",
      patch: { file: ROOMS, find: "key: mine_key,", put: "key: mine_kay," },
      expect: { file: ROOMS, at: "key: mine_kay", says: "there is no item kind 'mine_kay'. Did you mean 'mine_key'?" },
    },
    {
      name: "a locked door without a key",
      patch: [{ file: ROOMS, find: "key: mine_key, ", put: "" }, { file: ITEMS, find: "[key, iron]", put: "[iron]" }],
      expect: { file: ROOMS, at: "initially: locked", says: "the door 'mine_door' is locked and has no key. Give it a key, or let it be closed." },
    },
    {
      name: "a key that opens nothing",
      patch: { file: ITEMS, find: "ribbon:", put: "odd_key:\n  name: an odd key\n  description: Odd.\nribbon:" },
      expect: { file: ITEMS, at: "odd_key:", says: "the key 'odd_key' opens nothing. Name it as key: of a door or container, or take 'key' from its keywords." },
    },
    {
      name: "a key that nobody can get",
      patch: { file: ROOMS, find: KEY, put: "    - {kind: apple}\n" },
      expect: { file: ROOMS, at: "key: mine_key", says: "nobody can get 'mine_key', the key of the door 'mine_door'. Put it in a room or a shop, or let a quest give it." },
    },
    {
      name: "a key behind its own door",
      patch: [{ file: ROOMS, find: KEY, put: "    - {kind: apple}\n" }, { file: MINE, find: "    - {kind: lamp,", put: `${KEY}    - {kind: lamp,` }],
      expect: { file: ROOMS, at: "key: mine_key", says: "the door 'mine_door' can never be opened: its key 'mine_key' is out of reach. It lies behind this door, or behind what depends on it." },
    },
    {
      name: "a chest locked with a key that lies in it",
      patch: [
        { file: ITEMS, find: "initially: closed}", put: "initially: locked, key: mine_key}" },
        { file: ROOMS, find: KEY, put: "    - {kind: apple}\n" },
        { file: ROOMS, find: "        - {kind: coins", put: "        - {kind: mine_key}\n        - {kind: coins" },
      ],
      expect: [
        { file: ROOMS, at: "key: mine_key", says: "the door 'mine_door' can never be opened: its key 'mine_key' is out of reach. It lies behind this door, or behind what depends on it." },
        { file: ROOMS, at: "- kind: chest", says: "'bakery__chest' can never be opened: its key is out of reach. It lies inside, or behind what depends on it." },
      ],
    },
  ]);
});

describe("the dark", () => {
  testBrokenWorlds([
    {
      name: "things in a dark room, and no light anywhere before it",
      patch: { file: "areas/village/npcs.yaml", find: ", {kind: torch, price: 3}", put: "" },
      expect: { file: MINE, at: "dark: true\n  exits", says: "'gallery' is dark, and there is no light within reach. In the dark nothing can be taken or opened; put a light before it." },
    },
  ]);
});

describe("what lies about", () => {
  testBrokenWorlds([
    {
      name: "a kind that does not exist",
      patch: { file: ROOMS, find: "{kind: apple, quantity", put: "{kind: aple, quantity" },
      expect: { file: ROOMS, at: "{kind: aple", says: "there is no item kind 'aple'. Did you mean 'apple'?" },
    },
    {
      name: "two of a kind without ids",
      patch: { file: ROOMS, find: KEY, put: `${KEY}    - {kind: mine_key}\n` },
      expect: { file: ROOMS, at: "- {kind: mine_key}", says: "the spawn 'garden__mine_key' is defined twice. The first stands in areas/village/rooms.yaml:42; give one of them an id of its own, or a quantity." },
    },
    {
      name: "contents of what is no container",
      patch: { file: ROOMS, find: "- {kind: well}", put: "- {kind: well, contains: [{kind: rope}]}" },
      expect: { file: ROOMS, at: "contains: [{kind: rope}]", says: "'well' is no container. Give its kind a container, or put these things beside it." },
    },
    {
      name: "more than fits",
      patch: { file: ROOMS, find: "{kind: rope, respawn_s: 600}", put: "{kind: rope, quantity: 5}" },
      expect: { file: ROOMS, at: "contains:", says: "6 things do not fit into 'chest'. Its capacity is 5." },
    },
    {
      name: "more than a room holds",
      patch: { file: ROOMS, find: "quantity: 3, respawn_s", put: "quantity: 200, respawn_s" },
      expect: { file: ROOMS, at: "items:\n    - {kind: well}", says: "201 things do not fit into one room. At most 200." },
    },
  ]);
});
