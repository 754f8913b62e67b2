import { expect, test } from "vitest";
import { aKind, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { MAX_CONTAINER_DEPTH } from "../../limits.ts";

const box = (capacity: number): Record<string, unknown> => ({ container: { capacity, closable: true, key: null, initially: "open" }, weightG: 100 });
const kinds = [aKind("bag", box(2)), aKind("chest", { ...box(10), fixed: true }), aKind("bread", { name: "some bread", plural: "loaves of bread", stackable: true }), aKind("sword"), aKind("stone")];

function withBag(): TestWorld {
  const world = aWorld({ kinds });
  world.person("Ada", { coins: 20 });
  world.person("Ben");
  world.item("bag", "char:ada");
  return world;
}

test("Ada puts bread into her bag, with or without the preposition", () => {
  const world = withBag();
  world.item("bread", "char:ada", { quantity: 5 });
  expect(world.as("Ada", "put one bread in the bag")).toEqual(["You put some bread into the bag."]);
  expect(world.reads("Ben")).toEqual(["Ada puts some bread into the bag."]);
  expect(world.as("Ada", "put 2 bread bag")).toEqual(["You put two loaves of bread into the bag."]);
  expect(world.as("Ada", "put all.bread bag")).toEqual(["You put two loaves of bread into the bag."]);
  expect([...world.area.contents.get("item:bag") ?? []].map((id) => world.area.items.get(id)?.quantity)).toEqual([5]);
});

test("a bag holds no more than it holds, and everything but itself goes in with all", () => {
  const world = withBag();
  world.item("sword", "char:ada");
  world.item("stone", "char:ada");
  world.item("bread", "char:ada");
  expect(world.as("Ada", "put all in bag")).toEqual(["You put a sword and a stone into the bag.", "There is no room left in the bag."]);
  expect(world.as("Ada", "put bread in bag")).toEqual(["There is no room left in the bag."]);
  expect(world.last).toMatchObject({ code: "container_full" });
});

test("its capacity counts as read, so that two hands cannot both take the last place", () => {
  const world = withBag();
  world.item("sword", "char:ada");
  world.as("Ada", "put sword in bag");
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["holder:item:bag", "item:bag", "item:sword"]));
});

test("not into itself, not into what is closed, not into a stone", () => {
  const world = withBag();
  world.item("stone", "char:ada");
  expect(world.as("Ada", "put bag in bag")).toEqual(["The bag will not go into itself."]);
  expect(world.as("Ada", "put bag in stone")).toEqual(["You cannot put things into the stone."]);
  world.area.items.get("bag" as never)!.open = false;
  expect(world.as("Ada", "put stone in bag")).toEqual(["The bag is closed."]);
  expect(world.as("Ada", "put stone")).toEqual(["Put it into what? Type for example: put bread in bag."]);
  expect(world.as("Ada", "put stone in sack")).toEqual(["You see no sack here."]);
});

test("containers in containers, so deep and no deeper", () => {
  const world = withBag();
  world.item("chest", "yard");
  for (let n = 2; n <= MAX_CONTAINER_DEPTH; n++) world.item("bag", "char:ada", { id: `bag${n}` as never });
  for (let n = 2; n < MAX_CONTAINER_DEPTH; n++) world.as("Ada", "put 1.bag in 2.bag");
  world.as("Ada", "put 1.bag in 2.bag");
  expect(world.carries("Ada")).toEqual([`bag${MAX_CONTAINER_DEPTH}`]);
  expect(world.as("Ada", "put bag in chest")).toEqual(["There are too many containers inside each other already; the bag will not go in."]);
  expect(world.last).toMatchObject({ code: "too_deep" });
});

test("coins in a bag are a heap with a weight; a purse takes them back", () => {
  const world = withBag();
  const ada = world.area.characters.get("ada" as never)!;
  expect(world.as("Ada", "put 15 coins in bag")).toEqual(["You put 15 coins into the bag."]);
  expect(world.as("Ada", "put 5 coins bag")).toEqual(["You put five coins into the bag."]);
  expect(ada.coins).toBe(0);
  expect([...world.area.contents.get("item:bag") ?? []].map((id) => world.area.items.get(id)?.quantity)).toEqual([20]);
  expect(world.as("Ada", "get coins from bag")).toEqual(["You get 20 coins from the bag."]);
  expect(ada.coins).toBe(20);
  ada.coins = 100_000;
  expect(world.as("Ada", "put all coins in bag")).toEqual(["With so many coins in it the bag would be too heavy to carry."]);
});
