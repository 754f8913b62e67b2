import { expect, test } from "vitest";
import { aKind, anNpcKind, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { MAX_COINS, MAX_ITEMS_CARRIED, MAX_LETTERS_WAITING, MAX_NOTE_CHARS } from "../../limits.ts";
import type { RoomDef } from "../content.ts";
import { asId, type CharacterId } from "../ids.ts";
import { decideNotice } from "../notice.ts";

const kinds = [
  aKind("apple", { name: "an apple", stackable: true }), aKind("sword"), aKind("anvil", { weightG: 40_000 }), aKind("pin", { weightG: 0 }), aKind("ring", { quest: "lost" }),
  aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } }),
];

function village(rooms: RoomDef[] = [aRoom("yard")]): TestWorld {
  const world = aWorld({ kinds, rooms, npcs: [anNpcKind("baker")] });
  world.person("Ada", { coins: 50 });
  world.person("Ben");
  world.item("apple", "char:ada", { quantity: 5 });
  return world;
}

const ben = asId<CharacterId>("ben");
const coins = (world: TestWorld): number[] => [...world.area.characters.values()].map((character) => character.coins);

test("Ada sends Ben apples with a note; he collects them", () => {
  const world = village();
  expect(world.as("Ada", "mail ben 3 apples = For your birthday")).toEqual(["You hand in three apples for Ben, and pay a coin for the postage."]);
  expect(world.reads("Ben")).toEqual(["Ada hands in something for the post."]);
  expect(world.area.items.get(asId("apple"))?.quantity).toBe(2);
  expect(coins(world)).toEqual([49, 0]);
  world.take(decideNotice(world.area, ben, world.post.waitingFor(ben), world.ctx));
  expect(world.reads("Ben")).toEqual(["Post is waiting for you, from Ada. Type mail to see it."]);
  expect(world.as("Ben", "mail")).toEqual(["Post is waiting for you:", "1. From Ada: three apples.", 'It says, "For your birthday"', "Type mail get for all of it, or mail get and a number."]);
  expect(world.as("Ben", "mail get")).toEqual(["The post brings you three apples from Ada.", 'It says, "For your birthday"']);
  expect(world.carries("Ben")).toHaveLength(1);
  expect(world.as("Ben", "inventory").join()).toContain("hree apples");
  expect(world.as("Ben", "mail get")).toEqual(["No post is waiting for you."]);
  expect(world.post.items.size).toBe(0);
});

test("coins travel as a pile in escrow: none is made, only the postage is burned", () => {
  const world = village();
  expect(world.as("Ada", "mail ben 10 coins")).toEqual(["You hand in ten coins for Ben, and pay a coin for the postage."]);
  expect(coins(world)).toEqual([39, 0]);
  expect([...world.post.items.values()]).toEqual([expect.objectContaining({ kind: "coins", quantity: 10 })]);
  expect(world.last?.kind === "accepted" && world.last.events.filter(({ type }) => type === "coins-changed")).toEqual([
    { type: "coins-changed", character: "ada", delta: -1, cause: "postage" }, { type: "coins-changed", character: "ada", delta: -10, cause: "mail" },
  ]);
  expect(world.as("Ben", "collect")).toEqual(["The post brings you ten coins from Ada."]);
  expect(coins(world)).toEqual([39, 10]);
  expect(world.last).toMatchObject({ events: [{ type: "letter-taken", by: "ben" }, { type: "item-destroyed", quantity: 10, cause: "coins-taken" }, { type: "coins-changed", delta: 10, cause: "mail" }] });
});

test("a bag goes with what is in it, to somebody who is nowhere near, and a note goes alone", () => {
  const world = village();
  world.post.elsewhere.set("dora", { id: asId("dora"), name: "Dora" });
  world.item("bag", "char:ada");
  world.item("pin", "item:bag");
  expect(world.as("Ada", "mail dora bag")).toEqual(["You hand in a bag for Dora, and pay a coin for the postage."]);
  expect(world.carries("Ada")).toEqual(["apple"]);
  expect(world.area.items.has(asId("pin"))).toBe(false);
  expect(world.as("Ada", "mail DORA = Come home")).toEqual(["You hand in a note for Dora, and pay a coin for the postage."]);
  world.person("Dora");
  expect(world.as("Dora", "mail get 2")).toEqual(["The post brings you a note from Ada.", 'It says, "Come home"']);
  expect(world.as("Dora", "mail get 2")).toEqual(["There is no such letter. Type mail to see what is waiting."]);
  expect(world.as("Dora", "mail get 1")).toEqual(["The post brings you a bag from Ada."]);
  expect(world.carries("Dora")).toEqual(["bag"]);
  expect([...world.area.contents.get("item:bag")!]).toEqual(["pin"]);
});

