/** NPCs and quests. */
import { describe } from "vitest";
import { testBrokenWorlds } from "../../test/support/expect-mistakes.ts";

const ROOMS = "areas/village/rooms.yaml";
const MINE = "areas/mine/rooms.yaml";
const ITEMS = "areas/mine/items.yaml";
const NPCS = "areas/village/npcs.yaml";
const QUESTS = "areas/village/quests.yaml";

describe("NPCs", () => {
  testBrokenWorlds([
    {
      name: "a guard of an exit that its room does not have",
      patch: { file: NPCS, find: "guard: {exit: north", put: "guard: {exit: nroth" },
      expect: { file: NPCS, at: "exit: nroth", says: "'foreman' guards 'nroth', which the room 'shaft' does not have. Did you mean 'north'?" },
    },
    {
      name: "a guard who lets nobody pass",
      patch: { file: NPCS, find: "pass_quest: {quest: lost_lamp, state: active}, ", put: "" },
      expect: { file: NPCS, at: "guard:", says: "nobody can ever pass the guard 'foreman'. Give it a pass_item or a pass_quest, or an item that dismisses it." },
    },
    {
      name: "a guard who asks for what lies behind him",
      patch: { file: NPCS, find: "pass_quest: {quest: lost_lamp, state: active}", put: "pass_quest: {quest: lost_lamp, state: done}" },
      expect: { file: NPCS, at: "guard:", says: "nobody can ever pass the guard 'foreman': what it asks for is out of reach. It lies behind this guard, or behind what depends on it." },
    },
    {
      name: "a patrol that jumps",
      patch: { file: NPCS, find: "[lane, green, bakery, green]", put: "[lane, green, bakery, chapel, green]" },
      expect: { file: NPCS, at: "route:", says: "no open way leads from 'bakery' to 'chapel', the next room of the patrol. From 'bakery' NPCs can go to green." },
    },
    {
      name: "a patrol that does not close",
      patch: { file: NPCS, find: "[lane, green, bakery, green]", put: "[lane, green, bakery]" },
      expect: { file: NPCS, at: "route:", says: "no open way leads from 'bakery' back to 'lane', where the patrol begins anew. From 'bakery' NPCs can go to green." },
    },
    {
      name: "a patrol through a secret exit",
      patch: { file: NPCS, find: "[lane, green, bakery, green]", put: "[lane, garden]" },
      expect: { file: NPCS, at: "route:", says: "no open way leads from 'lane' to 'garden', the next room of the patrol. From 'lane' NPCs can go to green, shaft." },
    },
    {
      name: "a shop that walks into another area",
      patch: { file: NPCS, find: "route: [lane, green, bakery, green]}", put: "route: [lane, shaft]}\n  shop: {sells: [{kind: torch, price: 4}]}" },
      expect: { file: NPCS, at: "patrol: {every_s: 45", says: "'watchman' keeps a shop and cannot walk into another area. Keep its rooms in one area." },
    },
    {
      name: "a patrol that begins elsewhere",
      patch: [{ file: ROOMS, find: "    - {kind: watchman}", put: "    - {kind: goose, id: lane_goose}" }, { file: ROOMS, find: "    - {kind: baker}", put: "    - {kind: baker}\n    - {kind: watchman}" }, { file: NPCS, find: "[lane, green, bakery, green]", put: "[lane, green]" }],
      expect: { file: NPCS, at: "patrol:", says: "'watchman' cannot walk from 'bakery', where it begins, to its patrol. Let it begin in a room of the route." },
    },
    {
      name: "wandering into a room that does not exist",
      patch: { file: NPCS, find: "wander: {every_s: 60}", put: "wander: {rooms: [green, lnae]}" },
      expect: { file: NPCS, at: "wander:", says: "there is no room 'lnae'. Did you mean 'lane'?" },
    },
    {
      name: "wandering into another area past a room that is not listed, and into a closed room",
      patch: { file: NPCS, find: "wander: {every_s: 60}", put: "wander:\n    rooms:\n      - green\n      - shaft\n      - chapel" },
      expect: [
        { file: NPCS, at: "- shaft", says: "'goose' cannot wander into 'shaft', which is in another area and has no way in from its other rooms. Add the rooms on the way, or take it from the list." },
        { file: NPCS, at: "- chapel", says: "'goose' cannot wander into 'chapel', which is closed to wanderers. Take no_wander from the room, or the room from the list." },
      ],
    },
    {
      name: "a shop that sells what does not exist",
      patch: { file: NPCS, find: "sells: [{kind: bread,", put: "sells: [{kind: bred," },
      expect: { file: NPCS, at: "sells:", says: "there is no item kind 'bred'. Did you mean 'bread'?" },
    },
    {
      name: "a shop that sells what is nailed down, and buys what is worth nothing or belongs to a quest",
      patch: [
        { file: NPCS, find: "shop: {sells: [{kind: bread, price: 2}, ", put: "shop: {sells: [{kind: well, price: 9}, " },
        { file: NPCS, find: "buys: [apple]", put: "buys: [rope, lamp, coins]" },
        { file: ITEMS, find: "quest: lost_lamp", put: "quest: lost_lamp\n  value: 5" },
      ],
      expect: [
        { file: NPCS, at: "rope, lamp", says: "'lamp' belongs to a quest and cannot be sold. Take it from the list." },
        { file: NPCS, at: "rope, lamp", says: "'rope' is worth nothing, so that no shop buys it. Give it a value." },
        { file: NPCS, at: "kind: well", says: "'well' is fixed and cannot be sold. Take 'fixed' from its kind, or sell something else." },
        { file: NPCS, at: "rope, lamp", says: "a shop cannot buy coins. Take them from the list." },
      ],
    },
    {
      name: "dialogue about a quest that does not exist",
      patch: { file: NPCS, find: "when: {quest: lost_lamp, state: new}", put: "when: {quest: lost_lmap, state: new}" },
      expect: { file: NPCS, at: "lost_lmap", says: "there is no quest 'lost_lmap'. Did you mean 'lost_lamp'?" },
    },
    {
      name: "dialogue that gives a quest only to who has it",
      patch: { file: NPCS, find: "state: new}", put: "state: active}" },
      expect: { file: NPCS, at: "[lamp, help]", says: "'lost_lamp' can only be given while it is new. Write state: new." },
    },
  ]);
});

