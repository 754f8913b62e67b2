/**
 * Whatever three players type, in whatever order: no thing and no coin comes from nowhere or goes nowhere, no
 * bound is passed, and deciding changes nothing. A failure prints its seed; run it again with FC_SEED=<seed>.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld, type TestWorld } from "../../test/support/transcript.ts";
import { MAX_CONTAINER_DEPTH, MAX_ITEMS_CARRIED, MAX_ITEMS_PER_ROOM, MAX_SECOND_HAND, MAX_WEIGHT_CARRIED_G, TRADE_SETTLE_MS } from "../limits.ts";
import { COIN_KIND, type ContentIndex, type QuestDef } from "./content.ts";
import { addsUp, type Decision } from "./decision.ts";
import { isDurable, type DomainEvent, type ItemCause } from "./events.ts";
import { asId, inside, type DoorId, type Holder, type KindId, type SpawnId } from "./ids.ts";
import { checkInvariants } from "./invariants.ts";
import type { AreaState, Item } from "./world.ts";

const PLAYERS = ["Ada", "Ben", "Cleo"] as const;
const NOUNS = ["apple", "apple", "sword", "bag", "bag", "cap", "torch", "ale", "charm", "coin", "coin", "chest", "key", "stone", "seal", "fountain"] as const;
const WAYS = ["north", "south"] as const;

const kinds = [
  aKind("apple", { name: "an apple", stackable: true, value: 3, food: { vigour: 5, health: 1, text: null } }), aKind("sword", { slot: "wielded", value: 20, weightG: 9_000 }),
  aKind("bag", { value: 4, container: { capacity: 3, closable: true, key: null, initially: "open" } }),
  aKind("chest", { fixed: true, container: { capacity: 4, closable: true, key: "key", initially: "open" } }), aKind("cap", { slot: "head", value: 2, stackable: true }),
  aKind("torch", { name: "a torch", plural: "torches", light: true, slot: "held", stackable: true, value: 2 }),
  aKind("ale", { name: "an ale", stackable: true, value: 6, drink: { vigour: 3, health: 0, charges: 2, text: null } }),
  aKind("charm", { stackable: true, value: 5, use: { text: "It glows.", othersText: null, room: null, consumes: true, dismisses: null } }),
  aKind("key"), aKind("stone", { weightG: 25_000 }), aKind("seal", { quest: "oath", value: 5 }), aKind("fountain", { fixed: true, drink: { vigour: 1, health: 1, charges: 1, text: null } }),
];
const oath = {
  id: "oath", name: "The Oath", summary: "", giver: "cat", requires: [], startGives: [], doneText: "Done.", rewards: { coins: 15, items: [{ kind: "apple", quantity: 2 }] },
  steps: [{ id: "apples", text: "Feed the cat.", trigger: { type: "deliver", kind: "apple", npc: "cat", count: 4 }, doneText: null, gives: [{ kind: "charm", quantity: 1 }] }],
} as unknown as QuestDef;

function smallWorld(): TestWorld {
  const door = { id: "oak", name: "an oak door", keywords: ["oak", "door"], key: "key", initially: "open" };
  const world = aWorld({
    kinds, quests: [oath],
    rooms: [aRoom("yard", { exits: [anExit("north", "hall", { door: "oak" })] }), aRoom("hall", { exits: [anExit("south", "yard", { door: "oak" })] })],
    npcs: [
      anNpcKind("baker", { shop: { sells: [{ kind: "apple", price: 2 }, { kind: "bag", price: 6 }, { kind: "ale", price: 4 }], buys: "any", buysAtPercent: 50, opens: [] } }),
      anNpcKind("pedlar", { shop: { sells: [{ kind: "torch", price: 1 }], buys: ["sword", "cap", "torch"], buysAtPercent: 100, opens: ["day"] } }),
      anNpcKind("cat"),
    ],
    spawns: [
      { id: asId<SpawnId>("heap"), area: asId("here"), room: asId("yard"), what: { type: "item", kind: asId("apple") }, quantity: 6, in: null, respawnS: 60 },
    ],
    content: { doors: new Map([[asId<DoorId>("oak"), door]]) } as unknown as Partial<ContentIndex>,
  });
  for (const name of PLAYERS) world.person(name, { coins: 40 });
  world.area.characters.get(asId("ada"))!.quests.set(asId("oath"), { state: "active", step: 0, count: 0 });
  for (const npc of ["baker", "pedlar", "cat"]) world.npc(npc, npc === "pedlar" ? "hall" : "yard");
  for (const kind of ["chest", "fountain", "sword", "stone"]) world.item(kind, "yard");
  world.item("apple", "yard", { quantity: 6, spawn: asId<SpawnId>("heap") });
  world.item("coins", "item:chest", { quantity: 30 });
  for (const name of ["ada", "ben", "cleo"]) {
    for (const [kind, quantity] of [["apple", 5], ["cap", 2], ["torch", 3], ["ale", 2], ["charm", 2], ["sword", 1], ["bag", 1], ["bag", 1]] as const) {
      world.item(kind, `char:${name}`, { id: `${kind}${world.area.items.size}` as never, quantity });
    }
  }
  world.item("key", "char:ben");
  world.item("seal", "char:ada");
  world.item("chest", "hall", { id: "coffer" as never });
  return world;
}

// ---- what players type

const noun = fc.constantFrom(...NOUNS);
const amount = fc.integer({ min: 0, max: 9 });
const thing = fc.oneof(
  { weight: 4, arbitrary: noun }, { weight: 2, arbitrary: noun.map((word) => `${word}s`) }, { weight: 2, arbitrary: fc.tuple(amount, noun).map(([count, word]) => `${count} ${word}s`) },
  { weight: 1, arbitrary: fc.tuple(fc.integer({ min: 1, max: 3 }), noun).map(([nth, word]) => `${nth}.${word}`) }, { weight: 1, arbitrary: noun.map((word) => `all.${word}`) },
);
const box = fc.constantFrom("bag", "chest", "2.bag", "3.bag", "bag", "chest");
const whom = fc.constantFrom(...PLAYERS, "cat", "baker");
const typing = (verbs: readonly string[], what: fc.Arbitrary<string>): fc.Arbitrary<string> => fc.tuple(fc.constantFrom(...verbs), what).map((words) => words.join(" "));
const line = fc.oneof(
  { weight: 4, arbitrary: typing(["wear", "wield", "hold", "remove", "eat", "drink", "use", "light", "extinguish", "value", "read"], thing) },
  { weight: 4, arbitrary: typing(["get", "drop", "sell", "buy"], thing) },
  { weight: 1, arbitrary: fc.constantFrom("get all", "get all", "drop all", "sell all", "remove all", "wear all") },
  { weight: 2, arbitrary: fc.tuple(thing, box).map(([what, where]) => `get ${what} from ${where}`) },
  { weight: 2, arbitrary: fc.tuple(thing, box).map(([what, where]) => `put ${what} in ${where}`) },
  { weight: 1, arbitrary: fc.tuple(thing, box).map(([what, where]) => `put ${what} ${where}`) },
  { weight: 3, arbitrary: fc.tuple(thing, whom).map(([what, to]) => `give ${what} to ${to}`) },
  { weight: 1, arbitrary: fc.tuple(amount, fc.constantFrom("apple", "bag", "ale", "sword", "cap", "#2", "#4")).map(([count, what]) => `buy ${count} ${what}`) },
  { weight: 2, arbitrary: typing(["open", "close", "lock", "unlock"], fc.constantFrom("door", "chest", "bag", ...WAYS)) },
  { weight: 2, arbitrary: fc.constantFrom(...WAYS, ...WAYS, "inventory", "list") },
  { weight: 1, arbitrary: fc.constantFrom("sleep", "stand", "stand", "stand") },
  { weight: 4, arbitrary: fc.tuple(fc.constantFrom(...PLAYERS), fc.oneof(thing, amount.map((count) => `${count} coins`))).map(([to, what]) => `mail ${to} ${what}`) },
  { weight: 3, arbitrary: fc.constantFrom("mail get", "mail get", "collect 1", "mail") },
  { weight: 2, arbitrary: typing(["trade"], fc.constantFrom(...PLAYERS)) },
  { weight: 3, arbitrary: typing(["offer"], fc.oneof(thing, amount.map((count) => `${count} coins`))) },
  { weight: 1, arbitrary: typing(["withdraw"], thing) },
  { weight: 3, arbitrary: fc.constantFrom("accept", "accept", "accept", "cancel") },
);
const play = fc.array(fc.tuple(fc.constantFrom(...PLAYERS), line), { minLength: 1, maxLength: 60, size: "max" });

// ---- what must hold

const TRANSFERS: ReadonlySet<ItemCause> = new Set(["split", "merge"]);
const MINTS = new Set(["start", "quest", "sell", "admin"]);
const BURNS = new Set(["buy", "postage", "admin"]);

/** How many of each kind there are, wherever they are, in the post too. */
function countThings({ area, post }: TestWorld): Map<KindId, number> {
  const counts = new Map<KindId, number>();
  for (const item of [...area.items.values(), ...post.items.values()]) counts.set(item.kind, (counts.get(item.kind) ?? 0) + item.quantity);
  return counts;
}

