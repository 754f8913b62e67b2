import { expect, test, vi } from "vitest";
import type { Response, WorldView } from "../../sdk/index.ts";
import type { MapBook } from "./map-book.ts";
import { Store } from "./store.ts";
import { Walker } from "./walker.ts";

const room = (id: string, ways: Record<string, string>) =>
  [id, { id, title: id, area: "", areaName: "", at: { x: 0, y: 0, z: 0 }, exits: Object.entries(ways).map(([name, to]) => ({ name, to, title: to, door: "" as const })) }] as const;
const rooms = new Map([room("a", { east: "b" }), room("b", { east: "c", west: "a" }), room("c", { west: "b", up: "d" })]);
const standing = (id: string): WorldView => ({ room: { id } }) as WorldView;

function aWalker(answer: (command: string) => Partial<Response> = () => ({ status: "ok" })) {
  const view = new Store(standing("a"));
  const typed: string[] = [];
  const notes: string[] = [];
  const walker = new Walker({
    map: { rooms: new Store(rooms) } as unknown as MapBook, view, note: (text) => notes.push(text),
    command: async (command) => {
      typed.push(command);
      return await Promise.resolve(answer(command) as Response);
    },
  });
  return { walker, view, typed, notes };
}

test("it walks step by step, the next one when the room of the last is there, and then on", async () => {
  const { walker, view, typed, notes } = aWalker();
  const walk = walker.walkTo("c", "up");
  expect(walker.goal.get()).toBe("c");
  await vi.waitFor(() => expect(typed).toEqual(["east"]));
  view.set(standing("b"));
  await vi.waitFor(() => expect(typed).toEqual(["east", "east"]));
  view.set(standing("c"));
  await walk;
  expect(typed).toEqual(["east", "east", "up"]);
  expect([walker.goal.get(), notes]).toEqual([undefined, []]);
});

test("a refusal ends the walk, as does somebody who says stop", async () => {
  const refused = aWalker(() => ({ status: "refused" }));
  await refused.walker.walkTo("c");
  expect(refused.notes).toEqual(["You stop on the way to c."]);
  const stopped = aWalker();
  const walk = stopped.walker.walkTo("c");
  await vi.waitFor(() => expect(stopped.typed).toEqual(["east"]));
  stopped.walker.stop();
  await walk;
  expect([stopped.typed, stopped.notes]).toEqual([["east"], []]);
  await stopped.walker.walkTo("nowhere");
  expect(stopped.notes).toEqual(["You know no way to nowhere from here."]);
});
