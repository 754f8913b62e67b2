import { expect, test } from "vitest";
import { anExit, anNpcKind, aRoom, aWorld } from "../../../test/support/transcript.ts";
import { apply } from "../apply.ts";

const rooms = [aRoom("yard", { exits: [anExit("north", "lane"), anExit("gate", "far")] }), aRoom("lane", { exits: [anExit("south", "yard")] }), aRoom("far", { area: "elsewhere" })];
const make = () => aWorld({ rooms, npcs: [anNpcKind("cat")] });

test("Ben follows Ada, and Cid follows Ben: all three walk", () => {
  const world = make();
  const [ada, ben, cid] = [world.person("Ada"), world.person("Ben"), world.person("Cid")];
  expect(world.as("Ben", "follow ada")).toEqual(["You will now follow Ada. Type unfollow to go your own way again."]);
  expect(world.reads("Ada")).toEqual(["Ben now follows you."]);
  expect(world.reads("Cid")).toEqual(["Ben now follows Ada."]);
  world.as("Cid", "follow ben");
  world.reads("Ben");
  world.as("Ada", "n");
  expect([ada.room, ben.room, cid.room]).toEqual(["lane", "lane", "lane"]);
  expect(world.reads("Ben").slice(0, 3)).toEqual(["Ada leaves north.", "You follow Ada.", "The lane"]);
  expect(world.reads("Ada").slice(-2)).toEqual(["Ben arrives from the south.", "Cid arrives from the south."]);
});

test("whoever sits stays behind, and follows again later", () => {
  const world = make();
  const ben = world.person("Ben");
  world.person("Ada");
  world.as("Ben", "follow ada; sit");
  world.as("Ada", "n");
  expect(ben.room).toBe("yard");
  world.as("Ada", "s");
  world.as("Ben", "stand");
  world.as("Ada", "n");
  expect(ben.room).toBe("lane");
});

test("nobody walks in circles", () => {
  const world = make();
  world.person("Ada");
  world.person("Ben");
  world.person("Cid");
  world.as("Ben", "follow ada");
  world.as("Cid", "follow ben");
  expect(world.as("Ada", "follow cid")).toEqual(["Cid already follows you, so you would walk in circles."]);
  expect(world.last).toMatchObject({ kind: "refused", code: "loop" });
});

test("follow self and unfollow end it; the leader is told", () => {
  const world = make();
  const ben = world.person("Ben");
  world.person("Ada");
  expect(world.as("Ben", "unfollow")).toEqual(["You follow nobody."]);
  world.as("Ben", "follow ada");
  world.reads("Ada");
  expect(world.as("Ben", "follow self")).toEqual(["You no longer follow Ada."]);
  expect(world.reads("Ada")).toEqual(["Ben no longer follows you."]);
  expect(ben.following).toBeNull();
});

test("follow alone tells who follows whom", () => {
  const world = make();
  world.person("Ada");
  world.person("Ben");
  world.as("Ben", "follow ada");
  expect(world.as("Ben", "follow")).toEqual(["You follow Ada."]);
  expect(world.as("Ada", "follow")).toEqual(["You follow nobody. Type follow and a name to walk along with somebody.", "Ben will walk along with you."]);
});

test.each([["follow cat", "A cat goes where it must. You can follow only other players.", "not_a_player"], ["follow zed", "You see no zed here.", "no_such_person"]])("%s", (line, said, code) => {
  const world = make();
  world.person("Ada");
  world.npc("cat");
  expect(world.as("Ada", line)).toEqual([said]);
  expect(world.last).toMatchObject({ code });
});

test("a leader who walks into another area is followed there; one who leaves the world is not", () => {
  const world = make();
  const ben = world.person("Ben");
  const cid = world.person("Cid");
  world.person("Ada");
  world.person("Dora");
  world.as("Ben", "follow ada");
  world.as("Cid", "follow dora");
  world.as("Ada", "gate");
  expect(world.last).toMatchObject({ kind: "accepted", handoff: { area: "elsewhere" } });
  expect(world.area.characters.has("ben" as never)).toBe(false);
  expect(ben.following).toBe("ada");
  apply(world.area, { type: "character-withdrew", character: "dora" as never });
  expect(cid.following).toBeNull();
});

test("a follower who is away stays away while walking along", () => {
  const world = make();
  const ben = world.person("Ben");
  world.person("Ada");
  world.as("Ben", "follow ada; afk tea");
  world.as("Ada", "n");
  expect([ben.room, ben.afk]).toEqual(["lane", "tea"]);
});
