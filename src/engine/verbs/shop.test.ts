import { expect, test } from "vitest";
import { aKind, anNpcKind, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { MAX_COINS, MAX_SECOND_HAND } from "../../limits.ts";

const kinds = [
  aKind("bread", { name: "a loaf of bread", plural: "loaves of bread", value: 4, stackable: true }), aKind("sword", { value: 25 }), aKind("gem", { value: 1, stackable: true, weightG: 0 }),
  aKind("ring", { value: 9, quest: "lost" }), aKind("stone"), aKind("bag", { value: 5, container: { capacity: 3, closable: false, key: null, initially: "open" } }),
  aKind("flask", { value: 6, drink: { vigour: 1, health: 0, charges: 3, text: null } }), aKind("anvil", { weightG: 70_000 }),
  ...Array.from({ length: MAX_SECOND_HAND + 1 }, (_, n) => aKind(`cup${n}`, { value: 2 })),
];
const npcs = [
  anNpcKind("baker", { name: "Marta the baker", shop: { sells: [{ kind: "bread", price: 2 }], buys: ["bread", "gem"], buysAtPercent: 50, opens: [] } }),
  anNpcKind("smith", { name: "Odo the smith", shop: { sells: [{ kind: "anvil", price: 10 }], buys: "any", buysAtPercent: 60, opens: ["day", "dusk"] } }),
  anNpcKind("cat", { name: "a stray cat" }),
];

function atMarket(...keepers: string[]): TestWorld {
  const world = aWorld({ kinds, npcs });
  world.person("Ada", { coins: 50 });
  world.person("Ben", { coins: 50 });
  for (const keeper of keepers) world.npc(keeper);
  return world;
}
const purse = (world: TestWorld, name = "ada"): number | undefined => world.area.characters.get(name as never)?.coins;

test("bread is bought, its coins leave the world", () => {
  const world = atMarket("baker");
  expect(world.as("Ada", "buy bread")).toEqual(["You buy a loaf of bread from Marta the baker for two coins."]);
  expect(world.reads("Ben")).toEqual(["Ada buys a loaf of bread from Marta the baker."]);
  expect(world.last).toMatchObject({ events: [{ type: "item-created", cause: "buy", item: { quantity: 1 } }, { type: "coins-changed", delta: -2, cause: "buy" }] });
  expect(world.as("Ada", "buy 3 bread from marta")).toEqual(["You buy three loaves of bread from Marta the baker for six coins."]);
  expect(world.carries("Ada").map((id) => world.area.items.get(id as never)?.quantity)).toEqual([4]);
  expect(purse(world)).toBe(42);
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["purse:ada", "holder:char:ada"]));
});

test("the list has numbers, and a number buys", () => {
  const world = atMarket("baker", "smith");
  world.item("sword", "npc:smith_spawn#1");
  world.item("gem", "npc:smith_spawn#1", { quantity: 3 });
  expect(world.as("Ada", "list")).toEqual([
    "Marta the baker sells:", "1. a loaf of bread, two coins",
    "Odo the smith sells:", "2. an anvil, ten coins", "3. a sword, 25 coins, second-hand, only one", "4. a gem, a coin each, second-hand, 3 of them",
  ].map((line) => line.replace("an anvil", "a anvil")));
  expect(world.as("Ada", "list smith")[0]).toBe("Odo the smith sells:");
  expect(world.as("Ada", "buy 3")).toEqual(["You buy a sword from Odo the smith for 25 coins."]);
  expect(world.area.items.get("sword" as never)?.at).toBe("char:ada");
  expect(world.as("Ada", "buy 2 #3 from odo")).toEqual(["You buy two gems from Odo the smith for two coins."]);
  expect(world.as("Ada", "buy 5 gems")).toEqual(["Only a gem can be had here."]);
  expect(world.as("Ada", "buy #9")).toEqual(["There is no #9 for sale here. Type list to see what is."]);
  expect(world.as("Ada", "buy all gems")).toEqual(["How many? Type for example: buy 3 bread."]);
});

test("two buyers, one second-hand sword: the sword is read and written", () => {
  const world = atMarket("smith");
  world.item("sword", "npc:smith_spawn#1");
  world.as("Ada", "buy sword");
  expect(world.last?.kind === "accepted" && world.last.reads.has("item:sword") && world.last.writes.has("item:sword")).toBe(true);
  expect(world.as("Ben", "buy sword")).toEqual(["There is no sword for sale here. Type list to see what is."]);
});