test("sending depends on what is sent and on the purse; collecting on what one carries already", () => {
  const world = village();
  world.as("Ada", "mail ben apples");
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["character:ada", "item:apple", "purse:ada"]));
  world.as("Ben", "mail get");
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["character:ben", "holder:char:ben", "purse:ben"]));
  expect(world.last?.kind === "accepted" && [...world.last.writes]).toEqual([expect.stringMatching(/^letter:/), "item:apple", "holder:char:ben"]);
});

test("what does not fit waits in the post until there is room", () => {
  const world = village();
  world.item("anvil", "char:ada");
  world.item("anvil", "char:ben", { id: "bens" as never });
  world.as("Ada", "mail ben anvil");
  world.as("Ada", "mail ben 2 apples");
  world.as("Ada", "mail ben 5 coins");
  expect(world.as("Ben", "mail get")).toEqual(["The post brings you two apples from Ada.", "The post brings you five coins from Ada.", "The rest is more than you can carry, and goes on waiting."]);
  expect(world.as("Ben", "mail get")).toEqual(["You could not carry it. It goes on waiting for you."]);
  world.as("Ben", "drop anvil");
  expect(world.as("Ben", "mail get")).toEqual(["The post brings you a anvil from Ada."]);
  for (let n = 2; n < MAX_ITEMS_CARRIED; n++) world.item("pin", "char:ben", { id: `pin${n}` as never });
  world.as("Ada", "mail ben apple");
  expect(world.as("Ben", "mail get")).toEqual(["You could not carry it. It goes on waiting for you."]);
  world.area.characters.get(ben)!.coins = MAX_COINS;
  world.as("Ada", "mail ben 1 coin");
  expect(world.as("Ben", "mail get 2")).toEqual(["You could not carry it. It goes on waiting for you."]);
});

test("what is not sent, and to whom not", () => {
  const world = village();
  world.item("ring", "char:ada");
  expect(world.as("Ada", "mail ben")).toEqual(["Send what? Type for example: mail ada 3 apples, mail ada 10 coins, or mail ada = See you at noon."]);
  expect(world.as("Ada", "mail ben sword")).toEqual(["You are not carrying any sword."]);
  expect(world.as("Ada", "mail ben ring")).toEqual(["You need the ring yourself for your quest."]);
  expect(world.as("Ada", "mail zoe apple")).toEqual(["Nobody is called zoe, here or anywhere."]);
  expect(world.last).toMatchObject({ code: "no_such_player" });
  expect(world.as("Ada", "mail ada apple")).toEqual(["You have it already."]);
  expect(world.as("Ada", "mail ben 50 coins")).toEqual(["You cannot pay the postage, a coin."]);
  expect(world.as("Ada", `mail ben = ${"x".repeat(MAX_NOTE_CHARS + 1)}`)).toEqual([`A note has at most ${MAX_NOTE_CHARS} letters.`]);
  for (let n = 0; n < MAX_LETTERS_WAITING; n++) world.post.letters.set(`l${n}`, { id: asId(`l${n}`), from: asId("ada"), fromName: "Ada", to: ben, note: "" });
  expect(world.as("Ada", "mail ben apple")).toEqual(["So much post is waiting for Ben that no more is taken."]);
});

test("where a post office is marked, post is handed in there only; it is collected anywhere", () => {
  const world = village([aRoom("yard"), aRoom("office", { postOffice: true })]);
  expect(world.as("Ada", "mail ben apple")).toEqual(["Post is handed in at a post office. What waits for you, mail shows anywhere."]);
  world.person("Cleo", { room: asId("office"), coins: 1 });
  expect(world.as("Cleo", "mail ben = Hello")).toEqual(["You hand in a note for Ben, and pay a coin for the postage."]);
  expect(world.as("Ben", "mail get")).toEqual(["The post brings you a note from Cleo.", 'It says, "Hello"']);
});
