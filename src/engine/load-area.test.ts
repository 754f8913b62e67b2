import { expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld } from "../../test/support/transcript.ts";
import type { ContentIndex, SpawnDef } from "./content.ts";
import { asId, type SpawnId } from "./ids.ts";
import { checkInvariants } from "./invariants.ts";
import { loadAreaState, type AreaRows } from "./load-area.ts";
import type { Item } from "./world.ts";

const spawn = (id: string, what: SpawnDef["what"], more: Record<string, unknown> = {}): SpawnDef => ({ id: asId(id), area: asId("here"), room: asId("yard"), what, quantity: 1, in: null, respawnS: 60, ...(more as Partial<SpawnDef>) });
const thing = (kind: string): SpawnDef["what"] => ({ type: "item", kind: asId(kind) });
const cats = spawn("cats", { type: "npc", kind: asId("cat") }, { quantity: 2 });
const sword = spawn("the_sword", thing("sword"));
const relic = spawn("relic", thing("sword"), { respawnS: null });
const elsewhere = spawn("far_sword", thing("sword"), { area: asId("there"), room: asId("far") });

const content: ContentIndex = aWorld({
  rooms: [aRoom("yard", { exits: [anExit("north", "lane", { door: "gate" })] }), aRoom("lane"), aRoom("far", { area: "there" })],
  kinds: [aKind("sword"), aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } })], npcs: [anNpcKind("cat")], spawns: [],
  content: {
    doors: new Map([[asId("gate"), { id: asId("gate"), name: "a gate", keywords: ["gate"], key: null, initially: "open" as const }]]),
    spawns: new Map([cats, sword, relic, elsewhere].map((def) => [def.id, def])),
  },
}).content;
const def = content.areas.get(asId("here"))!;
const item = (id: string, at: string, more: Partial<Item> = {}): Item => ({ id: asId(id), kind: asId("sword"), at: at as never, slot: null, quantity: 1, charges: null, open: true, locked: false, lit: false, spawn: null, ...more });
const load = (rows: Partial<AreaRows>): ReturnType<typeof loadAreaState> => {
  const area = loadAreaState(def, content, { items: [], doors: [], spawns: [], npcs: [], ...rows });
  checkInvariants(area);
  return area;
};

test("without rows: everybody at home, doors as the files say, everything due", () => {
  const area = load({});
  expect([...area.npcs.values()].map((npc) => [npc.id, npc.room, npc.goneUntilMs])).toEqual([["cats#1", "yard", null], ["cats#2", "yard", null]]);
  expect(area.doors.get(asId("gate"))).toEqual({ id: "gate", open: true, locked: false });
  expect([...area.spawns.values()]).toEqual([{ id: "the_sword", generation: 0, dueAtMs: 0 }, { id: "relic", generation: 0, dueAtMs: 0 }]);
});

test("rows win: where NPCs stood, what doors were, when things are due", () => {
  const area = load({
    npcs: [{ id: asId("cats#1"), room: asId("lane"), goneUntilMs: null }, { id: asId("cats#2"), room: asId("far"), goneUntilMs: 99 }, { id: asId("dogs#1"), room: asId("yard"), goneUntilMs: null }],
    doors: [{ id: asId("gate"), open: false, locked: true }, { id: asId("old_door"), open: true, locked: false }],
    spawns: [{ id: asId("the_sword"), generation: 4, dueAtMs: 123 }, { id: asId("relic"), generation: 1, dueAtMs: null }],
  });
  expect([...area.npcs.values()].map((npc) => [npc.id, npc.room, npc.goneUntilMs])).toEqual([["cats#1", "lane", null], ["cats#2", "yard", 99]]);
  expect(area.rooms.get(asId("yard"))?.npcs.size, "who is gone is not in the room").toBe(0);
  expect([...area.doors.values()]).toEqual([{ id: "gate", open: false, locked: true }]);
  expect([...area.spawns.values()]).toEqual([{ id: "the_sword", generation: 4, dueAtMs: 123 }, { id: "relic", generation: 1, dueAtMs: null }]);
  expect(load({ doors: [{ id: asId("gate"), open: true, locked: true }] }).doors.get(asId("gate"))).toMatchObject({ open: true, locked: false });
});

test("items, nested; a mark of a spawn that is not here is taken off", () => {
  const area = load({ items: [
    item("in_bag", "item:bag"), item("bag", "room:yard", { kind: asId("bag") }), item("second_hand", "npc:cats#1"),
    item("the_sword:1", "room:yard", { spawn: asId<SpawnId>("the_sword") }), item("old", "room:lane", { spawn: asId<SpawnId>("no_such") }), item("far", "room:lane", { spawn: asId<SpawnId>("far_sword") }),
  ] });
  expect([...area.contents]).toEqual([["item:bag", new Set(["in_bag"])], ["room:yard", new Set(["bag", "the_sword:1"])], ["npc:cats#1", new Set(["second_hand"])], ["room:lane", new Set(["old", "far"])]]);
  expect([...area.items.values()].filter((each) => each.spawn !== null).map((each) => each.id)).toEqual(["the_sword:1"]);
});

test("things of a kind that the world no longer has are not met, nor what is in them", () => {
  const area = load({ items: [item("odd", "room:yard", { kind: asId("gone") }), item("in_odd", "item:odd"), item("lost", "room:nowhere"), item("mine", "char:ada")] });
  expect(area.items.size).toBe(0);
});

test("what may come again and is nowhere to be seen is due; what comes once is not", () => {
  const rows = [{ id: sword.id, generation: 3, dueAtMs: null }, { id: relic.id, generation: 1, dueAtMs: null }];
  expect(load({ spawns: rows }).spawns.get(sword.id)).toEqual({ id: "the_sword", generation: 3, dueAtMs: 0 });
  expect(load({ spawns: rows }).spawns.get(relic.id)?.dueAtMs).toBeNull();
  expect(load({ spawns: rows, items: [item("the_sword:3", "room:yard", { spawn: sword.id })] }).spawns.get(sword.id)?.dueAtMs).toBeNull();
});
