import { expect, test } from "vitest";
import { aKind, anNpcKind, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import type { QuestDef } from "../content.ts";
import { MAX_COINS, MAX_ITEMS_CARRIED } from "../../limits.ts";

const kinds = [
  aKind("bread", { name: "a loaf", plural: "loaves", keywords: ["loaf", "loaves", "bread"], stackable: true, value: 4 }), aKind("anvil", { weightG: 40_000 }), aKind("ring", { quest: "lost", value: 9 }),
  aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } }), aKind("pin", { weightG: 0 }),
];
const npcs = [
  anNpcKind("baker", { name: "Marta the baker", shop: { sells: [], buys: ["bread"], buysAtPercent: 50, opens: [] } }),
  anNpcKind("cat", { name: "a stray cat" }),
];
const lost = {
  id: "lost", name: "The Lost Ring", summary: "", giver: "baker", requires: [], startGives: [], rewards: { coins: 0, items: [] }, doneText: "Done.",
  steps: [
    { id: "ring", text: "Bring the ring.", trigger: { type: "deliver", kind: "ring", npc: "baker", count: 1 }, doneText: null, gives: [] },
    { id: "bread", text: "Feed the cat.", trigger: { type: "deliver", kind: "bread", npc: "cat", count: 3 }, doneText: null, gives: [] },
    { id: "fee", text: "Pay the baker.", trigger: { type: "deliver", kind: "coins", npc: "baker", count: 5 }, doneText: null, gives: [] },
  ],
} as unknown as QuestDef;

function withFriends(): TestWorld {
  const world = aWorld({ kinds, npcs, quests: [lost] });
  world.person("Ada", { coins: 50 });
  world.person("Ben");
  world.person("Cleo");
  return world;
}

test("Ada gives Ben bread: all three see their side of it", () => {
  const world = withFriends();
  world.item("bread", "char:ada", { quantity: 3 });
  expect(world.as("Ada", "give 2 loaves to Ben")).toEqual(["You give two loaves to Ben."]);
  expect(world.reads("Ben")).toEqual(["Ada gives you two loaves."]);
  expect(world.reads("Cleo")).toEqual(["Ada gives two loaves to Ben."]);
  expect(world.as("Ada", "give ben bread")).toEqual(["You give a loaf to Ben."]);
  expect(world.carries("Ben").map((id) => world.area.items.get(id as never)?.quantity)).toEqual([3]);
  expect(world.carries("Ada")).toEqual([]);
});

test("the giving depends on where Ben is, what he carries and what is in his purse", () => {
  const world = withFriends();
  world.item("bread", "char:ada");
  world.as("Ada", "give bread ben");
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["character:ben", "holder:char:ben", "item:bread"]));
  world.as("Ada", "give 5 coins to ben");
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["character:ben", "purse:ben", "purse:ada"]));
  expect(world.last?.kind === "accepted" && [...world.last.writes]).toEqual(["purse:ada", "purse:ben"]);
});

test("coins change purses, none is made", () => {
  const world = withFriends();
  expect(world.as("Ada", "give 20 coins to ben")).toEqual(["You give 20 coins to Ben."]);
  expect(world.reads("Ben")).toEqual(["Ada gives you 20 coins."]);
  expect([...world.area.characters.values()].map(({ coins }) => coins)).toEqual([30, 20, 0]);
  expect(world.as("Ada", "give 31 coins ben")).toEqual(["You have only 30 coins."]);
  world.area.characters.get("ben" as never)!.coins = MAX_COINS;
  expect(world.as("Ada", "give 1 coin ben")).toEqual(["Ben has no room for so many coins."]);
});

