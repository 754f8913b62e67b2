import { expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { MAX_COINS, MAX_ITEMS_CARRIED, MAX_TRADE_THINGS, TRADE_SETTLE_MS } from "../../limits.ts";
import { decide } from "../decide.ts";
import { decideDeparture, decideLink } from "../depart.ts";
import { asId } from "../ids.ts";

const kinds = [
  aKind("apple", { name: "an apple", stackable: true }), aKind("sword"), aKind("anvil", { weightG: 40_000 }), aKind("pin", { weightG: 0 }), aKind("ring", { quest: "lost" }), aKind("cap", { slot: "head" }),
  aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } }),
];

function market(): TestWorld {
  const world = aWorld({ kinds, npcs: [anNpcKind("baker")], rooms: [aRoom("yard", { exits: [anExit("north", "hall")] }), aRoom("hall", { exits: [anExit("south", "yard")] })] });
  world.person("Ada", { coins: 50 });
  world.person("Ben", { coins: 8 });
  world.person("Cleo");
  world.item("apple", "char:ada", { quantity: 5 });
  world.item("sword", "char:ben");
  return world;
}

/** Both have agreed to trade, and read that they did. */
function trading(world = market()): TestWorld {
  world.as("Ada", "trade ben");
  world.as("Ben", "trade ada");
  for (const name of ["Ada", "Ben", "Cleo"]) world.reads(name);
  return world;
}

const later = (world: TestWorld): void => void (world.nowMs += TRADE_SETTLE_MS);

test("Ada and Ben trade apples and coins for a sword, and Cleo sees that they trade, not what", () => {
  const world = market();
  expect(world.as("Ada", "trade ben")).toEqual(["You propose a trade to Ben."]);
  expect(world.reads("Ben")).toEqual(["Ada would like to trade with you. Type trade Ada to agree, or cancel."]);
  expect(world.as("Ben", "trade with ada")).toEqual(["You begin to trade with Ada. Type offer and what you offer."]);
  expect(world.reads("Ada")).toContain("You begin to trade with Ben. Type offer and what you offer.");
  expect(world.as("Ada", "offer 3 apples")).toEqual(["You offer three apples."]);
  expect(world.as("Ada", "offer 10 coins")).toEqual(["You offer three apples and ten coins."]);
  expect(world.reads("Ben").slice(1)).toEqual(["Ada offers three apples.", "Ada offers three apples and ten coins."]);
  world.as("Ben", "offer sword");
  later(world);
  expect(world.as("Ada", "trade")).toEqual(["You are trading with Ben.", "You offer three apples and ten coins.", "Ben offers a sword.", "Type accept when it is right, or cancel."]);
  expect(world.as("Ada", "accept")).toEqual(["You accept. Now it is up to Ben."]);
  expect(world.reads("Ben").slice(1)).toEqual(["Ada accepts the trade. Type accept to carry it out, or trade to see it once more."]);
  expect(world.as("Ben", "confirm")).toEqual(["You trade with Ada: you give a sword, and get three apples and ten coins."]);
  expect(world.reads("Ada")).toContain("You trade with Ben: you give three apples and ten coins, and get a sword.");
  expect(world.reads("Cleo")).toEqual(["Ben and Ada begin to trade.", "Ben and Ada trade with each other."]);
  expect(world.carries("Ada")).toEqual(["apple", "sword"]);
  expect(world.area.items.get(asId("apple"))?.quantity).toBe(2);
  expect(["ada", "ben"].map((id) => world.area.characters.get(asId(id))?.coins)).toEqual([40, 18]);
  expect(world.area.trades.size).toBe(0);
});

