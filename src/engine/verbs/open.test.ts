import { expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import type { DoorDef } from "../content.ts";

const door = (id: string, name: string, key: string | null, initially: DoorDef["initially"]): [DoorDef["id"], DoorDef] =>
  [id as DoorDef["id"], { id, name, keywords: [...name.split(" ").slice(1), "door"], key, initially } as unknown as DoorDef];
const kinds = [
  aKind("brass_key"), aKind("small_key"), aKind("chest", { fixed: true, container: { capacity: 5, closable: true, key: "small_key", initially: "locked" } }),
  aKind("basket", { container: { capacity: 5, closable: false, key: null, initially: "open" } }), aKind("stone"),
];

function withDoors(): TestWorld {
  const world = aWorld({
    kinds,
    rooms: [
      aRoom("yard", { exits: [anExit("north", "hall", { door: "oak_door" }), anExit("east", "hall"), anExit("down", "vault", { door: "trapdoor" })] }),
      aRoom("hall", { exits: [anExit("south", "yard", { door: "oak_door" })] }),
      aRoom("vault", { area: "elsewhere", exits: [anExit("up", "yard", { door: "trapdoor" })] }),
    ],
    content: { doors: new Map([door("oak_door", "an oak door", "brass_key", "closed"), door("trapdoor", "a heavy trapdoor", null, "closed")]) },
  });
  world.person("Ada");
  world.person("Ben");
  world.person("Cleo", { room: "hall" as never });
  return world;
}

test("a door opens for both sides, by direction or by name", () => {
  const world = withDoors();
  expect(world.as("Ada", "open north")).toEqual(["You open the oak door."]);
  expect(world.reads("Ben")).toEqual(["Ada opens the oak door."]);
  expect(world.reads("Cleo")).toEqual(["The oak door is opened from the other side."]);
  expect(world.area.doors.get("oak_door" as never)).toMatchObject({ open: true, locked: false });
  expect(world.as("Ada", "open oak door")).toEqual(["The oak door is open already."]);
  world.reads("Ada");
  expect(world.as("Cleo", "close s")).toEqual(["You close the oak door."]);
  expect(world.reads("Ada")).toEqual(["The oak door is closed from the other side."]);
  expect(world.as("Ada", "close door north")).toEqual(["The oak door is closed already."]);
});

test("several doors: the second by number, and no door where there is none", () => {
  const world = withDoors();
  expect(world.as("Ada", "open 2.door")).toEqual(["You open the heavy trapdoor."]);
  expect(world.as("Ada", "open east")).toEqual(["There is no door to the east."]);
  expect(world.as("Ada", "open gate")).toEqual(["You see no gate here."]);
  expect(world.as("Ada", "open")).toEqual(["Open what?"]);
});

test("a lock wants its key, and the decision rests on door and key", () => {
  const world = withDoors();
  expect(world.as("Ada", "lock north")).toEqual(["You do not have the key to the oak door."]);
  world.item("brass_key", "char:ada");
  expect(world.as("Ada", "lock door with brass key")).toEqual(["You lock the oak door."]);
  expect(world.last?.kind === "accepted" && [...world.last.reads]).toEqual(expect.arrayContaining(["door:oak_door", "item:brass_key"]));
  expect(world.last?.kind === "accepted" && [...world.last.writes]).toEqual(["door:oak_door"]);
  expect(world.reads("Cleo")).toEqual(["A key turns: the oak door is locked from the other side."]);
  expect(world.as("Cleo", "open door")).toEqual(["The oak door is locked."]);
  expect(world.as("Cleo", "unlock door")).toEqual(["You do not have the key to the oak door."]);
  expect(world.as("Ada", "unlock north")).toEqual(["You unlock the oak door."]);
  expect(world.as("Ada", "unlock north")).toEqual(["The oak door is not locked."]);
  world.as("Ada", "open north");
  expect(world.as("Ada", "lock north")).toEqual(["You would have to close the oak door first."]);
  expect(world.as("Ada", "lock down")).toEqual(["The heavy trapdoor has no lock."]);
});

test("chests have lids and locks, baskets have not", () => {
  const world = withDoors();
  world.item("chest", "yard");
  world.item("basket", "yard");
  world.item("stone", "yard");
  expect(world.as("Ada", "open chest")).toEqual(["The chest is locked."]);
  world.item("small_key", "char:ada");
  expect(world.as("Ada", "unlock chest")).toEqual(["You unlock the chest."]);
  expect(world.as("Ada", "open chest")).toEqual(["You open the chest."]);
  expect(world.last).toMatchObject({ events: [{ type: "item-changed", item: "chest", from: { open: false, locked: false }, to: { open: true, locked: false } }] });
  expect(world.as("Ada", "close chest")).toEqual(["You close the chest."]);
  expect(world.as("Ada", "lock chest")).toEqual(["You lock the chest."]);
  expect(world.as("Ada", "close basket")).toEqual(["The basket has nothing to close it with."]);
  expect(world.as("Ada", "lock basket")).toEqual(["The basket has no lock."]);
  expect(world.as("Ada", "open stone")).toEqual(["The stone cannot be opened or closed."]);
});
