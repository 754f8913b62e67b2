/** Taking back what an entry of the journal did: the entries here are what players really did a moment before. */
import { describe, expect, test } from "vitest";
import { aKind, anNpcKind, aWorld, type TestWorld } from "../../test/support/transcript.ts";
import { TRADE_SETTLE_MS } from "../limits.ts";
import { render } from "../text/render.ts";
import { apply } from "./apply.ts";
import { isDurable, type DurableEvent } from "./events.ts";
import { asId, type CharacterId, type KindId } from "./ids.ts";
import { notUndoable, partiesOf, planUndo, type UndoPlan, type UndoView } from "./undo.ts";
import { undoMessages } from "./undo-told.ts";

const kinds = [
  aKind("apple", { name: "an apple", stackable: true, value: 4 }), aKind("sword", { value: 40 }), aKind("loaf", { name: "a loaf", plural: "loaves", stackable: true, value: 10 }),
];

function square(): TestWorld {
  const world = aWorld({ kinds, npcs: [anNpcKind("baker", { shop: { sells: [{ kind: "loaf", price: 4 }], buys: "any", buysAtPercent: 50, opens: [] } })] });
  world.npc("baker");
  world.person("Ada", { coins: 50 });
  world.person("Ben", { coins: 8 });
  world.item("apple", "char:ada", { quantity: 5 });
  world.item("sword", "char:ben");
  return world;
}

/** What a line wrote into the journal. */
function did(world: TestWorld, who: string, line: string): DurableEvent[] {
  world.as(who, line);
  if (world.last?.kind !== "accepted") throw new Error(`${who} could not: ${line}`);
  return world.last.events.filter(isDurable);
}

function viewOf(world: TestWorld): UndoView {
  return {
    item: (id) => world.area.items.get(id),
    coins: (id) => world.area.characters.get(id)?.coins,
    asMade: (kind) => (world.content.items.has(kind) ? { kind, charges: null, open: true, locked: false, lit: false } : undefined),
  };
}

interface Undone { readonly plan: UndoPlan; readonly told: Record<string, string> }

/** Plans it and, unless something has moved on (or `force`), does it; answers what everybody read. */
function undo(world: TestWorld, events: readonly DurableEvent[], force = false): Undone {
  const view = viewOf(world);
  const plan = planUndo("7", events, view);
  const messages = undoMessages(plan.events, view, world.content);
  const told = Object.fromEntries(messages.map((message) => [message.audience.to === "character" ? message.audience.id : "", render(message).text]));
  if (plan.problems.length === 0 || force) for (const event of plan.events) apply(world.area, event);
  return { plan, told };
}

const coins = (world: TestWorld): (number | undefined)[] => ["ada", "ben"].map((id) => world.area.characters.get(asId<CharacterId>(id))?.coins);
/** Kinds and numbers, however they are stacked. */
function things(world: TestWorld, who: string): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const id of world.carries(who)) {
    const { kind, quantity } = world.area.items.get(asId(id))!;
    sums[kind] = (sums[kind] ?? 0) + quantity;
  }
  return sums;
}

describe("a gift", () => {
  test("goes back, and both read what they lose and get", () => {
    const world = square();
    const { plan, told } = undo(world, did(world, "Ben", "give sword to ada"));
    expect(plan.problems).toEqual([]);
    expect([things(world, "Ada"), things(world, "Ben")]).toEqual([{ apple: 5 }, { sword: 1 }]);
    expect(told).toEqual({
      ada: "An operator takes back something that happened earlier: you lose a sword.",
      ben: "An operator takes back something that happened earlier: you get back a sword.",
    });
  });

  test("of part of a stack goes back onto the stack it came from", () => {
    const world = square();
    const { told } = undo(world, did(world, "Ada", "give 2 apples to ben"));
    expect([things(world, "Ada"), things(world, "Ben")]).toEqual([{ apple: 5 }, { sword: 1 }]);
    expect(world.carries("Ada")).toEqual(["apple"]);
    expect(told["ada"]).toContain("you get back two apples");
  });

  test("of coins goes back; of which only what is there", () => {
    const world = square();
    const events = did(world, "Ada", "give 20 coins to ben");
    world.as("Ben", "drop 25 coins");
    const { plan } = undo(world, events);
    expect(plan.problems).toEqual(["Of 20 coins, {char:ben} has 3 now."]);
    expect(coins(world)).toEqual([30, 3]);
    const { told } = undo(world, events, true);
    expect(coins(world)).toEqual([33, 0]);
    expect(told["ada"]).toContain("you get back three coins");
  });

  test("that has moved on stays where it is, forced or not: nobody else is robbed for it", () => {
    const world = square();
    world.person("Cleo");
    const events = did(world, "Ben", "give sword to ada");
    world.as("Ada", "give sword to cleo");
    const { plan, told } = undo(world, events, true);
    expect(plan).toMatchObject({ events: [], problems: ["The thing sword (sword) is at {char:cleo} now, not at {char:ada}."] });
    expect([things(world, "Cleo"), told]).toEqual([{ sword: 1 }, {}]);
  });
});

