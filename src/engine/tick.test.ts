import { expect, test } from "vitest";
import { Seconds } from "../../test/support/seconds.ts";
import { aKind, aRoom, aWorld, NOON_MS, type TestWorld } from "../../test/support/transcript.ts";
import type { SpawnDef } from "./content.ts";
import { asId, type SpawnId } from "./ids.ts";
import { decideTick, nextTickMs } from "./tick.ts";
import { MAX_ITEMS_PER_ROOM } from "../limits.ts";

const HOUR_S = 150; // of the test world
const itemSpawn = (id: string, kind: string, more: Record<string, unknown> = {}): SpawnDef => ({
  id: asId(id), area: asId("here"), room: asId("yard"), what: { type: "item", kind: asId(kind) }, quantity: 1, in: null, respawnS: 60, ...(more as Partial<SpawnDef>),
});
const kinds = [
  aKind("sword"), aKind("apple", { name: "an apple", stackable: true }), aKind("pear"),
  aKind("chest", { fixed: true, container: { capacity: 2, closable: true, key: null, initially: "closed" } }),
  aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } }),
];

/** A yard where nothing has been made yet. */
function yard(spawns: SpawnDef[], more: Parameters<typeof aWorld>[0] = {}): TestWorld {
  const world = aWorld({ kinds, spawns, rooms: [aRoom("yard"), aRoom("hall", { indoors: true })], ...more });
  for (const spawn of spawns) world.area.spawns.set(spawn.id, { id: spawn.id, generation: 0, dueAtMs: 0 });
  return world;
}
const lying = (world: TestWorld, holder = "room:yard"): string[] => [...(world.area.contents.get(holder as never) ?? [])];
const spawnState = (world: TestWorld, id: string): { generation: number; dueAtMs: number | null } | undefined => world.area.spawns.get(asId<SpawnId>(id));

test("what is taken comes back after its time, under a new id and in a decision with a name", () => {
  const world = yard([itemSpawn("the_sword", "sword")]);
  world.person("Ada");
  const seconds = new Seconds(world);
  seconds.pass(1);
  expect(lying(world)).toEqual(["the_sword:1"]);
  expect(world.area.items.get(asId("the_sword:1"))).toMatchObject({ spawn: "the_sword", quantity: 1 });
  const made = seconds.decided[0]!;
  expect(made.deterministicId).toBe("spawn:the_sword:1");
  expect(made.events).toEqual([{ type: "item-created", item: expect.objectContaining({ id: "the_sword:1" }) as never, cause: "spawn" }, { type: "spawn-changed", spawn: "the_sword", generation: 1, dueAtMs: null }]);
  expect([...made.reads]).toEqual(expect.arrayContaining(["holder:room:yard", "spawn:the_sword"]));

  seconds.pass(100);
  expect(lying(world), "it is there: no other comes").toEqual(["the_sword:1"]);
  world.as("Ada", "get sword");
  const takenMs = world.nowMs;
  expect(spawnState(world, "the_sword")).toMatchObject({ generation: 1, dueAtMs: takenMs + 60_000 });
  seconds.pass(59);
  expect(lying(world)).toEqual([]);
  seconds.pass(1);
  expect(lying(world)).toEqual(["the_sword:2"]);
  expect(world.area.items.get(asId("the_sword:1"))?.spawn, "the taken one is nobody's spawn").toBeNull();
});

test("after a long sleep it is there at once, and only once", () => {
  const world = yard([itemSpawn("the_sword", "sword")]);
  world.person("Ada");
  const seconds = new Seconds(world);
  seconds.pass(1);
  world.as("Ada", "get sword");
  seconds.sleep(100_000);
  seconds.tick();
  expect(lying(world)).toEqual(["the_sword:2"]);
});

test("a chest comes closed and full, in one decision; what it holds comes back into it", () => {
  const world = yard([itemSpawn("box", "chest", { respawnS: null }), itemSpawn("in_box", "sword", { in: "box" }), itemSpawn("fruit", "apple", { in: "box", quantity: 7 })]);
  world.person("Ada");
  const seconds = new Seconds(world);
  seconds.pass(1);
  expect(world.area.items.get(asId("box:1"))).toMatchObject({ open: false, locked: false });
  expect(lying(world, "item:box:1")).toEqual(["in_box:1", "fruit:1"]);
  expect(world.area.items.get(asId("fruit:1"))?.quantity).toBe(7);
  world.area.items.get(asId("box:1"))!.open = true;
  world.as("Ada", "get sword from chest");
  seconds.pass(61);
  expect(lying(world, "item:box:1")).toEqual(["fruit:1", "in_box:2"]);
  expect([...seconds.decided.at(-1)!.reads], "that the chest is there was looked at").toContain("item:box:1");
});

