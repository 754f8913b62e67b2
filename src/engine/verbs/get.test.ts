import { expect, test } from "vitest";
import { aKind, aWorld } from "../../../test/support/transcript.ts";

const kinds = [aKind("sword"), aKind("anvil", { weightG: 90_000 }), aKind("fountain", { fixed: true }), aKind("apple", { name: "an apple", stackable: true }), aKind("bag", { container: { capacity: 5, closable: true, key: null, initially: "open" } })];

test("Ada gets a sword, and Ben sees it", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.person("Ben");
  world.item("sword", "yard");
  expect(world.as("Ada", "get sword")).toEqual(["You get a sword."]);
  expect(world.reads("Ben")).toEqual(["Ada gets a sword."]);
  expect(world.carries("Ada")).toEqual(["sword"]);
});

test("two hands, one sword: the second is told there is none", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.person("Ben");
  world.item("sword", "yard");
  world.as("Ada", "take the sword");
  expect(world.as("Ben", "get sword")).toEqual(["You see no sword here."]);
  expect(world.last).toMatchObject({ kind: "refused", code: "no_such_item" });
});

test("the second of two, by number", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("sword", "yard", { id: "first" as never });
  world.item("sword", "yard", { id: "second" as never });
  world.as("Ada", "g 2.sword");
  expect(world.carries("Ada")).toEqual(["second"]);
});

test("what is fixed or too heavy stays", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("anvil", "yard");
  world.item("fountain", "yard");
  expect(world.as("Ada", "get anvil")).toEqual(["The anvil is more than you can carry."]);
  expect(world.as("Ada", "get fountain")).toEqual(["You cannot take the fountain."]);
});

test("three of ten apples: the stack is split, and joined again in the hand", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("apple", "yard", { quantity: 10 });
  expect(world.as("Ada", "get 3 apples")).toEqual(["You get three apples."]);
  world.as("Ada", "get 2 apples");
  expect(world.area.items.get("apple" as never)?.quantity).toBe(5);
  expect(world.carries("Ada").map((id) => world.area.items.get(id as never)?.quantity)).toEqual([5]);
});

test("all from a bag, with the preposition or without", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("bag", "char:ada");
  world.item("sword", "item:bag");
  world.item("apple", "item:bag");
  expect(world.as("Ada", "get all from bag")).toEqual(["You get a sword from the bag.", "You get an apple from the bag."]);
  expect(world.as("Ada", "get all bag")).toEqual(["There is no  in the bag."]);
});

test("coins go into the purse", () => {
  const world = aWorld({ kinds });
  const ada = world.person("Ada");
  world.item("coins", "yard", { quantity: 12 });
  expect(world.as("Ada", "get coins")).toEqual(["You get twelve coins."]);
  expect(ada.coins).toBe(12);
});