const countCoins = (world: TestWorld): number =>
  [...world.area.characters.values()].reduce((sum, { coins }) => sum + coins, countThings(world).get(COIN_KIND) ?? 0);

/** What an event does to the number of things of a kind, and why. */
function changeOf(event: DomainEvent, area: AreaState): { kind: KindId; delta: number; cause: ItemCause } | null {
  switch (event.type) {
    case "item-created": return { kind: event.item.kind, delta: event.item.quantity, cause: event.cause };
    case "item-destroyed": return { kind: event.kind, delta: -event.quantity, cause: event.cause };
    case "item-quantity-changed": return { kind: area.items.get(event.item)!.kind, delta: event.to - event.from, cause: event.cause };
    default: return null;
  }
}

/** What the events say should be there afterwards: only causes that make or end things count. */
class Ledger {
  readonly things: Map<KindId, number>;
  coins: number;

  constructor(world: TestWorld) {
    this.things = countThings(world);
    this.coins = countCoins(world);
  }

  /** `known` holds every item the events name, those that they make included. */
  book(events: readonly DomainEvent[], known: AreaState): void {
    const transfers = new Map<KindId, number>();
    for (const event of events) {
      if (event.type === "coins-changed" && (event.delta > 0 ? MINTS : BURNS).has(event.cause)) this.coins += event.delta;
      const change = changeOf(event, known);
      if (change === null) continue;
      if (change.kind === COIN_KIND) expect(["coins-dropped", "coins-taken", "split", "merge"]).toContain(change.cause);
      else if (!TRANSFERS.has(change.cause)) this.things.set(change.kind, (this.things.get(change.kind) ?? 0) + change.delta);
      if (TRANSFERS.has(change.cause)) transfers.set(change.kind, (transfers.get(change.kind) ?? 0) + change.delta);
    }
    for (const [kind, sum] of transfers) expect(sum, `splits and merges of ${kind} in one decision`).toBe(0);
  }
}

