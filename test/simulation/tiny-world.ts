/** A world small enough that everybody is in everybody's way: three areas, five rooms, a shop, a chest that holds two things. */
import type { ContentIndex } from "../../src/engine/content.ts";
import { asId, type AreaId } from "../../src/engine/ids.ts";
import type { Character, Item } from "../../src/engine/world.ts";
import { aKind, anExit, anNpcKind, aRoom, aWorld, NOON_MS } from "../support/transcript.ts";

export const START_MS = NOON_MS;
export const NAMES = ["Ada", "Ben", "Cy"] as const;

const spawn = (id: string, room: string, area: string, what: object, more: object = {}): ContentIndex["spawns"] extends ReadonlyMap<never, infer S> ? S : never =>
  ({ id: asId(id), area: asId(area), room: asId(room), what, quantity: 1, in: null, respawnS: 1, ...more }) as never;

const WORLD = aWorld({
  rooms: [
    aRoom("yard", { area: "town", exits: [anExit("north", "square"), anExit("east", "glade")] }),
    aRoom("square", { area: "town", exits: [anExit("south", "yard"), anExit("east", "tower")] }),
    aRoom("glade", { area: "wood", exits: [anExit("west", "yard"), anExit("north", "cave")] }),
    aRoom("cave", { area: "wood", exits: [anExit("south", "glade"), anExit("west", "tower")] }),
    aRoom("tower", { area: "tower", exits: [anExit("west", "square"), anExit("east", "cave")] }),
  ],
  kinds: [
    aKind("sword", { value: 8 }), aKind("lamp", { value: 4 }), aKind("bread", { value: 3 }), aKind("berry", { plural: "berries", stackable: true, value: 2 }),
    aKind("arrow", { name: "an arrow", plural: "arrows", keywords: ["arrow", "arrows"], stackable: true, value: 1 }),
    aKind("chest", { fixed: true, container: { capacity: 2, closable: false, key: null, initially: "open" } }),
    aKind("bag", { container: { capacity: 3, closable: false, key: null, initially: "open" } }),
  ],
  npcs: [
    anNpcKind("otto", { name: "Otto", shop: { sells: [], buys: [asId("lamp"), asId("arrow")], buysAtPercent: 100, opens: [] } }),
    anNpcKind("marta", { name: "Marta", shop: { sells: [{ kind: asId("bread"), price: 3 }], buys: "any", buysAtPercent: 50, opens: [] } }),
  ],
  quests: [{
    id: asId("seen"), name: "Sights", summary: "", giver: asId("marta"), requires: [], startGives: [], doneText: "Done.", rewards: { coins: 7, items: [{ kind: asId("bread"), quantity: 1 }] },
    steps: [{ text: "See the tower.", trigger: { type: "visit", room: asId("tower") }, gives: [], doneText: null }],
  } as never],
  spawns: [
    spawn("marta_spawn", "yard", "town", { type: "npc", kind: asId("marta") }),
    spawn("otto_spawn", "yard", "town", { type: "npc", kind: asId("otto") }),
    spawn("berries", "glade", "wood", { type: "item", kind: asId("berry") }, { quantity: 2 }),
    spawn("lamps", "square", "town", { type: "item", kind: asId("lamp") }),
  ],
});

export const CONTENT: ContentIndex = WORLD.content;
export const AREAS = [...CONTENT.areas.keys()] as readonly AreaId[];

const item = (id: string, kind: string, at: string, more: Partial<Item> = {}): Item =>
  ({ id: asId(id), kind: asId(kind), at: at as never, slot: null, quantity: 1, charges: null, open: true, locked: false, lit: false, spawn: null, ...more });

const HOMES = ["yard", "yard", "glade"] as const;

export function startItems(): Item[] {
  return [
    item("sword", "sword", "room:yard"), item("chest", "chest", "room:yard"), item("bag", "bag", "room:square"), item("dagger", "sword", "char:ben"),
    item("bow", "arrow", "char:ada", { quantity: 5 }), item("pile", "coins", "room:yard", { quantity: 10 }), item("box", "chest", "room:tower"),
    item("quiver", "arrow", "room:glade", { quantity: 3 }), item("lantern", "lamp", "char:cy"), item("purse", "coins", "item:chest", { quantity: 4 }),
  ];
}

export function startCharacters(): Character[] {
  return NAMES.map((name, index) => ({
    id: asId(name.toLowerCase()), name, role: "player", guest: false, room: asId(HOMES[index]!), coins: 20, settings: { aliases: {}, brief: true, mutedChannels: [] },
    quests: new Map(index === 0 ? [[asId("seen"), { state: "active" as const, step: 0, count: 0 }]] : []), position: "standing", health: 100, vigour: 100, playtimeS: 0,
    afk: null, lastTellFrom: null, following: null, linkDead: false, lastLine: null,
  }));
}

