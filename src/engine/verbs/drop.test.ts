import { expect, test } from "vitest";
import { aKind, aWorld } from "../../../test/support/transcript.ts";
import { MAX_ITEMS_PER_ROOM } from "../../limits.ts";

const kinds = [
  aKind("sword", { slot: "wielded" }), aKind("apple", { name: "an apple", stackable: true }), aKind("red_potion"), aKind("blue_potion"),
  aKind("seal", { quest: "oath" }), aKind("pin", { weightG: 0 }),
];

test("Ada drops a sword, and Ben sees it", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.person("Ben");
  world.item("sword", "char:ada");
  expect(world.as("Ada", "drop sword")).toEqual(["You drop a sword."]);
  expect(world.reads("Ben")).toEqual(["Ada drops a sword."]);
  expect(world.area.items.get("sword" as never)?.at).toBe("room:yard");
});

test("three of ten apples join those on the ground", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("apple", "char:ada", { quantity: 10 });
  world.item("apple", "yard", { id: "there" as never, quantity: 1 });
  expect(world.as("Ada", "drop 3 apples")).toEqual(["You drop three apples."]);
  expect(world.area.items.get("there" as never)?.quantity).toBe(4);
  expect(world.as("Ada", "drop 8 apples")).toEqual(["You have only seven apples."]);
  expect(world.last).toMatchObject({ kind: "refused", code: "not_enough" });
  expect(world.as("Ada", "drop 0 apples")).toEqual(["None? Then that is done."]);
});

test("all of a kind, then all; quest things may be dropped, worn things stay", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  for (const kind of ["red_potion", "blue_potion", "seal"]) world.item(kind, "char:ada");
  world.item("sword", "char:ada", { slot: "wielded" });
  expect(world.as("Ada", "drop all.potion")).toEqual(["You drop a red potion and a blue potion."]);
  expect(world.as("Ada", "drop all")).toEqual(["You drop a seal."]);
  expect(world.as("Ada", "drop all")).toEqual(["You are not carrying anything."]);
  expect(world.as("Ada", "drop sword")).toEqual(["You are wearing or holding the sword. Type remove first."]);
  expect(world.as("Ada", "drop shield")).toEqual(["You are not carrying any shield."]);
});

test("coins leave the purse for a heap on the ground, and are never more than there were", () => {
  const world = aWorld({ kinds });
  const ada = world.person("Ada", { coins: 30 });
  expect(world.as("Ada", "drop 10 coins")).toEqual(["You drop ten coins."]);
  expect(world.as("Ada", "drop a coin")).toEqual(["You drop a coin."]);
  expect(world.as("Ada", "drop coins")).toEqual(["How many? Type for example: drop 10 coins, or drop all coins."]);
  expect(world.as("Ada", "drop 20 coins")).toEqual(["You have only 19 coins."]);
  expect(world.as("Ada", "drop all coins")).toEqual(["You drop 19 coins."]);
  expect(world.as("Ada", "drop 1 coin")).toEqual(["You have no coins."]);
  expect(ada.coins).toBe(0);
  expect([...world.area.items.values()].map(({ kind, quantity }) => [kind, quantity])).toEqual([["coins", 30]]);
});

test("a full floor takes only what joins a heap; the floor counts as read", () => {
  const world = aWorld({ kinds });
  world.person("Ada", { coins: 5 });
  world.item("apple", "yard");
  for (let n = 1; n < MAX_ITEMS_PER_ROOM; n++) world.item("pin", "yard", { id: `pin${n}` as never });
  world.item("sword", "char:ada");
  world.item("apple", "char:ada", { id: "mine" as never });
  expect(world.as("Ada", "drop sword")).toEqual(["There is no room left on the ground here."]);
  expect(world.last).toMatchObject({ code: "room_full" });
  expect(world.as("Ada", "drop 5 coins")).toEqual(["There is no room left on the ground here."]);
  expect(world.as("Ada", "drop all")).toEqual(["You drop an apple.", "There is no room left on the ground here."]);
  expect(world.last?.kind === "accepted" && world.last.reads.has("holder:room:yard")).toBe(true);
});