test("the exchange is one decision that nothing can slip into", () => {
  const world = trading();
  world.item("bag", "char:ada");
  world.item("pin", "item:bag");
  for (const line of ["offer bag", "offer 10 coins"]) world.as("Ada", line);
  world.as("Ben", "offer sword");
  later(world);
  world.as("Ada", "accept");
  world.as("Ben", "accept");
  const last = world.last;
  if (last?.kind !== "accepted") throw new Error("not accepted");
  expect([...last.reads]).toEqual(expect.arrayContaining([
    "character:ada", "character:ben", "trade:ada", "trade:ben", "purse:ada", "purse:ben", "item:bag", "item:pin", "item:sword", "holder:char:ada", "holder:char:ben", "holder:item:bag",
  ]));
  expect([...last.writes]).toEqual(expect.arrayContaining(["trade:ada", "trade:ben"]));
  expect(last.events.map(({ type }) => type)).toEqual(["item-moved", "item-moved", "coins-changed", "coins-changed", "trade-changed", "trade-changed"]);
});

test("whatever is changed, both accept anew, and not before they can have read it", () => {
  const world = trading();
  world.as("Ada", "offer apples");
  later(world);
  world.as("Ben", "accept");
  expect(world.as("Ada", "withdraw 2 apples")).toEqual(["You offer three apples.", "The trade has changed: what was accepted counts no more."]);
  expect(world.reads("Ben").slice(-2)).toEqual(["Ada offers three apples.", "The trade has changed: what was accepted counts no more."]);
  expect(world.as("Ben", "accept")).toEqual(["Ada has just changed the offer. Look at it first, then accept."]);
  expect(world.as("Ada", "accept")).toEqual(["You accept. Now it is up to Ben."]);
  expect(world.as("Ada", "accept")).toEqual(["You have accepted already. Ben has not."]);
  later(world);
  expect(world.as("Ben", "accept")).toEqual(["You trade with Ada: you give nothing, and get three apples."]);
});

test("offers are put up, renewed and taken back", () => {
  const world = trading();
  world.as("Ada", "offer 2 apples");
  expect(world.as("Ada", "offer 4 apples")).toEqual(["You offer four apples."]);
  expect(world.as("Ada", "offer 5 coins")).toEqual(["You offer four apples and five coins."]);
  expect(world.as("Ada", "withdraw 2 coins")).toEqual(["You offer four apples and three coins."]);
  expect(world.as("Ada", "withdraw coins")).toEqual(["You offer four apples."]);
  expect(world.as("Ada", "withdraw sword")).toEqual(["You are not offering any sword."]);
  expect(world.as("Ada", "offer nothing")).toEqual(["You offer nothing."]);
  expect(world.as("Ada", "offer 9 apples")).toEqual(["You have only five apples."]);
  expect(world.as("Ada", "offer 51 coins")).toEqual(["You have only 50 coins."]);
  world.item("apple", "char:ben", { id: "bens" as never });
  world.as("Ada", "offer apple");
  expect(world.as("Ben", "offer apple")).toEqual(["Ada offers such things already. Agree who gives an apple."]);
  for (let n = 0; n < MAX_TRADE_THINGS; n++) world.item("pin", "char:ada", { id: `pin${n}` as never });
  expect(world.as("Ada", "offer all.pin")).toEqual([`You can offer ${MAX_TRADE_THINGS} things at once, not more.`]);
});

test("what is worn, belongs to a quest or is not there is not offered", () => {
  const world = trading();
  world.item("cap", "char:ada", { slot: "head" });
  world.item("ring", "char:ada");
  world.item("bag", "char:ada");
  expect(world.as("Ada", "offer cap")).toEqual(["You are wearing or holding the cap. Type remove first."]);
  expect(world.as("Ada", "offer ring")).toEqual(["You need the ring yourself for your quest."]);
  world.as("Ada", "put ring in bag");
  expect(world.as("Ada", "offer bag")).toEqual(["You need the ring yourself for your quest: take it out of the bag first."]);
  expect(world.as("Ada", "offer sword")).toEqual(["You are not carrying any sword."]);
});

