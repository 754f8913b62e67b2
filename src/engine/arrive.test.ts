import { expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld } from "../../test/support/transcript.ts";
import { decideArrival, type Arrival } from "./arrive.ts";
import type { QuestDef } from "./content.ts";
import type { Accepted } from "./decision.ts";
import { decideDeparture, decideLink } from "./depart.ts";
import { asId, type QuestId } from "./ids.ts";
import type { Character, Item } from "./world.ts";

const kinds = [aKind("lantern", { light: true }), aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } }), aKind("apple", { name: "an apple" })];
const rooms = [aRoom("yard", { exits: [anExit("north", "lane")] }), aRoom("cave", { indoors: true, dark: true }), aRoom("lane")];
const visit: QuestDef = {
  id: asId("go"), name: "A Walk", summary: "", giver: asId("nobody"), requires: [], startGives: [], doneText: "There you are.", rewards: { coins: 5, items: [{ kind: asId("apple"), quantity: 1 }] },
  steps: [{ id: "go", text: "Go to the yard.", trigger: { type: "visit", room: asId("yard") }, doneText: null, gives: [] }],
};

const someone = (name: string, more: Partial<Character> = {}): Character => ({
  id: asId(name.toLowerCase()), name, role: "player", guest: false, room: asId("yard"), coins: 0, quests: new Map(), settings: { aliases: {}, brief: false, mutedChannels: [] },
  position: "standing", health: 100, vigour: 100, playtimeS: 0, afk: null, lastTellFrom: null, following: null, linkDead: false, lastLine: null, ...more,
});
const item = (kind: string, at: string, more: Partial<Item> = {}): Item => ({ id: asId(kind), kind: asId(kind), at: at as never, slot: null, quantity: 1, charges: null, open: true, locked: false, lit: false, spawn: null, ...more });

function arrive(world: TestWorld, how: Arrival, character: Character, items: Item[] = []): string[] {
  const decision = decideArrival(world.area, character, items, how, world.ctx);
  expect(world.area.characters.has(character.id), "deciding changes nothing").toBe(false);
  world.take(decision);
  return toActor(decision);
}
const toActor = (decision: Accepted): string[] => decision.messages.filter((message) => message.audience.to === "actor").map((message) => message.key);
const here = (quests: QuestDef[] = []): TestWorld => {
  const world = aWorld({ kinds, rooms, quests });
  world.person("Ben");
  return world;
};

test("a login: others see somebody wake, the arriver is welcomed and sees the room and who is there", () => {
  const world = here();
  expect(arrive(world, { kind: "login" }, someone("Ann", { position: "sleeping", afk: "tea", linkDead: true, settings: { aliases: {}, brief: true, mutedChannels: [] } }))).toEqual(["prose", "look.title", "prose", "look.exits", "look.person"]);
  expect(world.last?.messages[0]).toMatchObject({ type: "system", params: { text: "Welcome." } });
  expect(world.reads("Ben")).toEqual(["Ann wakes up and looks around."]);
  expect(world.area.characters.get(asId("ann"))).toMatchObject({ position: "standing", linkDead: false, afk: null });
  expect(world.last).toMatchObject({ events: [{ type: "character-entered" }, { type: "position-changed", position: "standing" }] });
});

test("on foot from another area, with brief honoured", () => {
  const world = here();
  expect(arrive(world, { kind: "walk", from: "the north" }, someone("Ann"))).toEqual(["look.title", "prose", "look.exits", "look.person"]);
  expect(arrive(world, { kind: "walk", from: "" }, someone("Cal", { settings: { aliases: {}, brief: true, mutedChannels: [] } }))[1]).toBe("look.exits");
  expect(world.reads("Ben")).toEqual(["Ann arrives from the north.", "Cal arrives."]);
});

test("a resume is silent, and keeps the position", () => {
  const world = here([visit]);
  expect(arrive(world, { kind: "resume" }, someone("Ann", { position: "resting", quests: new Map([[visit.id, { state: "active", step: 0, count: 0 }]]) }))).toEqual([]);
  expect(world.reads("Ben")).toEqual([]);
  expect(world.area.characters.get(asId("ann"))?.position).toBe("resting");
});

