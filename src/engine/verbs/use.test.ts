import { expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";

const kinds = [
  aKind("apple", { name: "an apple", stackable: true, food: { vigour: 30, health: -200, text: "It is sour." } }), aKind("bread", { food: { vigour: 10, health: 5, text: null } }),
  aKind("well", { fixed: true, drink: { vigour: 5, health: 0, charges: 1, text: null } }), aKind("flask", { drink: { vigour: 5, health: 5, charges: 2, text: "It burns." } }),
  aKind("beer", { name: "a mug of beer", plural: "mugs of beer", stackable: true, drink: { vigour: 5, health: 0, charges: 2, text: null } }),
  aKind("horn", { use: { text: "You blow the horn.", othersText: "{actor} blows a horn.", room: "yard", consumes: false, dismisses: "wolf" } }),
  aKind("charm", { stackable: true, use: { text: "The charm crumbles.", othersText: null, room: null, consumes: true, dismisses: "wolf" } }),
  aKind("lantern", { light: true }), aKind("torch", { name: "a torch", plural: "torches", light: true, stackable: true }), aKind("stone"),
  aKind("letter", { readText: "Come at dawn.\n" }), aKind("board", { fixed: true, readText: "No fishing." }),
];

function inYard(): TestWorld {
  const world = aWorld({
    kinds, npcs: [anNpcKind("wolf", { respawnS: 30 })],
    rooms: [
      aRoom("yard", { exits: [anExit("down", "cellar")], details: [{ keywords: ["runes", "wall"], text: "Old runes: beware." }] }),
      aRoom("cellar", { dark: true, indoors: true, exits: [anExit("up", "yard")] }),
    ],
  });
  world.person("Ada", { health: 50, vigour: 50 });
  world.person("Ben");
  return world;
}

test("one apple is eaten, and no meal kills or fills beyond the brim", () => {
  const world = inYard();
  const ada = world.area.characters.get("ada" as never)!;
  world.item("apple", "char:ada", { quantity: 2 });
  expect(world.as("Ada", "eat apple")).toEqual(["You eat an apple.", "It is sour."]);
  expect(world.reads("Ben")).toEqual(["Ada eats an apple."]);
  expect([ada.vigour, ada.health, world.area.items.get("apple" as never)?.quantity]).toEqual([80, 1, 1]);
  world.as("Ada", "eat apples");
  expect([ada.vigour, ada.health, world.area.items.size]).toEqual([100, 1, 0]);
  expect(world.last).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ type: "item-destroyed", quantity: 1, cause: "eat" })]) });
  expect(world.as("Ada", "eat apple")).toEqual(["You are not carrying any apple."]);
});

test("what cannot be eaten, what lies on the ground", () => {
  const world = inYard();
  world.item("stone", "char:ada");
  world.item("flask", "char:ada");
  world.item("bread", "yard");
  expect(world.as("Ada", "eat stone")).toEqual(["You cannot eat the stone."]);
  expect(world.as("Ada", "eat flask")).toEqual(["You cannot eat the flask, but you can drink it."]);
  expect(world.as("Ada", "eat bread")).toEqual(["You would have to pick up the bread first."]);
  expect(world.as("Ada", "drink stone")).toEqual(["You cannot drink the stone."]);
});

test("a flask holds two portions; a well never runs dry", () => {
  const world = inYard();
  world.item("flask", "char:ada");
  world.item("well", "yard");
  expect(world.as("Ada", "drink from flask")).toEqual(["You drink from the flask.", "It burns."]);
  expect(world.area.items.get("flask" as never)?.charges).toBe(1);
  expect(world.as("Ada", "drink flask")).toEqual(["You drink the flask.", "It burns.", "That was the last of it."]);
  expect(world.carries("Ada")).toEqual([]);
  for (let n = 0; n < 3; n++) expect(world.as("Ada", "drink from the well")).toEqual(["You drink from the well."]);
  expect(world.area.items.has("well" as never)).toBe(true);
});

