import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ExitView, RoomView, WorldView } from "../../sdk/index.ts";
import { MapBook, pathTo, stepsFrom, unexplored } from "./map-book.ts";

/** A small town: the square with a market to the north and a shed that the world does not place; under it a cellar, dark. */
const WAYS: Readonly<Record<string, readonly [string, string, ExitView["door"]?][]>> = {
  square: [["north", "market"], ["east", "shed", "closed"], ["down", "cellar", "locked"]],
  market: [["south", "square"], ["ladder", "loft"]],
  shed: [["west", "square"]],
  loft: [["ladder", "market"]],
};
const AT: Readonly<Record<string, RoomView["at"]>> = { square: { x: 0, y: 0, z: 0 }, market: { x: 0, y: 1, z: 0 } };

function standing(id: string, { dark = false } = {}): WorldView {
  const exits = (WAYS[id] ?? []).map(([name, to, door = ""]) => ({ name, to: dark ? "" : to, to_title: dark ? "" : to.toUpperCase(), door, door_name: "" }));
  const room: RoomView = { id, title: dark ? "Darkness" : id.toUpperCase(), description: "", dark, at: AT[id] ?? null, exits, characters: [], npcs: [], items: [] };
  return { area: "town", area_name: "Town", clock: null, weather: "", room, self: null };
}

const kept = new Map<string, string>();
beforeEach(() => vi.stubGlobal("localStorage", { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => kept.set(key, value) }));
afterEach(() => {
  vi.unstubAllGlobals();
  kept.clear();
});

function walked(...rooms: string[]): MapBook {
  const book = new MapBook("Ann");
  for (const room of rooms) book.see(standing(room));
  return book;
}

test("a map grows with each room seen, knows what is not explored, and is found again by the same character alone", () => {
  const book = walked("square", "market");
  const rooms = book.rooms.get();
  expect([...rooms.keys()]).toEqual(["square", "market"]);
  expect(unexplored(rooms.get("square")!, rooms).map(({ name }) => name)).toEqual(["east", "down"]);
  expect([...new MapBook("ann").rooms.get().keys()]).toEqual(["square", "market"]);
  expect(new MapBook("ben").rooms.get().size).toBe(0);
});

test("a room that the world does not place lies where the way into it leads, or the next free place that way", () => {
  expect(walked("square", "shed").rooms.get().get("shed")?.at).toEqual({ x: 1, y: 0, z: 0 });
  const crowded = walked("square", "market", "loft");
  expect(crowded.rooms.get().get("loft")?.at).toEqual({ x: 1, y: 1, z: 0 });
});

test("ways are found by steps that were seen; a locked door is none", () => {
  const rooms = walked("square", "market", "loft", "market", "square", "shed").rooms.get();
  expect(pathTo(rooms, "shed", "loft")).toEqual([{ exit: "west", room: "square" }, { exit: "north", room: "market" }, { exit: "ladder", room: "loft" }]);
  expect(pathTo(rooms, "square", "square")).toEqual([]);
  expect(pathTo(rooms, "square", "cellar")).toBeUndefined();
  expect(stepsFrom(rooms, "shed").map(({ room, steps }) => `${room.id} ${steps}`)).toEqual(["shed 0", "square 1", "market 2", "loft 3"]);
});

test("the dark forgets nothing", () => {
  const book = walked("square");
  book.see(standing("square", { dark: true }));
  expect(book.rooms.get().get("square")).toMatchObject({ title: "SQUARE", exits: [{ name: "north", to: "market", title: "MARKET" }, {}, {}] });
});

test("what lies in the storage is not trusted", () => {
  for (const junk of ["7", "{", `[{"id":"a"}]`, `[{"id":"a","title":"A","area":"t","areaName":"T","at":{"x":"1"},"exits":[]}]`]) {
    kept.set("waystone.map.ann", junk);
    expect(new MapBook("ann").rooms.get().size).toBe(0);
  }
});
