import { Encoder, Reflection, schema, t } from "@colyseus/schema";
import { expect, test } from "vitest";
import { readView } from "./view.ts";

const Exit = schema({ name: t.string(), to: t.string(), to_title: t.string(), door: t.string(), door_name: t.string() }, "Exit");
const Npc = schema({ id: t.string(), name: t.string(), kind: t.string() }, "Npc");
const Room = schema({ id: t.string(), title: t.string(), dark: t.boolean(), placed: t.boolean(), x: t.int32(), y: t.int32(), exits: t.array(Exit), npcs: t.map(Npc) }, "Room");
const Item = schema({ id: t.string(), name: t.string(), quantity: t.number(), slot: t.string(), in: t.string() }, "Item");
const Self = schema({ id: t.string(), room_id: t.string(), health: t.number(), items: t.map(Item) }, "Self");
const Clock = schema({ year: t.number(), weekday: t.string(), hour: t.number() }, "Clock");
const World = schema({ area: t.string(), weather: t.string(), clock: t.ref(Clock), rooms: t.map(Room), selves: t.map(Self) }, "World");

/** The state as a client gets it: through reflection, with no class of the server. */
function reflected(world: InstanceType<typeof World>): unknown {
  const encoder = new Encoder(world);
  const decoder = Reflection.decode(Reflection.encode(encoder));
  decoder.decode(encoder.encodeAll());
  return decoder.state;
}

test("a reflected state becomes a plain snapshot of the own room and self", () => {
  const world = new World();
  world.area = "town";
  world.weather = "rain";
  world.clock = new Clock().assign({ year: 3, weekday: "Moonday", hour: 7 });
  const square = new Room().assign({ id: "square", title: "Square", dark: false, placed: true, x: -2, y: 1 });
  square.exits.push(new Exit().assign({ name: "north", to: "gate", to_title: "Gate", door: "closed", door_name: "gate" }));
  square.npcs.set("n1", new Npc().assign({ id: "n1", name: "a baker", kind: "person" }));
  world.rooms.set("gate", new Room().assign({ id: "gate", title: "Gate" }));
  world.rooms.set("square", square);
  const self = new Self().assign({ id: "ann", room_id: "square", health: 17 });
  self.items.set("i1", new Item().assign({ id: "i1", name: "a lamp", quantity: 1, slot: "hand", in: "" }));
  world.selves.set("ann", self);

  const view = readView(reflected(world));
  expect(view).toMatchObject({ area: "town", weather: "rain", clock: { year: 3, weekday: "Moonday", hour: 7, minute: 0 } });
  expect(view.room).toEqual({
    id: "square", title: "Square", description: "", dark: false, at: { x: -2, y: 1, z: 0 }, characters: [], items: [],
    exits: [{ name: "north", to: "gate", to_title: "Gate", door: "closed", door_name: "gate" }],
    npcs: [{ id: "n1", name: "a baker", word: "", kind: "person" }],
  });
  expect(view.self).toMatchObject({ id: "ann", health: 17, coins: 0, quests: [], items: [{ name: "a lamp", slot: "hand" }] });
});

test("nothing, or nonsense, reads as empty", () => {
  for (const state of [undefined, null, {}, { rooms: 7, selves: { values: () => 3 }, clock: "noon" }]) {
    expect(readView(state)).toEqual({ area: "", area_name: "", clock: null, weather: "", room: null, self: null });
  }
});
