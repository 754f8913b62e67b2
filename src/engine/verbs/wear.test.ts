import { expect, test } from "vitest";
import { aKind, aWorld, type TestWorld } from "../../../test/support/transcript.ts";

const kinds = [
  aKind("cap", { slot: "head" }), aKind("hood", { slot: "head" }), aKind("sword", { slot: "wielded" }), aKind("torch", { name: "a torch", plural: "torches", slot: "held", light: true, stackable: true }),
  aKind("stone"), aKind("bag", { container: { capacity: 5, closable: true, key: null, initially: "open" } }), aKind("flask", { drink: { vigour: 1, health: 0, charges: 3, text: null } }),
  aKind("key"),
];

function withKit(): TestWorld {
  const world = aWorld({ kinds });
  world.person("Ada", { coins: 7 });
  world.person("Ben");
  for (const kind of ["cap", "hood", "sword", "stone"]) world.item(kind, "char:ada");
  return world;
}

test("Ada puts on a cap and draws a sword", () => {
  const world = withKit();
  expect(world.as("Ada", "wear cap")).toEqual(["You put on the cap."]);
  expect(world.as("Ada", "wield sword")).toEqual(["You wield the sword."]);
  expect(world.reads("Ben")).toEqual(["Ada puts on a cap.", "Ada wields a sword."]);
  expect(world.area.items.get("cap" as never)).toMatchObject({ at: "char:ada", slot: "head" });
  expect(world.as("Ada", "eq")).toEqual(["You wear and hold:", "A cap, on your head", "A sword, wielded in your hand"]);
});

test("one thing in each place", () => {
  const world = withKit();
  world.as("Ada", "wear cap");
  expect(world.as("Ada", "wear hood")).toEqual(["You would have to remove the cap first."]);
  expect(world.last).toMatchObject({ code: "slot_taken" });
  expect(world.as("Ada", "wear cap")).toEqual(["You are wearing or holding the cap already."]);
  expect(world.as("Ada", "wear stone")).toEqual(["You cannot wear the stone."]);
  expect(world.as("Ada", "wield cap")).toEqual(["You are wearing or holding the cap already."]);
  expect(world.as("Ada", "wield stone")).toEqual(["You cannot wield the stone."]);
  expect(world.as("Ada", "hold sword")).toEqual(["There is no point in holding the sword in your hand; you carry it as it is."]);
});

test("wear all, remove all", () => {
  const world = withKit();
  expect(world.as("Ada", "wear all")).toEqual(["You put on the cap.", "You wield the sword."]);
  expect(world.as("Ada", "wear all")).toEqual(["You carry nothing that you could put on."]);
  expect(world.as("Ada", "remove all")).toEqual(["You remove a cap and a sword."]);
  expect(world.as("Ada", "remove all")).toEqual(["You wear nothing that you could take off."]);
  expect(world.as("Ada", "unwield sword")).toEqual(["You are not wearing the sword, only carrying it."]);
  expect(world.as("Ada", "unwear crown")).toEqual(["You are not wearing any crown."]);
});

test("one of three torches goes into the hand, and back to the others", () => {
  const world = withKit();
  world.item("torch", "char:ada", { quantity: 3 });
  expect(world.as("Ada", "hold torch")).toEqual(["You hold the torch in your hand."]);
  expect(world.area.items.get("torch" as never)?.quantity).toBe(2);
  expect(world.as("Ada", "remove torch")).toEqual(["You remove a torch."]);
  expect(world.area.items.get("torch" as never)?.quantity).toBe(3);
  expect(world.carries("Ada")).toHaveLength(5);
});

test("the inventory: what is carried, what is worn, how heavy, how rich", () => {
  const world = withKit();
  world.as("Ada", "wear cap");
  world.item("bag", "char:ada");
  world.item("key", "item:bag");
  world.item("flask", "char:ada", { charges: 2 });
  world.item("stone", "char:ada", { id: "other" as never });
  expect(world.as("Ada", "i")).toEqual([
    "You carry:", "A hood", "A sword", "Two stones", "A bag, one thing in it", "A flask, two portions left",
    "You wear and hold:", "A cap, on your head", "In all 7 of 60 things, 4 of 60 kilograms.", "In your purse: seven coins.",
  ]);
  expect(world.as("Ben", "inventory")).toEqual(["You carry nothing in your hands or pockets.", "In all 0 of 60 things, 0 of 60 kilograms.", "In your purse: no coins."]);
  expect(world.as("Ben", "eq")).toEqual(["You wear nothing, and your hands are empty."]);
});
