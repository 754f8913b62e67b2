import { describe, expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld } from "../../../test/support/transcript.ts";

const kinds = [
  aKind("sword", { slot: "wielded" }), aKind("hat", { slot: "head" }), aKind("lantern", { slot: "held", light: true }), aKind("apple", { name: "an apple", stackable: true, weightG: 120 }),
  aKind("chest", { weightG: 8000, container: { capacity: 5, closable: true, key: null, initially: "open" } }), aKind("board", { fixed: true, readText: "Welcome." }),
];
const door = { id: "oak" as never, name: "an oak door", keywords: ["oak", "door"], key: null, initially: "closed" as const };
const rooms = [
  aRoom("yard", {
    title: "The Yard", description: "A small yard.", variants: [{ phases: ["night"], text: "Stars shine." }, { weathers: ["rain"], text: "Puddles shine." }],
    details: [{ keywords: ["cobbles", "stones"], text: "Worn smooth." }],
    exits: [anExit("north", "lane"), anExit("east", "hall", { door: "oak" }), anExit("up", "loft", { description: "A ladder leads into the hay." }), anExit("down", "cellar"), anExit("gap", "lane", { hidden: true })],
  }),
  aRoom("lane", { title: "Long Lane" }), aRoom("hall", { title: "The Hall" }), aRoom("loft"), aRoom("cellar", { dark: true, exits: [anExit("up", "yard")] }),
];
const make = (more = {}) => aWorld({ rooms, kinds, npcs: [anNpcKind("cat", { name: "a stray cat", description: "Thin and proud." })], content: { doors: new Map([[door.id, door]]) }, ...more });

describe("the place", () => {
  test("Ada looks around: title, description, exits, things, then those who are here", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben", { position: "sitting" });
    world.person("Cid", { afk: "" });
    world.npc("cat");
    world.item("sword", "yard");
    world.item("apple", "yard", { quantity: 3 });
    expect(world.as("Ada", "l")).toEqual([
      "The Yard", "A small yard.", "Exits: north, east (closed), up and down.", "A sword lies here.", "Three apples lie here.",
      "A stray cat is here.", "Ben is sitting here.", "Cid is here, but far away in thought.",
    ]);
  });

  test("hour and weather add to the description", () => {
    const night = make({ nowMs: 0, weather: "rain" });
    night.person("Ada");
    expect(night.as("Ada", "look")[1]).toBe("A small yard. Stars shine. Puddles shine.");
  });

  test("five hats lie in one line, a lit lantern in its own", () => {
    const world = make();
    world.person("Ada");
    for (let n = 1; n <= 5; n++) world.item("hat", "yard", { id: `hat${n}` as never });
    world.item("lantern", "yard", { lit: true });
    expect(world.as("Ada", "look").slice(3)).toEqual(["Five hats lie here.", "A lantern lies here. It gives light."]);
  });

  test("a crowd is one line, and no longer than forty names", () => {
    const world = make();
    world.person("Ada");
    for (let n = 0; n < 60; n++) world.person(`P${n}`);
    world.person("Zed", { position: "sleeping" });
    const lines = world.as("Ada", "look").slice(3);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^P0, P1, .*, P38 and 21 more are here\.$/);
    expect(lines[1]).toBe("Zed is asleep here.");
  });

  test("in the dark only the ways out", () => {
    const world = make();
    world.person("Ada", { room: "cellar" as never });
    world.person("Ben", { room: "cellar" as never });
    expect(world.as("Ada", "look")).toEqual(["It is pitch dark. You can make out nothing but the ways out.", "Exits: up."]);
    expect(world.as("Ada", "look at ben")).toEqual(["It is too dark to see what you are doing."]);
    world.item("lantern", "char:ben", { lit: true });
    expect(world.as("Ada", "look").slice(-1)).toEqual(["Ben is here."]);
  });

  test("asleep one sees nothing", () => {
    const world = make();
    world.person("Ada", { position: "sleeping" });
    expect(world.as("Ada", "look")).toEqual(["You are asleep. Type stand to get up."]);
    expect(world.last).toMatchObject({ kind: "refused", code: "wrong_position" });
  });
});