test("what is brought along comes along, nested; what the world no longer knows stays in its row", () => {
  const world = here();
  arrive(world, { kind: "login" }, someone("Ann"), [item("bag", "char:ann"), item("apple", "item:bag"), item("relic", "char:ann"), item("lantern", "item:relic")]);
  expect(world.carries("Ann")).toEqual(["bag"]);
  expect([...world.area.items.keys()]).toEqual(["bag", "apple"]);
});

test("a lantern in the hand lights the cave one comes into; without it one sees nothing and is not seen", () => {
  const world = here();
  world.as("Ben", "say off");
  world.area.rooms.get(asId("yard"))!.characters.delete(asId("ben"));
  world.area.rooms.get(asId("cave"))!.characters.add(asId("ben"));
  world.area.characters.get(asId("ben"))!.room = asId("cave");
  expect(arrive(world, { kind: "walk", from: "above" }, someone("Cal", { room: asId("cave") }))).toEqual(["look.dark", "look.no_exits"]);
  expect(world.reads("Ben").at(-1)).toBe("Someone arrives from above.");
  expect(world.last?.messages[0]?.sender).toBeUndefined();
  expect(arrive(world, { kind: "walk", from: "above" }, someone("Ann", { room: asId("cave") }), [item("lantern", "char:ann", { lit: true })])[0]).toBe("look.title");
  expect(world.reads("Ben")).toEqual(["Ann arrives from above."]);
});

test("an arrival does the visit of a quest, durably, after the character has come", () => {
  const world = here([visit]);
  const active = new Map<QuestId, { state: "active"; step: number; count: number }>([[visit.id, { state: "active", step: 0, count: 0 }]]);
  const keys = arrive(world, { kind: "walk", from: "" }, someone("Ann", { quests: active }), [item("bag", "char:ann")]);
  expect(keys.slice(-3)).toEqual(["quest.done", "quest.receive", "quest.receive"]);
  expect(world.last?.kind === "accepted" && world.last.events.map((event) => event.type)).toEqual(["character-entered", "quest-changed", "coins-changed", "item-created"]);
  expect(world.area.characters.get(asId("ann"))?.coins).toBe(5);
  expect(world.carries("Ann")).toEqual(["bag", "made1"]);
});

test("deciding again from the same rows decides the same", () => {
  const world = here([visit]);
  const ann = someone("Ann", { position: "sleeping", quests: new Map([[visit.id, { state: "active", step: 0, count: 0 }]]) });
  const first = decideArrival(world.area, ann, [], { kind: "login" }, world.ctx);
  const second = decideArrival(world.area, ann, [], { kind: "login" }, world.ctx);
  expect(second.messages).toEqual(first.messages);
  expect(second.events.length).toBe(first.events.length);
});

test("a departure: a line to the room, and then gone with all one carries", () => {
  for (const why of ["quit", "link-dead", "shutdown", "replaced"] as const) {
    const world = here();
    arrive(world, { kind: "login" }, someone("Ann"), [item("bag", "char:ann"), item("apple", "item:bag")]);
    world.reads("Ben");
    const decision = decideDeparture(world.area, asId("ann"), why, world.ctx);
    expect(decision.events.at(-1)).toEqual({ type: "character-withdrew", character: "ann" });
    world.take(decision);
    expect(world.reads("Ben")).toEqual([expect.stringMatching(/^Ann\b/)]);
    expect(world.area.characters.has(asId("ann"))).toBe(false);
    expect(world.area.items.size).toBe(0);
  }
});

test("a connection goes and comes back: said once each", () => {
  const world = here();
  world.person("Ann");
  world.take(decideLink(world.area, asId("ann"), true, world.ctx));
  expect(world.area.characters.get(asId("ann"))?.linkDead).toBe(true);
  world.take(decideLink(world.area, asId("ann"), true, world.ctx));
  world.take(decideLink(world.area, asId("ann"), false, world.ctx));
  expect(decideLink(world.area, asId("ann"), false, world.ctx).events).toEqual([]);
  expect(world.reads("Ben")).toEqual(["Ann stops and stares into nothing.", "Ann is with you again."]);
  expect(world.reads("Ann"), "nobody is told of themselves").toEqual([]);
});