function checkBounds(area: AreaState, content: ContentIndex): void {
  const weightG = (holder: Holder): number => held(area, holder).reduce((sum, item) => sum + content.items.get(item.kind)!.weightG * item.quantity + weightG(inside(item.id)), 0);
  const depth = (item: Item): number => (content.items.get(item.kind)!.container === null ? 0 : 1 + Math.max(0, ...held(area, inside(item.id)).map(depth)));
  for (const [holder, shelf] of area.contents) {
    const limit = holder.startsWith("char:") ? MAX_ITEMS_CARRIED : holder.startsWith("room:") ? MAX_ITEMS_PER_ROOM : holder.startsWith("npc:") ? MAX_SECOND_HAND
      : content.items.get(area.items.get(asId(holder.slice(5)))!.kind)!.container!.capacity;
    expect(shelf.size, holder).toBeLessThanOrEqual(limit);
    if (holder.startsWith("char:")) {
      expect(weightG(holder), holder).toBeLessThanOrEqual(MAX_WEIGHT_CARRIED_G);
      const slots = held(area, holder).map(({ slot }) => slot).filter((slot) => slot !== null);
      expect(new Set(slots).size, `${holder} wears two things in one place`).toBe(slots.length);
    }
  }
  for (const item of area.items.values()) {
    expect(depth(item)).toBeLessThanOrEqual(MAX_CONTAINER_DEPTH);
    if (item.slot !== null) expect(item.quantity).toBe(1);
  }
}