describe("along the ways out", () => {
  test.each([
    ["look north", ["That way you see Long Lane."]],
    ["look n", ["That way you see Long Lane."]],
    ["l to the north", ["That way you see Long Lane."]],
    ["look east", ["The oak door is closed."]],
    ["look at the door", ["The oak door is closed."]],
    ["look up", ["A ladder leads into the hay."]],
    ["look down", ["It is too dark that way to make anything out."]],
    ["look gap", ["That way you see Long Lane."]],
    ["look west", ["There is no way west from here."]],
  ])("%s", (line, expected) => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", line)).toEqual(expected);
  });

  test("an open door, and what lies behind it", () => {
    const world = make({ content: { doors: new Map([[door.id, { ...door, initially: "open" as const }]]) } });
    world.person("Ada");
    expect(world.as("Ada", "look east")).toEqual(["The oak door stands open.", "That way you see The Hall."]);
  });

  test("exits names where each leads; what is hidden stays so", () => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", "exits")).toEqual(["From here you can go:", "North: Long Lane.", "East: an oak door, closed.", "Up: The loft.", "Down: too dark to see."]);
    world.person("Ben", { room: "loft" as never });
    expect(world.as("Ben", "exits")).toEqual(["There is no obvious way out."]);
  });

  test("scan tells who is one step away, but not behind a door or in the dark", () => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", "scan")).toEqual(["You see nobody nearby."]);
    world.person("Ben", { room: "lane" as never });
    world.npc("cat", "lane");
    world.person("Cid", { room: "hall" as never });
    world.person("Dora", { room: "cellar" as never });
    expect(world.as("Ada", "scan")).toEqual(["North, Long Lane: Ben and a stray cat."]);
  });
});

describe("somebody or something", () => {
  test("Ben wears a hat and wields a sword, and notices the look", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben", { health: 10 });
    world.item("hat", "char:ben", { slot: "head" });
    world.item("sword", "char:ben", { slot: "wielded" });
    world.item("lantern", "char:ben", { slot: "held" });
    world.item("apple", "char:ben");
    expect(world.as("Ada", "look at ben")).toEqual(["Ben is here.", "Ben looks hurt.", "Ben wears a hat.", "Ben wields a sword.", "Ben holds a lantern."]);
    expect(world.reads("Ben")).toEqual(["Ada looks at you."]);
  });

  test.each(["look self", "look at me", "look at Ada"])("%s", (line) => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", line.replace("Ada", "myself"))).toEqual(["You are Ada.", "You wear nothing and hold nothing."]);
    world.item("hat", "char:ada", { slot: "head" });
    expect(world.as("Ada", "look self")).toEqual(["You are Ada.", "You wear a hat."]);
  });

  test("Ben comes before Benjamin when one says ben", () => {
    const world = make();
    world.person("Ada");
    world.person("Benjamin");
    world.person("Ben");
    expect(world.as("Ada", "look ben")).toEqual(["Ben is here."]);
    expect(world.as("Ada", "look benj")).toEqual(["Benjamin is here."]);
    expect(world.as("Ada", "look 2.ben")).toEqual(["Ben is here."]);
  });

  test.each([
    ["look at cat", ["Thin and proud."]],
    ["look at the worn cobbles", ["Worn smooth."]],
    ["look stones", ["Worn smooth."]],
    ["look board", ["It is a board.", "Something is written on it. You could read it."]],
    ["look chest", ["It is a chest.", "It is open."]],
    ["look in chest", ["In the chest you see two apples and a hat."]],
    ["look in board", ["You cannot look into the board."]],
    ["look in well", ["You see no well here."]],
    ["look at dragon", ["You see no dragon here."]],
    ["look lantern", ["It is a lantern.", "It is not lit."]],
    ["x chest", ["It is a chest.", "It is open.", "In the chest you see two apples and a hat.", "It weighs about 8.7 kilograms."]],
    ["examine board", ["It is a board.", "Something is written on it. You could read it."]],
    ["x", ["Examine what?"]],
    ["look all", ["You can look closely at only one thing at a time."]],
  ])("%s", (line, expected) => {
    const world = make();
    world.person("Ada");
    world.npc("cat");
    world.item("board", "yard");
    world.item("chest", "yard");
    world.item("apple", "item:chest", { quantity: 2 });
    world.item("hat", "item:chest");
    world.item("lantern", "yard");
    expect(world.as("Ada", line)).toEqual(expected);
  });

  test("a closed chest keeps to itself", () => {
    const world = make();
    world.person("Ada");
    world.item("chest", "yard", { open: false });
    world.item("apple", "item:chest");
    expect(world.as("Ada", "look in chest")).toEqual(["The chest is closed."]);
    expect(world.last).toMatchObject({ code: "container_closed" });
    expect(world.as("Ada", "x chest")).not.toContain("In the chest you see an apple.");
  });
});
