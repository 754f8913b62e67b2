import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Who } from "./who.ts";

let asked: number;
let world: { count: number; players: { name: string; guest: boolean }[] };

beforeEach(() => {
  asked = 0;
  world = { count: 1, players: [{ name: "Ada", guest: false }] };
  vi.useFakeTimers();
  vi.stubGlobal("document", { visibilityState: "visible" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => undefined });
  vi.stubGlobal("fetch", () => {
    asked += 1;
    return Promise.resolve(Response.json(world));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const comes = (name: string): void => {
  world = { count: world.count + 1, players: [...world.players, { name, guest: false }] };
};
const names = (who: Who): string[] | undefined => who.list.get()?.players.map(({ name }) => name);

test("whoever is read of and is not in the list is there soon, and not with the next look a quarter of a minute later", async () => {
  const who = new Who("Ada");
  const stop = who.watch();
  await vi.advanceTimersByTimeAsync(100);
  expect(names(who)).toEqual(["Ada"]);
  who.heardOf("ada");
  comes("Ben");
  who.heardOf("Ben");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(names(who)).toEqual(["Ada", "Ben"]);
  expect(asked).toBe(2);
  stop();
});

test("it is asked for early once between two looks, whoever is read of: somebody long gone, or a whole crowd that comes", async () => {
  const who = new Who("Ada");
  const stop = who.watch();
  await vi.advanceTimersByTimeAsync(100);
  for (let second = 0; second < 14; second += 1) {
    who.heardOf(`Visitor${second}`);
    await vi.advanceTimersByTimeAsync(1_000);
  }
  expect(asked).toBe(2);
  await vi.advanceTimersByTimeAsync(16_000);
  expect(asked, "the next regular one").toBe(3);
  who.heardOf("Cid");
  await vi.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(4);
  stop();
  who.heardOf("Dan");
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked, "nobody looks at it").toBe(4);
});

test("of thousands only some are listed: whoever is not among them is nothing to ask for", async () => {
  world = { count: 4_000, players: world.players };
  const who = new Who("Ada");
  const stop = who.watch();
  await vi.advanceTimersByTimeAsync(100);
  who.heardOf("Ben");
  await vi.advanceTimersByTimeAsync(5_000);
  expect(asked).toBe(1);
  stop();
});