test("a mug that is begun stands apart from the full ones", () => {
  const world = inYard();
  world.item("beer", "char:ada", { quantity: 3 });
  expect(world.as("Ada", "drink beer")).toEqual(["You drink from the mug of beer."]);
  expect(world.carries("Ada").map((id) => world.area.items.get(id as never)).map((item) => [item?.quantity, item?.charges])).toEqual([[2, 2], [1, 1]]);
  world.as("Ada", "drop 2.beer");
  world.as("Ada", "drop all");
  expect(world.area.items.size).toBe(2);
});

test("a horn sends the wolf away, in its place and not elsewhere", () => {
  const world = inYard();
  const wolf = world.npc("wolf");
  world.item("horn", "char:ada");
  expect(world.as("Ada", "use horn")).toEqual(["You blow the horn.", "The wolf goes away."]);
  expect(world.reads("Ben")).toEqual(["Ada blows a horn.", "The wolf goes away."]);
  expect(world.area.npcs.get(wolf)?.goneUntilMs).toBe(world.nowMs + 30_000);
  expect(world.as("Ada", "use horn")).toEqual(["You blow the horn."]);
  world.as("Ada", "down");
  expect(world.as("Ada", "use horn")).toEqual(["This is not the place to use the horn."]);
});

test("a charm is used up, but not for nothing", () => {
  const world = inYard();
  world.item("charm", "char:ada", { quantity: 2 });
  expect(world.as("Ada", "use charm")).toEqual(["There is nobody and nothing here on which to use the charm."]);
  world.npc("wolf");
  expect(world.as("Ada", "use charm")).toEqual(["The charm crumbles.", "The wolf goes away."]);
  expect(world.area.items.get("charm" as never)?.quantity).toBe(1);
  world.item("stone", "char:ada");
  world.item("bread", "char:ada");
  expect(world.as("Ada", "use stone")).toEqual(["You cannot think of a use for the stone."]);
  expect(world.as("Ada", "use bread")).toEqual(["You could eat the bread."]);
});

test("a lantern lights a dark cellar, and is put out again", () => {
  const world = inYard();
  world.item("lantern", "char:ada");
  world.as("Ada", "down");
  world.as("Ben", "down");
  world.item("stone", "cellar");
  expect(world.as("Ada", "get stone")).toEqual(["It is too dark to see what you are doing."]);
  world.reads("Ben");
  expect(world.as("Ada", "light lantern")).toEqual(["You light the lantern."]);
  expect(world.reads("Ben")).toEqual(["Ada lights a lantern."]);
  expect(world.last).toMatchObject({ events: [{ type: "item-changed", from: { lit: false }, to: { lit: true } }] });
  expect(world.as("Ben", "get stone")).toEqual(["You get a stone."]);
  expect(world.as("Ada", "light lantern")).toEqual(["The lantern is burning already."]);
  expect(world.as("Ada", "use lantern")).toEqual(["You put out the lantern."]);
  expect(world.as("Ada", "extinguish lantern")).toEqual(["The lantern is not burning."]);
  expect(world.as("Ben", "light stone")).toEqual(["The stone will not burn."]);
});

test("one torch of three burns", () => {
  const world = inYard();
  world.item("torch", "char:ada", { quantity: 3 });
  expect(world.as("Ada", "light torch")).toEqual(["You light the torch."]);
  expect(world.carries("Ada").map((id) => world.area.items.get(id as never)).map((item) => [item?.quantity, item?.lit])).toEqual([[2, false], [1, true]]);
  world.as("Ada", "extinguish torch");
  world.as("Ada", "drop all");
  expect([...world.area.items.values()].map(({ quantity }) => quantity)).toEqual([3]);
});

test("letters, boards and walls can be read", () => {
  const world = inYard();
  world.item("letter", "char:ada");
  world.item("board", "yard");
  world.item("stone", "yard");
  expect(world.as("Ada", "read letter")).toEqual(["You read the letter:", "Come at dawn."]);
  expect(world.reads("Ben")).toEqual(["Ada reads a letter."]);
  expect(world.as("Ada", "read the board")).toEqual(["You read the board:", "No fishing."]);
  expect(world.as("Ada", "read runes on wall")).toEqual(["You see no runes on wall here."]);
  expect(world.as("Ada", "read runes")).toEqual(["Old runes: beware."]);
  expect(world.as("Ada", "read stone")).toEqual(["There is nothing written on the stone."]);
});