describe("a trade", () => {
  function traded(world: TestWorld): DurableEvent[] {
    for (const [who, line] of [["Ada", "trade ben"], ["Ben", "trade ada"], ["Ada", "offer 3 apples"], ["Ada", "offer 10 coins"], ["Ben", "offer sword"]] as const) world.as(who, line);
    world.nowMs += TRADE_SETTLE_MS;
    world.as("Ada", "accept");
    return did(world, "Ben", "accept");
  }

  test("is taken back on both sides, and each reads one line", () => {
    const world = square();
    const events = traded(world);
    expect([things(world, "Ada"), things(world, "Ben"), coins(world)]).toEqual([{ apple: 2, sword: 1 }, { apple: 3 }, [40, 18]]);
    expect(notUndoable(events)).toBeUndefined();
    expect(partiesOf(events).sort()).toEqual(["ada", "ben"]);
    const { plan, told } = undo(world, events);
    expect(plan.problems).toEqual([]);
    expect([things(world, "Ada"), things(world, "Ben"), coins(world)]).toEqual([{ apple: 5 }, { sword: 1 }, [50, 8]]);
    expect(told).toEqual({
      ada: "An operator takes back something that happened earlier: you lose a sword and get back three apples and ten coins.",
      ben: "An operator takes back something that happened earlier: you lose three apples and ten coins and get back a sword.",
    });
  });

  test("of which one side was eaten: forced, the rest goes back and nothing is made twice", () => {
    const world = square();
    const events = traded(world);
    const eaten = [...world.carries("Ben")].find((id) => world.area.items.get(asId(id))!.kind === "apple")!;
    apply(world.area, { type: "item-destroyed", item: asId(eaten), kind: asId<KindId>("apple"), quantity: 3, from: "char:ben", cause: "eat" });
    expect(undo(world, events).plan.problems).toHaveLength(1);
    const { told } = undo(world, events, true);
    expect(things(world, "Ada")).toEqual({ apple: 2 });
    expect(things(world, "Ben")).toEqual({ sword: 1 });
    expect(coins(world)).toEqual([50, 8]);
    expect(told["ben"]).toContain("you lose ten coins and get back a sword");
  });
});

describe("at a shop", () => {
  test("a sale is taken back: the thing from the shop, the coins from the seller", () => {
    const world = square();
    const before = coins(world);
    const events = did(world, "Ben", "sell sword");
    expect(things(world, "Ben")).toEqual({});
    const { plan, told } = undo(world, events);
    expect(plan.problems).toEqual([]);
    expect([things(world, "Ben"), coins(world)]).toEqual([{ sword: 1 }, before]);
    expect(told["ben"]).toMatch(/you lose \S+ coins and get back a sword\.$/);
    expect(told["ada"]).toBeUndefined();
  });

  test("a sale whose price is spent gives no thing back for nothing", () => {
    const world = square();
    const events = did(world, "Ben", "sell sword");
    world.as("Ben", "drop all coins");
    const { plan } = undo(world, events, true);
    expect(plan.problems).toEqual(["Of 20 coins, {char:ben} has 0 now.", "1 sword (sword) would go back from {npc:baker_spawn#1} only for the price."]);
    expect(things(world, "Ben")).toEqual({});
    expect(coins(world)[1]).toBe(0);
  });

  test("a purchase is taken back: the goods go, the price returns; and not for goods that were eaten", () => {
    const world = square();
    const before = coins(world);
    const events = did(world, "Ada", "buy loaf");
    expect(undo(world, events).plan.problems).toEqual([]);
    expect([things(world, "Ada"), coins(world)]).toEqual([{ apple: 5 }, before]);

    const again = did(world, "Ada", "buy loaf");
    world.as("Ada", "give loaf to ben");
    const spent = coins(world);
    expect(undo(world, again, true).plan.problems).not.toEqual([]);
    expect(coins(world)).toEqual(spent);
    expect(things(world, "Ben")).toEqual({ sword: 1, loaf: 1 });
  });
});

test("what did more than move things and coins is not undone", () => {
  const world = square();
  const moved: DurableEvent = { type: "character-moved", character: asId("ada"), from: asId("yard"), to: asId("yard"), toArea: world.area.id };
  expect(notUndoable([moved])).toBe("it also did something else (character-moved)");
  expect(notUndoable([])).toBe("it changed nothing");
});

test("the same undo planned again makes the same things, so that a repeat is known as one", () => {
  const world = square();
  const events: DurableEvent[] = [{ type: "item-destroyed", item: asId("old"), kind: asId<KindId>("sword"), quantity: 1, from: "char:ada", cause: "admin" }];
  const [one, two] = [1, 2].map(() => planUndo("7", events, viewOf(world)).events);
  expect(one).toEqual(two);
  expect(one).toMatchObject([{ type: "item-created", item: { id: "undo-7-1", at: "char:ada", kind: "sword" } }]);
});