test("what belongs into a container that is gone lies on the ground", () => {
  const world = yard([itemSpawn("sack", "bag", { respawnS: null }), itemSpawn("in_sack", "sword", { in: "sack" })]);
  world.person("Ada");
  const seconds = new Seconds(world);
  seconds.pass(1);
  world.as("Ada", "get bag");
  expect(spawnState(world, "in_sack")?.dueAtMs, "the sword left with the bag").toBe(world.nowMs + 60_000);
  seconds.pass(60);
  expect(lying(world)).toEqual(["in_sack:2"]);
  expect(spawnState(world, "sack"), "the bag exists once").toMatchObject({ generation: 1, dueAtMs: null });
});

test("several that do not stack: only the missing are made, and taking one does not put the others off", () => {
  const world = yard([itemSpawn("pears", "pear", { quantity: 3 })]);
  world.person("Ada");
  const seconds = new Seconds(world);
  seconds.pass(1);
  expect(lying(world)).toEqual(["pears:1", "pears:1:2", "pears:1:3"]);
  world.as("Ada", "get pear");
  seconds.pass(40);
  world.as("Ada", "get pear");
  seconds.pass(20);
  expect(lying(world)).toEqual(["pears:1:3", "pears:2", "pears:2:2"]);
  world.as("Ada", "get all");
  const changes = world.last?.kind === "accepted" ? world.last.events.filter((event) => event.type === "spawn-changed") : [];
  expect(changes.length, "one word to the spawn, not three").toBe(1);
});

test("a full floor makes it wait, without a word to the database", () => {
  const world = yard([itemSpawn("the_sword", "sword"), itemSpawn("box", "chest"), itemSpawn("in_box", "sword", { in: "box" })]);
  world.person("Ada");
  for (let n = 0; n < MAX_ITEMS_PER_ROOM; n++) world.item("pear", "yard", { id: asId(`pear${n}`) });
  const seconds = new Seconds(world);
  seconds.pass(5);
  expect(seconds.decided.flatMap((decision) => decision.events)).toEqual([]);
  world.as("Ada", "get pear");
  seconds.pass(1);
  expect(lying(world)).toContain("the_sword:1");
  expect(lying(world)).not.toContain("box:1");
  world.as("Ada", "get pear");
  seconds.pass(1);
  expect(lying(world, "item:box:1")).toEqual(["in_box:1"]);
});

test("a container that is full makes it wait too", () => {
  const world = yard([itemSpawn("box", "chest"), itemSpawn("in_box", "sword", { in: "box" })]);
  world.person("Ada");
  const seconds = new Seconds(world);
  seconds.pass(1);
  world.area.items.get(asId("box:1"))!.open = true;
  world.as("Ada", "get sword from chest");
  world.item("pear", "item:box:1", { id: asId("p1") });
  world.item("pear", "item:box:1", { id: asId("p2") });
  seconds.pass(100);
  expect(lying(world, "item:box:1")).toEqual(["p1", "p2"]);
  world.as("Ada", "get pear from chest");
  seconds.pass(1);
  expect(lying(world, "item:box:1")).toEqual(["p2", "in_box:2"]);
});

test("the sky is told to those outdoors and awake: each phase once, the weather as it turns", () => {
  const world = yard([]);
  world.person("Ada");
  world.person("Ben", { room: asId("hall") });
  world.person("Cal", { position: "sleeping" });
  const seconds = new Seconds(world);
  seconds.pass(24 * HOUR_S);
  expect(world.reads("Ada")).toEqual(["The light is fading. Dusk settles in.", "Night has fallen.", "The sky grows pale. A new day is dawning.", "Full daylight spreads over the land."]);
  world.weather = "storm";
  seconds.pass(1);
  world.weather = "rain";
  seconds.pass(10);
  world.weather = "clear";
  seconds.pass(10);
  expect(world.reads("Ada")).toEqual(["Thunder rolls. A storm is breaking.", "The storm has spent itself.", "Rain begins to fall.", "The rain stops.", "The sky is clear."]);
  expect(world.reads("Ben")).toEqual([]);
  expect(world.reads("Cal")).toEqual([]);

  world.weather = "snow";
  seconds.sleep(12 * HOUR_S);
  seconds.tick();
  expect(world.reads("Ada"), "after a sleep this is no news").toEqual([]);
});

