import { expect, test } from "vitest";
import { aKind, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { MAX_ITEMS_CARRIED } from "../../limits.ts";

const keysRead = (world: TestWorld): string[] => (world.last?.kind === "accepted" ? [...world.last.reads] : []);

const kinds = [
  aKind("sword"), aKind("anvil", { weightG: 90_000 }), aKind("fountain", { fixed: true }), aKind("apple", { name: "an apple", stackable: true }),
  aKind("bag", { container: { capacity: 5, closable: true, key: null, initially: "open" } }),
];

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
  expect(world.as("Ben", "get the sword")).toEqual(["You see no sword here."]);
  expect(world.last).toMatchObject({ kind: "refused", code: "no_such_item" });
});

test("while the sword is being taken, whoever reaches for it waits: the decision names it as read and written", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("bag", "yard");
  world.item("sword", "item:bag");
  world.as("Ada", "get sword from bag");
  expect(keysRead(world)).toEqual(expect.arrayContaining(["item:sword", "item:bag", "holder:char:ada", "character:ada"]));
  expect(world.last?.kind === "accepted" && [...world.last.writes]).toEqual(["item:sword", "holder:item:bag", "holder:char:ada"]);
});

test("the second of two, by number", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("sword", "yard", { id: "first" as never });
  world.item("sword", "yard", { id: "second" as never });
  world.as("Ada", "g 2.sword");
  expect(world.carries("Ada")).toEqual(["second"]);
});

test("three swords that do not stack are three things", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  for (const id of ["a", "b", "c", "d"]) world.item("sword", "yard", { id: id as never });
  expect(world.as("Ada", "get 3 swords")).toEqual(["You get three swords."]);
  expect(world.carries("Ada")).toEqual(["a", "b", "c"]);
});

test("what is fixed or too heavy stays", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("anvil", "yard");
  world.item("fountain", "yard");
  expect(world.as("Ada", "get anvil")).toEqual(["You cannot carry the anvil as well: the load would be too heavy."]);
  expect(world.as("Ada", "get fountain")).toEqual(["You cannot take the fountain."]);
  expect(world.as("Ada", "get all")).toEqual(["You cannot carry the anvil as well: the load would be too heavy."]);
});

test("everything that can be taken, in one line, and why the rest stays", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.person("Ben");
  for (const kind of ["fountain", "sword", "anvil"]) world.item(kind, "yard");
  world.item("apple", "yard", { quantity: 3 });
  world.item("coins", "yard", { quantity: 7 });
  expect(world.as("Ada", "get all")).toEqual(["You get a sword, three apples and seven coins.", "You cannot carry the anvil as well: the load would be too heavy."]);
  expect(world.reads("Ben")).toEqual(["Ada gets a sword, three apples and seven coins."]);
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

test("an apple is one, apples are all there are; two heaps become one in the hand", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("apple", "yard", { quantity: 4 });
  world.item("apple", "yard", { id: "heap" as never, quantity: 5 });
  expect(world.as("Ada", "get apple")).toEqual(["You get an apple."]);
  expect(world.as("Ada", "get all.apple")).toEqual(["You get eight apples."]);
  expect(world.carries("Ada").map((id) => world.area.items.get(id as never)?.quantity)).toEqual([9]);
});

test("full hands still take what joins a stack", () => {
  const world = aWorld({ kinds: [...kinds, aKind("pin", { weightG: 0 })] });
  world.person("Ada");
  world.item("apple", "char:ada");
  for (let n = 1; n < MAX_ITEMS_CARRIED; n++) world.item("pin", "char:ada", { id: `pin${n}` as never });
  world.item("apple", "yard", { id: "more" as never });
  world.item("sword", "yard");
  expect(world.as("Ada", "get sword")).toEqual(["You cannot carry so many things."]);
  expect(world.as("Ada", "get apple")).toEqual(["You get an apple."]);
});

test("all from a bag, with the preposition or without", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("bag", "char:ada");
  world.item("sword", "item:bag");
  world.item("apple", "item:bag", { quantity: 5 });
  expect(world.as("Ada", "get 3 apples from the bag")).toEqual(["You get three apples from the bag."]);
  expect(world.as("Ada", "get shield out of bag")).toEqual(["There is no shield in the bag."]);
  expect(world.as("Ada", "get sword bag")).toEqual(["You get a sword from the bag."]);
  expect(world.as("Ada", "get all bag")).toEqual(["You get two apples from the bag."]);
  expect(world.as("Ada", "get all from bag")).toEqual(["The bag is empty."]);
  expect(world.last).toMatchObject({ code: "container_empty" });
});

test("all.bag picks up the bags themselves", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("bag", "yard");
  world.item("bag", "yard", { id: "other" as never });
  expect(world.as("Ada", "get all.bag")).toEqual(["You get two bags."]);
});

test("nothing comes out of a closed bag", () => {
  const world = aWorld({ kinds });
  world.person("Ada");
  world.item("bag", "char:ada", { open: false });
  world.item("sword", "item:bag");
  expect(world.as("Ada", "get sword from bag")).toEqual(["The bag is closed."]);
  expect(world.last).toMatchObject({ code: "container_closed" });
});

test("coins go into the purse, from the ground or a bag, however heavy the heap", () => {
  const world = aWorld({ kinds });
  const ada = world.person("Ada");
  world.item("coins", "yard", { quantity: 50_012 });
  expect(world.as("Ada", "get 12 coins")).toEqual(["You get twelve coins."]);
  expect(world.as("Ada", "get coins")).toEqual(["You get 50000 coins."]);
  expect(ada.coins).toBe(50_012);
  expect(world.as("Ada", "get coins")).toEqual(["You see no coins here."]);
});