test("nobody takes things asleep, away from the line, or beyond their strength", () => {
  const world = withFriends();
  const ben = world.area.characters.get("ben" as never)!;
  world.item("anvil", "char:ada");
  world.item("bread", "char:ada");
  ben.position = "sleeping";
  expect(world.as("Ada", "give bread to ben")).toEqual(["Ben is asleep and takes nothing."]);
  ben.position = "standing";
  ben.linkDead = true;
  expect(world.as("Ada", "give bread to ben")).toEqual(["Ben is staring into nothing and does not see what you hold out."]);
  ben.linkDead = false;
  world.item("anvil", "char:ben", { id: "bens" as never });
  expect(world.as("Ada", "give anvil to ben")).toEqual(["Ben cannot carry the anvil as well: the load would be too heavy."]);
  for (let n = 1; n < MAX_ITEMS_CARRIED; n++) world.item("pin", "char:ben", { id: `pin${n}` as never });
  expect(world.as("Ada", "give bread to ben")).toEqual(["Ben cannot carry so many things."]);
  expect(world.last).toMatchObject({ code: "target_hands_full" });
});

test("things of a quest stay with whoever has the quest, in a bag too", () => {
  const world = withFriends();
  world.item("bag", "char:ada");
  world.item("ring", "char:ada");
  expect(world.as("Ada", "give ring to ben")).toEqual(["You need the ring yourself for your quest."]);
  world.as("Ada", "put ring in bag");
  expect(world.as("Ada", "give bag to ben")).toEqual(["You need the ring yourself for your quest: take it out of the bag first."]);
  expect(world.last).toMatchObject({ code: "quest_item" });
});

test("nobody there, nothing there, oneself", () => {
  const world = withFriends();
  world.item("bread", "char:ada");
  expect(world.as("Ada", "give bread to dora")).toEqual(["You see no dora here."]);
  expect(world.as("Ada", "give bread")).toEqual(["Give it to whom? Type for example: give bread to Ada."]);
  expect(world.as("Ada", "give bread to me")).toEqual(["You have it already."]);
  expect(world.as("Ada", "give sword to ben")).toEqual(["You are not carrying any sword."]);
});

test("those who are not people decline, and a shopkeeper says what to do instead", () => {
  const world = withFriends();
  world.npc("baker");
  world.npc("cat");
  world.item("bread", "char:ada");
  world.item("anvil", "char:ada");
  expect(world.as("Ada", "give bread to marta")).toEqual(["Marta the baker does not want it as a gift, but would buy it. Type sell."]);
  expect(world.as("Ada", "give anvil to cat")).toEqual(["The stray cat thanks you, but will not take that."]);
  expect(world.as("Ada", "give 3 coins to cat")).toEqual(["The stray cat thanks you, but will not take your money."]);
  expect(world.last).toMatchObject({ code: "declined" });
});

test("what a quest asks for is taken, no more than asked, and is gone", () => {
  const world = withFriends();
  const ada = world.area.characters.get("ada" as never)!;
  world.npc("baker");
  world.npc("cat");
  world.item("ring", "char:ada");
  world.item("bread", "char:ada", { quantity: 8 });
  ada.quests.set("lost" as never, { state: "active", step: 0, count: 0 });
  expect(world.as("Ada", "give ring to marta")[0]).toBe("You give a ring to Marta the baker.");
  expect(world.last).toMatchObject({ events: expect.arrayContaining([expect.objectContaining({ type: "item-destroyed", item: "ring", cause: "deliver" })]) });
  expect(world.last?.kind === "accepted" && world.last.reads.has("quests:ada")).toBe(true);

  ada.quests.set("lost" as never, { state: "active", step: 1, count: 1 });
  expect(world.as("Ada", "give all.bread to cat")[0]).toBe("You give two loaves to the stray cat.");
  expect(world.area.items.get("bread" as never)?.quantity).toBe(6);

  ada.quests.set("lost" as never, { state: "active", step: 2, count: 0 });
  expect(world.as("Ada", "give 10 coins to marta")[0]).toBe("You give five coins to Marta the baker.");
  expect(ada.coins).toBe(45);
});