test.each([
  ["drops it", "drop apples"], ["drops some of it", "drop 3 apples"], ["gives it away", "give apples to cleo"],
])("when Ada %s between offer and exchange, nothing changes hands and both are told", (_, line) => {
  const world = trading();
  world.as("Ada", "offer 5 apples");
  world.as("Ben", "offer sword");
  later(world);
  world.as("Ada", "accept");
  world.as("Ada", line);
  world.reads("Ada");
  expect(world.as("Ben", "trade")).toEqual(["You are trading with Ada.", "You offer a sword.", "Ada offers nothing.", "Not there any more as it was: five apples.", "Ada has accepted.", "Type accept when it is right, or cancel."]);
  expect(world.as("Ben", "accept")).toEqual(["The trade does not come about: something Ada offered is not there any more as it was."]);
  expect(world.reads("Ada")).toEqual(["The trade does not come about: something you offered is not there any more as it was."]);
  expect(world.last?.kind === "accepted" && world.last.events.map(({ type }) => type)).toEqual(["trade-changed", "trade-changed"]);
  expect(world.carries("Ben")).toEqual(["sword"]);
  later(world);
  expect(world.as("Ben", "accept")).toEqual(["You accept. Now it is up to Ada."]);
});

test("a bag emptied after it was offered, a cap put on, coins spent: not what was offered", () => {
  const world = trading();
  world.item("bag", "char:ada");
  world.item("pin", "item:bag");
  world.item("cap", "char:ada");
  world.as("Ada", "offer bag");
  expect(world.as("Ben", "trade")).toContain("In the bag: a pin.");
  later(world);
  world.as("Ben", "accept");
  world.as("Ada", "get pin from bag");
  expect(world.as("Ada", "accept")).toEqual(["The trade does not come about: something you offered is not there any more as it was."]);
  world.as("Ada", "offer cap");
  later(world);
  world.as("Ben", "accept");
  world.as("Ada", "wear cap");
  expect(world.as("Ada", "accept")[0]).toContain("something you offered");
  world.as("Ada", "offer 50 coins");
  later(world);
  world.as("Ben", "accept");
  world.as("Ada", "drop 1 coin");
  expect(world.as("Ada", "accept")[0]).toContain("something you offered");
  expect(world.as("Ada", "trade")).toContain("You offer 49 coins.");
});

test("what one gives makes room for what one gets; nobody gets more than they can carry", () => {
  const world = trading();
  for (let n = 1; n < MAX_ITEMS_CARRIED; n++) {
    world.item("pin", "char:ada", { id: `a${n}` as never });
    world.item("pin", "char:ben", { id: `b${n}` as never });
  }
  world.as("Ada", "offer 3 apples");
  later(world);
  world.as("Ada", "accept");
  expect(world.as("Ben", "accept")).toEqual(["The trade does not come about: you could not carry so many things."]);
  expect(world.reads("Ada").at(-1)).toEqual("The trade does not come about: Ben could not carry so many things.");
  world.as("Ada", "offer 5 apples");
  world.as("Ben", "offer sword");
  later(world);
  world.as("Ada", "accept");
  expect(world.as("Ben", "accept")).toEqual(["You trade with Ada: you give a sword, and get five apples."]);
});

test("weight and purse have their bounds", () => {
  const world = trading();
  world.item("anvil", "char:ada");
  world.item("anvil", "char:ben", { id: "bens" as never });
  world.as("Ada", "offer anvil");
  later(world);
  world.as("Ada", "accept");
  expect(world.as("Ben", "accept")).toEqual(["The trade does not come about: the load would be too heavy for you."]);
  world.as("Ben", "offer anvil");
  later(world);
  world.as("Ada", "accept");
  expect(world.as("Ben", "accept")).toEqual(["You trade with Ada: you give a anvil, and get a anvil."]);
  trading(world);
  world.area.characters.get(asId("ben"))!.coins = MAX_COINS;
  world.as("Ada", "offer 1 coin");
  later(world);
  world.as("Ada", "accept");
  expect(world.as("Ben", "accept")).toEqual(["The trade does not come about: your purse has no room for so many coins."]);
});