test("ambience: about as often as it is meant to be, apart by twenty seconds at least, where somebody is awake", () => {
  const world = yard([], { rooms: [aRoom("yard", { ambience: [{ text: "Leaves rustle." }] }), aRoom("hall", { indoors: true })] });
  const gulls = [{ text: "Gulls cry." }, { text: "Rain drums on the roofs.", weathers: ["rain" as const] }, { text: "An owl calls.", phases: ["night" as const] }];
  Object.assign(world.area, { def: { ...world.area.def, ambience: gulls, ambienceEveryS: 30 } });
  world.person("Ada");
  const ben = world.person("Ben", { room: asId("hall"), position: "sleeping" });
  const seconds = new Seconds(world);
  const times: number[] = [];
  seconds.pass(900, () => { for (const line of world.reads("Ada")) if (/Gulls|Leaves/.test(line)) times.push(world.nowMs); else expect(line).not.toMatch(/Rain|owl/); });
  expect(times.length).toBeGreaterThan(20);
  expect(times.length).toBeLessThan(40);
  for (let n = 1; n < times.length; n++) expect(times[n]! - times[n - 1]!).toBeGreaterThanOrEqual(20_000);
  expect(world.reads("Ben")).toEqual([]);

  ben.position = "standing";
  world.weather = "rain";
  seconds.pass(900);
  const heard = world.reads("Ben");
  expect(heard, "he is awake now").toContain("Gulls cry.");
  expect(heard, "but indoors, and sees no rain").not.toContain("Rain drums on the roofs.");
});

test("vigour ebbs awake to its floor, returns at rest; wounds heal; each looked at twice a minute at most", () => {
  const world = yard([]);
  const ada = world.person("Ada", { health: 90 });
  const ben = world.person("Ben", { vigour: 12 });
  const cal = world.person("Cal", { vigour: 20, position: "resting" });
  const dot = world.person("Dot", { vigour: 20, position: "sleeping" });
  const eve = world.person("Eve", { linkDead: true });
  const seconds = new Seconds(world);
  seconds.tick();
  seconds.pass(600);
  expect(ada).toMatchObject({ health: 100, vigour: 95 });
  expect(ben.vigour).toBe(10);
  expect(cal.vigour).toBe(40);
  expect(dot.vigour).toBe(60);
  expect(eve.vigour).toBe(100);
  const ofAda = seconds.decided.flatMap((decision) => decision.events.filter((event) => event.type === "vitals-changed" && event.character === "ada"));
  expect(ofAda.length).toBeLessThanOrEqual(20);
  seconds.sleep(100_000);
  seconds.tick();
  expect(dot.vigour, "a pause heals nobody in one go").toBeLessThanOrEqual(68);
});

test("a tick in which nothing happens decides nothing, and deciding changes nothing", () => {
  const world = yard([itemSpawn("the_sword", "sword")]);
  world.person("Ada");
  const before = structuredClone({ items: [...world.area.items], spawns: [...world.area.spawns] });
  const first = decideTick(world.area, world.ctx, null);
  expect(first.decisions.length).toBe(1);
  expect({ items: [...world.area.items], spawns: [...world.area.spawns] }).toEqual(before);
  for (const decision of first.decisions) world.take(decision);
  world.nowMs += 1000;
  expect(decideTick(world.area, world.ctx, first.state).decisions).toEqual([]);
});

test("when the next tick is wanted", () => {
  const world = yard([itemSpawn("the_sword", "sword"), itemSpawn("other", "sword")]);
  const spawns = world.area.spawns;
  expect(nextTickMs(world.area, NOON_MS), "what is overdue waits for somebody to come").toBeNull();
  spawns.set(asId("the_sword"), { id: asId("the_sword"), generation: 1, dueAtMs: NOON_MS + 7000 });
  spawns.set(asId("other"), { id: asId("other"), generation: 1, dueAtMs: NOON_MS + 9000 });
  expect(nextTickMs(world.area, NOON_MS)).toBe(NOON_MS + 7000);
  world.person("Ada");
  expect(nextTickMs(world.area, NOON_MS)).toBe(NOON_MS + 1000);
});