describe("quests that cannot end", () => {
  testBrokenWorlds([
    {
      name: "the giver stands nowhere",
      patch: { file: MINE, find: "  npcs:\n    - {kind: foreman}\n", put: "" },
      expect: [
        { file: QUESTS, at: "giver: foreman", says: "'foreman', who gives the quest 'ore_for_foreman', stands in no room. Add it to the npcs of a room." },
        { file: QUESTS, at: "{id: carry", says: "the step 'carry' can never be done: 'foreman' stands in no room. Add it to the npcs of a room." },
      ],
    },
    {
      name: "no dialogue gives it",
      patch: { file: NPCS, find: ", gives: ore_for_foreman", put: "" },
      expect: { file: QUESTS, at: "giver: foreman", says: "no dialogue of 'foreman' gives the quest 'ore_for_foreman'. Add 'gives: ore_for_foreman' to a line of its dialogue." },
    },
    {
      name: "somebody else gives it",
      patch: { file: QUESTS, find: "giver: foreman", put: "giver: watchman" },
      expect: { file: QUESTS, at: "giver: watchman", says: "no dialogue of 'watchman' gives the quest 'ore_for_foreman'. 'foreman' gives it; name that as giver." },
    },
    {
      name: "quests that wait for each other",
      patch: { file: QUESTS, find: "  start_gives:", put: "  requires: [ore_for_foreman]\n  start_gives:" },
      expect: { file: QUESTS, at: "requires: [lost_lamp]", says: "no quest of this circle can begin: lost_lamp requires ore_for_foreman requires lost_lamp. Take one of them from 'requires'." },
    },
    {
      name: "a thing that nobody can get",
      patch: { file: MINE, find: "    - {kind: lamp, respawn_s: 300}\n", put: "" },
      expect: [
        { file: QUESTS, at: "{id: find", says: "the step 'find' can never be done: nobody can get 'lamp'. Put it in a room or a shop, or let a quest give it." },
        { file: QUESTS, at: "{id: light", says: "the step 'light' can never be done: nobody can get 'lamp'. Put it in a room or a shop, or let a quest give it." },
        { file: QUESTS, at: "{id: return", says: "the step 'return' can never be done: nobody can get 'lamp'. Put it in a room or a shop, or let a quest give it." },
      ],
    },
    {
      name: "a thing that nobody can take",
      patch: { file: ITEMS, find: "  light: true\n  slot: held", put: "  light: true\n  fixed: true" },
      expect: [
        { file: QUESTS, at: "{id: find", says: "the step 'find' can never be done: 'lamp' is fixed and cannot be carried. Take 'fixed' from its kind." },
        { file: QUESTS, at: "{id: return", says: "the step 'return' can never be done: 'lamp' is fixed and cannot be carried. Take 'fixed' from its kind." },
      ],
    },
    {
      name: "more than there are",
      patch: { file: MINE, find: "{kind: ore, quantity: 5, respawn_s: 60}", put: "{kind: ore, quantity: 2}" },
      expect: { file: QUESTS, at: "{id: carry", says: "the step 'carry' can never be done: it takes 3 of 'ore' and there are 2. Lower the count, or give one of them a respawn_s." },
    },
    {
      name: "a room that does not exist",
      patch: { file: QUESTS, find: "visit: gallery", put: "visit: galery" },
      expect: { file: QUESTS, at: "visit: galery", says: "there is no room 'galery'. Did you mean 'gallery'?" },
    },
    {
      name: "a thing without a use",
      patch: { file: ITEMS, find: "  light: true\n", put: "" },
      expect: { file: QUESTS, at: "{id: light", says: "the step 'light' can never be done: 'lamp' has no use. Give its kind a use: {text: ...}, or let it be a light." },
    },
    {
      name: "a use that works elsewhere",
      patch: { file: ITEMS, find: "  light: true\n", put: '  use: {text: "It glows.", room: shaft}\n' },
      expect: { file: QUESTS, at: "{id: light", says: "the step 'light' can never be done: 'lamp' works only in 'shaft'. Write room: shaft." },
    },
    {
      name: "coins to fetch",
      patch: { file: QUESTS, find: "fetch: {kind: lamp}", put: "fetch: {kind: coins, count: 5}" },
      expect: { file: QUESTS, at: "{id: find", says: "the step 'find' can never be done: coins are not carried like things. Let them be delivered to somebody." },
    },
    {
      name: "the words that give it are answered by an earlier line",
      patch: { file: NPCS, find: "    - {words: [ore],", put: "    - {words: [ore, coal], reply: [nods.]}\n    - {words: [iron ore, coal],", },
      expect: { file: NPCS, at: "- {words: [iron ore", says: "'foreman' never says what gives 'ore_for_foreman': earlier lines answer to all its words. Move it up, or give it words of its own." },
    },
    {
      name: "a thing that only the quest's own end gives",
      patch: { file: QUESTS, find: "fetch: {kind: lamp}", put: "fetch: {kind: ribbon}" },
      expect: { file: QUESTS, at: "{id: find", says: "the step 'find' of 'lost_lamp' can never be done: what it needs is out of reach. It depends on something that comes after it." },
    },
    {
      name: "a step twice",
      patch: { file: QUESTS, find: "id: find", put: "id: look" },
      expect: { file: QUESTS, at: 'id: look, text: "Find', says: "the step 'look' appears twice." },
    },
  ]);
});
