import { expect, test } from "vitest";
import { anNpcKind, aWorld } from "../../../test/support/transcript.ts";

test.each([
  ["standing", "sit", "sitting", "You sit down.", "Ada sits down."],
  ["resting", "sit", "sitting", "You sit up.", "Ada sits up."],
  ["sleeping", "sit", "sleeping", "You are asleep. Type wake to wake up first.", null],
  ["standing", "rest", "resting", "You settle down to rest.", "Ada settles down to rest."],
  ["sitting", "sleep", "sleeping", "You lie down and fall asleep.", "Ada lies down and falls asleep."],
  ["sleeping", "sleep", "sleeping", "You are asleep already.", null],
  ["sleeping", "wake", "sitting", "You wake and sit up.", "Ada wakes and sits up."],
  ["sleeping", "wake up", "sitting", "You wake and sit up.", "Ada wakes and sits up."],
  ["sitting", "wake", "sitting", "You are awake already.", null],
  ["sitting", "stand up", "standing", "You stand up.", "Ada stands up."],
  ["sleeping", "stand", "standing", "You wake and stand up.", "Ada wakes and stands up."],
  ["standing", "stand", "standing", "You are on your feet already.", null],
] as const)("%s, %s: %s", (position, line, after, said, seen) => {
  const world = aWorld();
  const ada = world.person("Ada", { position });
  world.person("Ben");
  expect(world.as("Ada", line)).toEqual([said]);
  expect(ada.position).toBe(after);
  expect(world.reads("Ben")).toEqual(seen === null ? [] : [seen]);
});

test("Ada wakes Ben", () => {
  const world = aWorld({ npcs: [anNpcKind("cat")] });
  world.person("Ada");
  const ben = world.person("Ben", { position: "sleeping" });
  world.person("Cid");
  world.npc("cat");
  expect(world.as("Ada", "wake ben")).toEqual(["You wake Ben."]);
  expect([world.reads("Ben"), world.reads("Cid")]).toEqual([["Ada wakes you."], ["Ada wakes Ben."]]);
  expect(ben.position).toBe("sitting");
  expect(world.as("Ada", "wake up ben")).toEqual(["Ben is awake already."]);
  expect(world.as("Ada", "wake cat")).toEqual(["A cat is awake already."]);
  expect(world.as("Ada", "wake zed")).toEqual(["You see no zed here."]);
});
