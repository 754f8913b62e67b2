import { describe, expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld } from "../../../test/support/transcript.ts";
import { MAX_CHARACTERS_PER_ROOM } from "../../limits.ts";
import { decide } from "../decide.ts";

const door = { id: "oak" as never, name: "an oak door", keywords: ["oak", "door"], key: null, initially: "closed" as const };
const rooms = [
  aRoom("yard", { exits: [anExit("north", "lane"), anExit("east", "hall", { door: "oak" }), anExit("down", "cellar"), anExit("ladder", "loft", { aliases: ["rungs"] }), anExit("gap", "lane", { hidden: true, leaveText: "{actor} squeezes into a gap." }), anExit("gate", "far")] }),
  aRoom("lane", { exits: [anExit("south", "yard")] }), aRoom("hall"), aRoom("loft"), aRoom("cellar", { dark: true, exits: [anExit("up", "yard")] }), aRoom("far", { area: "elsewhere" }),
];
const make = (initially: "open" | "closed" = "closed") => aWorld({ rooms, kinds: [aKind("lantern", { light: true })], content: { doors: new Map([[door.id, { ...door, initially }]]) } });

describe("walking", () => {
  test("Ada walks north: the yard sees her go, the lane sees her come", () => {
    const world = make();
    const ada = world.person("Ada");
    world.person("Ben");
    world.person("Cid", { room: "lane" as never });
    expect(world.as("Ada", "n")).toEqual(["The lane", "You are in the lane.", "Exits: south.", "Cid is here."]);
    expect(world.reads("Ben")).toEqual(["Ada leaves north."]);
    expect(world.reads("Cid")).toEqual(["Ada arrives from the south."]);
    expect(ada.room).toBe("lane");
  });

  test("who likes it brief reads no description", () => {
    const world = make();
    world.person("Ada");
    world.as("Ada", "brief");
    expect(world.as("Ada", "n")).toEqual(["The lane", "Exits: south."]);
  });

  test.each([
    ["ladder", "loft"], ["rungs", "loft"], ["go ladder", "loft"], ["climb the ladder", "loft"], ["go to the lad", "loft"], ["ladd", "loft"],
    ["go n", "lane"], ["walk north", "lane"], ["enter gap", "lane"], ["gap", "lane"], ["NORTH", "lane"], ["nort", "lane"],
  ])("%s leads to the %s", (line, room) => {
    const world = make();
    const ada = world.person("Ada");
    world.as("Ada", line);
    expect(ada.room).toBe(room);
  });

  test.each([
    ["ladder", "Ada leaves by the ladder."], ["down", "Ada goes down."], ["gap", "Ada squeezes into a gap."],
  ])("others see how: %s", (line, seen) => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.as("Ada", line);
    expect(world.reads("Ben")).toEqual([seen]);
  });

  test.each([
    ["west", "There is no way in that direction.", "no_such_exit"],
    ["go ga of heaven", "There is no way in that direction.", "no_such_exit"],
    ["go", "Go where?", "no_target"],
    ["north please", "To go that way, type just north.", "no_such_exit"],
    ["east", "The oak door is closed.", "door_closed"],
    ["go through the oak door", "The oak door is closed.", "door_closed"],
  ])("%s goes nowhere", (line, said, code) => {
    const world = make();
    world.person("Ada");
    expect(world.as("Ada", line)).toEqual([said]);
    expect(world.last).toMatchObject({ kind: "refused", code });
  });

  test("through a door that stands open, and the door counts as read", () => {
    const world = make("open");
    const ada = world.person("Ada");
    world.as("Ada", "go through the door");
    expect(ada.room).toBe("hall");
    expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["door:oak", "character:ada"]));
    expect(world.last?.kind === "accepted" && [...world.last.writes]).toContain("character:ada");
  });

  test("what one sees on arrival binds nothing: the doors beyond are not read", () => {
    const world = make();
    world.person("Ada", { room: "lane" as never });
    world.as("Ada", "s");
    expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(["character:ada"]);
  });

  test.each(["sitting", "resting", "sleeping"] as const)("not while %s", (position) => {
    const world = make();
    const ada = world.person("Ada", { position });
    for (const line of ["n", "go n", "ladder"]) {
      world.as("Ada", line);
      expect(world.last).toMatchObject({ kind: "refused", code: "wrong_position" });
    }
    expect(ada.room).toBe("yard");
  });

  test("into another area: a hand-over that says where one comes from", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben");
    world.as("Ada", "gate");
    expect(world.last).toMatchObject({ kind: "accepted", handoff: { area: "elsewhere", room: "far", from: "" } });
    expect(world.reads("Ben")).toEqual(["Ada leaves by the gate."]);
  });

  test("into a room that is full", () => {
    const world = make();
    world.person("Ada");
    for (let n = 0; n < MAX_CHARACTERS_PER_ROOM; n++) world.area.rooms.get("lane" as never)?.characters.add(`p${n}` as never);
    expect(decide(world.area, "ada" as never, "n", world.ctx)).toMatchObject({ kind: "refused", code: "room_full" });
  });
});

describe("in the dark", () => {
  test("nobody is recognised as they come and go", () => {
    const world = make();
    world.person("Ada");
    world.person("Ben", { room: "cellar" as never });
    expect(world.as("Ada", "down")).toEqual(["It is pitch dark. You can make out nothing but the ways out.", "Exits: up."]);
    expect(world.reads("Ben")).toEqual(["Someone arrives from above."]);
    expect(world.last?.kind === "accepted" && world.last.messages.find((message) => message.key.startsWith("go.arrives"))?.sender).toBeUndefined();
    world.as("Ada", "up");
    expect(world.reads("Ben")).toEqual(["Somebody walks away in the dark."]);
  });

  test("but a lantern in the hand shows who carries it", () => {
    const world = make();
    world.person("Ada");
    world.item("lantern", "char:ada", { lit: true });
    world.person("Ben", { room: "cellar" as never });
    expect(world.as("Ada", "down")[0]).toBe("The cellar");
    expect(world.reads("Ben")).toEqual(["Ada arrives from above."]);
  });
});