const held = (area: AreaState, holder: Holder): Item[] => [...area.contents.get(holder) ?? []].map((id) => area.items.get(id)!);

/** Whatever an event names as moved, changed or ended was read or is new: otherwise two decisions could do it at once. */
function checkConflictKeys(decision: Decision): void {
  if (decision.kind !== "accepted") return;
  const made = new Set<string>();
  for (const event of decision.events) {
    if (event.type === "item-created") made.add(event.item.id);
    const item = event.type === "item-moved" || event.type === "item-quantity-changed" || event.type === "item-changed" || event.type === "item-destroyed" ? event.item : null;
    if (item !== null && !made.has(item)) expect([...decision.reads], `${event.type} of ${item}`).toContain(`item:${item}`);
    if (event.type === "coins-changed" && event.delta < 0) expect([...decision.reads]).toContain(`purse:${event.character}`);
  }
}

/** A world and what must be in it; fails as soon as it is not. */
class Witness {
  readonly world = smallWorld();
  readonly #ledger = new Ledger(this.world);

  /** Decides, and makes sure that this has changed nothing. */
  decide(name: string, text: string): Decision {
    const { area } = this.world;
    const before = structuredClone({ ...area, def: null });
    const decision = this.world.decide(name, text);
    expect({ ...area, def: null }, `deciding "${text}" changed the area`).toEqual(before);
    checkConflictKeys(decision);
    return decision;
  }