test.each(["north", "sleep", "cancel"])("%s ends the trade", (line) => {
  const world = trading();
  world.as("Ada", "offer apples");
  world.reads("Ben");
  expect(world.as("Ada", line)[0]).toBe("Your trade with Ben is off. Nothing has changed hands.");
  expect(world.reads("Ben")[0]).toBe("Ada does not trade with you any more. Nothing has changed hands.");
  expect(world.area.trades.size).toBe(0);
  expect(world.as("Ben", "accept")).toEqual(["You are not trading with anybody. Type for example: trade Ada."]);
});

test.each([["quit", decideDeparture], ["link-dead", decideDeparture], [true, decideLink]] as const)("going away (%s) ends the trade", (how, decideGoing) => {
  const world = trading();
  world.as("Ada", "offer apples");
  world.reads("Ben");
  world.take(decideGoing(world.area, asId("ada"), how as never, world.ctx), "Ada");
  expect(world.reads("Ben")[0]).toBe("Ada does not trade with you any more. Nothing has changed hands.");
  expect(world.area.trades.size).toBe(0);
});

test("proposals: taken back, turned down, changed for another; who trades is not disturbed", () => {
  const world = market();
  expect(world.as("Ada", "offer apples")).toEqual(["You are not trading with anybody. Type for example: trade Ada."]);
  world.as("Ada", "trade ben");
  expect(world.as("Ada", "offer apples")).toEqual(["You have proposed a trade to Ben, who has not agreed yet."]);
  expect(world.as("Ben", "trade")).toEqual(["Ada would like to trade with you. Type trade Ada to agree, or cancel."]);
  expect(world.as("Ben", "cancel")).toEqual(["You let it be."]);
  expect(world.reads("Ada").at(-1)).toBe("Ben does not trade with you any more. Nothing has changed hands.");
  world.as("Ada", "trade ben");
  world.reads("Ben");
  world.as("Ada", "trade cleo");
  expect(world.reads("Ben")).toEqual(["Ada does not trade with you any more. Nothing has changed hands."]);
  world.as("Cleo", "trade ada");
  expect(world.as("Ben", "trade ada")).toEqual(["Ada is trading with somebody else."]);
  expect(world.as("Ada", "trade ben")).toEqual(["You are trading with Cleo. Type cancel first to end that."]);
  expect(world.as("Ada", "accept")).toEqual(["Neither you nor Cleo has offered anything yet."]);
});

test("nobody trades with those who are away, with the baker, or with oneself", () => {
  const world = market();
  world.npc("baker");
  expect(world.as("Ada", "trade baker")).toEqual(["The baker does not trade like that. Type list to see whether something is for sale here."]);
  expect(world.as("Ada", "trade me")).toEqual(["You would always agree with yourself."]);
  expect(world.as("Ada", "trade dora")).toEqual(["You see no dora here."]);
  world.area.characters.get(asId("ben"))!.position = "sleeping";
  expect(world.as("Ada", "trade ben")).toEqual(["Ben is asleep and trades nothing."]);
  world.area.characters.get(asId("ben"))!.linkDead = true;
  expect(world.as("Ada", "trade ben")).toEqual(["Ben is staring into nothing and does not hear you."]);
});

test("while an exchange is being written, what was offered can be neither changed nor dropped", () => {
  const world = trading();
  world.as("Ada", "offer apples");
  later(world);
  world.as("Ada", "accept");
  const done = decide(world.area, asId("ben"), "accept", world.ctx);
  for (const line of ["withdraw apples", "cancel", "drop apples", "north", "sleep"]) {
    const meanwhile = decide(world.area, asId("ada"), line, world.ctx);
    if (done.kind !== "accepted" || meanwhile.kind !== "accepted") throw new Error(line);
    expect([...meanwhile.writes].some((key) => done.reads.has(key)), line).toBe(true);
  }
});