test("too poor, too heavy", () => {
  const world = atMarket("baker", "smith");
  expect(world.as("Ada", "buy 26 bread")).toEqual(["For 26 loaves of bread you need 52 coins, and you have 50 coins."]);
  expect(world.last).toMatchObject({ code: "not_enough_coins" });
  expect(world.as("Ada", "buy anvil")).toEqual(["You cannot carry the anvil as well: the load would be too heavy."]);
  expect(world.as("Ada", "buy")).toEqual(["Buy what? Type list to see what is for sale."]);
  expect(purse(world)).toBe(50);
});

test("a sword is sold to whoever pays most, lies with the keeper, and can be bought by another", () => {
  const world = atMarket("baker", "smith");
  world.item("sword", "char:ada");
  expect(world.as("Ada", "value sword")).toEqual(["Odo the smith would give you 15 coins for the sword."]);
  expect(world.as("Ada", "sell sword to marta")).toEqual(["Marta the baker does not buy such things as a sword."]);
  expect(world.as("Ada", "sell sword")).toEqual(["You sell a sword to Odo the smith for 15 coins."]);
  expect(world.reads("Ben")).toEqual(["Ada sells a sword to Odo the smith."]);
  expect(world.area.items.get("sword" as never)?.at).toBe("npc:smith_spawn#1");
  world.as("Ben", "buy sword");
  expect([purse(world), purse(world, "ben")]).toEqual([65, 25]);
});

test("nobody earns by carrying bread to and fro", () => {
  const world = atMarket("baker", "smith");
  world.as("Ada", "buy 4 bread");
  expect(world.as("Ada", "value 4 bread for marta")).toEqual(["Marta the baker would give you eight coins for four loaves of bread."]);
  world.as("Ada", "sell all.bread to marta");
  expect(purse(world)).toBe(50);
  // What she bakes anyway does not lie about second-hand.
  expect(world.area.items.size).toBe(0);
  expect(world.last).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ type: "item-destroyed", quantity: 4, cause: "sell" })]) });
});

test("what is not bought: quest things, worthless things, full bags, begun flasks", () => {
  const world = atMarket("smith");
  for (const kind of ["ring", "stone", "bag", "flask"]) world.item(kind, "char:ada", kind === "flask" ? { charges: 1 } : {});
  world.item("gem", "item:bag");
  expect(world.as("Ada", "sell ring")).toEqual(["You need the ring for your quest."]);
  expect(world.as("Ada", "sell stone")).toEqual(["Nobody would pay anything for the stone."]);
  expect(world.as("Ada", "sell bag")).toEqual(["You would have to empty the bag first."]);
  expect(world.as("Ada", "sell flask")).toEqual(["Nobody buys a flask that somebody has drunk from."]);
  world.as("Ada", "get gem from bag");
  expect(world.as("Ada", "sell all")).toEqual(["You sell a bag and a gem to Odo the smith for four coins.", "You need the ring for your quest."]);
  world.area.characters.get("ada" as never)!.coins = MAX_COINS;
  world.item("sword", "char:ada");
  expect(world.as("Ada", "sell sword")).toEqual(["Your purse will not hold so many coins."]);
});

test("second-hand goods are bounded: the oldest makes way", () => {
  const world = atMarket("smith");
  for (let n = 0; n <= MAX_SECOND_HAND; n++) world.item(`cup${n}`, n < MAX_SECOND_HAND ? "npc:smith_spawn#1" : "char:ada");
  world.as("Ada", `sell cup${MAX_SECOND_HAND}`);
  expect(world.last).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ type: "item-destroyed", item: "cup0", cause: "sell" })]) });
  expect(world.area.contents.get("npc:smith_spawn#1")?.size).toBe(MAX_SECOND_HAND);
});

test("opening hours, and nobody to trade with", () => {
  const world = atMarket("cat");
  expect(world.as("Ada", "list")).toEqual(["There is nobody here who buys or sells."]);
  world.npc("smith");
  world.nowMs += 30 * 60_000;
  expect(world.as("Ada", "list")).toEqual(["Odo the smith is not trading now. Trading hours: day and dusk."]);
  expect(world.last).toMatchObject({ code: "shop_closed" });
  expect(world.as("Ada", "buy bread from cat")).toEqual(["The stray cat does not buy or sell anything."]);
  expect(world.as("Ada", "buy bread from dora")).toEqual(["You see no dora here."]);
});