  take(decision: Decision, name: string, text: string): void {
    const { area } = this.world;
    const known: AreaState = { ...area, items: new Map(area.items) };
    for (const event of decision.kind === "accepted" ? decision.events : []) if (event.type === "item-created") known.items.set(event.item.id, event.item);
    this.world.take(decision, name);
    // So much later that whoever is to accept a trade has read what it is.
    this.world.nowMs += TRADE_SETTLE_MS;
    checkInvariants(area);
    if (decision.kind === "accepted") this.#ledger.book(decision.events, known);
    expect(countCoins(this.world), `coins after "${text}"`).toBe(this.#ledger.coins);
    const things = countThings(this.world);
    for (const kind of new Set([...this.#ledger.things.keys(), ...things.keys()])) {
      if (kind !== COIN_KIND) expect(things.get(kind) ?? 0, `${kind} after "${text}"`).toBe(this.#ledger.things.get(kind) ?? 0);
    }
    checkBounds(area, this.world.content);
  }
}

/** As the pump sees it: one reads what the other writes, or both write what does not simply add up. */
const meet = (one: Decision, other: Decision): boolean => one.kind === "accepted" && other.kind === "accepted"
  && ([...one.writes].some((key) => other.reads.has(key) || (other.writes.has(key) && !addsUp(key))) || [...other.writes].some((key) => one.reads.has(key)));

/** For the database. */
const waits = (decision: Decision): boolean => decision.kind === "accepted" && decision.events.some(isDurable);

/** Some seconds alone on a machine; a busy one may take longer. */
const PATIENCE_MS = 120_000;
const seed = process.env["FC_SEED"] === undefined ? {} : { seed: Number(process.env["FC_SEED"]) };

test("things and coins are conserved, bounds are kept, and deciding changes nothing", () => {
  const typed = { accepted: 0, refused: 0 };
  fc.assert(fc.property(play, (lines) => {
    const witness = new Witness();
    for (const [name, text] of lines) {
      const decision = witness.decide(name, text);
      typed[decision.kind] += 1;
      witness.take(decision, name, text);
    }
  }), { numRuns: 60, ...seed });
  // Not a walk through refusals only.
  expect(typed.accepted).toBeGreaterThan(typed.refused / 5);
}, PATIENCE_MS);

/** Ada and Ben trade, and do with their things whatever they like meanwhile. */
const barter = fc.array(fc.tuple(fc.constantFrom("Ada", "Ben"), fc.oneof(
  { weight: 3, arbitrary: typing(["offer", "offer", "withdraw"], fc.oneof(thing, amount.map((count) => `${count} coins`))) },
  { weight: 4, arbitrary: fc.constantFrom("accept", "accept", "accept", "accept", "accept", "accept", "cancel") },
  { weight: 2, arbitrary: typing(["drop", "wear", "eat", "drink", "get"], thing) },
  { weight: 1, arbitrary: fc.tuple(thing, whom).map(([what, to]) => `give ${what} to ${to}`) },
  { weight: 1, arbitrary: fc.tuple(thing, box).map(([what, where]) => `put ${what} in ${where}`) },
  { weight: 1, arbitrary: fc.tuple(thing, box).map(([what, where]) => `get ${what} from ${where}`) },
)), { minLength: 20, maxLength: 60, size: "max" });

test("trades: whatever happens to what was offered, it changes hands whole or not at all", () => {
  let exchanges = 0;
  fc.assert(fc.property(barter, (lines) => {
    const witness = new Witness();
    const { area } = witness.world;
    const begins = (name: string, text: string): void => witness.take(witness.decide(name, text), name, text);
    for (const [name, text] of lines) {
      if (area.trades.size === 0) {
        begins("Ada", "trade ben");
        begins("Ben", "trade ada");
      }
      const side = (id: string) => area.trades.get(asId(id));
      const offered = text === "accept" && side("ada")?.with === "ben" && side("ben")?.with === "ada" ? [side("ada")!, side("ben")!] as const : undefined;
      const decision = witness.decide(name, text);
      witness.take(decision, name, text);
      if (offered === undefined || decision.kind !== "accepted" || !decision.events.some(({ type }) => type !== "trade-changed")) continue;
      exchanges += 1;
      expect(offered.some(({ accepted }) => accepted), "one of them had accepted before").toBe(true);
      const coins = decision.events.filter((event) => event.type === "coins-changed" && event.delta < 0).map((event) => event.type === "coins-changed" && -event.delta);
      expect(coins.toSorted()).toEqual(offered.map((each) => each.coins).filter((count) => count > 0).toSorted());
      for (const [giver, taker] of [["ada", "ben"], ["ben", "ada"]] as const) {
        for (const { item, kind } of offered[giver === "ada" ? 0 : 1].things.filter((each) => !witness.world.content.items.get(each.kind)!.stackable)) {
          expect(area.items.get(item)?.at, `${kind} of ${giver}`).toBe(`char:${taker}`);
        }
      }
      expect(area.trades.size).toBe(0);
    }
  }), { numRuns: 60, ...seed });
  expect(exchanges).toBeGreaterThan(20);
}, PATIENCE_MS);

test("two that meet nowhere may be written at once: decided on the same state, both still hold", () => {
  let overlapped = 0;
  fc.assert(fc.property(play, (lines) => {
    const witness = new Witness();
    for (let n = 0; n + 1 < lines.length; n += 2) {
      const [[one, first], [other, second]] = [lines[n]!, lines[n + 1]!];
      const before = witness.decide(one, first);
      let after = witness.decide(other, second);
      const together = one !== other && !meet(before, after) && waits(before);
      // What is not written to the database happens at once, also while something else is being written.
      if (together && !waits(after)) {
        witness.take(after, other, second);
        witness.take(before, one, `${first}" around "${second}`);
        continue;
      }
      witness.take(before, one, first);
      if (!together) after = witness.decide(other, second);
      else if (before.kind === "accepted" && after.kind === "accepted" && before.writes.size > 0 && after.writes.size > 0) overlapped += 1;
      witness.take(after, other, `${second}" beside "${first}`);
    }
  }), { numRuns: 60, ...seed });
  expect(overlapped).toBeGreaterThan(5);
}, PATIENCE_MS);
