import { expect, test } from "vitest";
import { aKind, aRoom, aWorld, type TestWorld, onlineOf } from "../../../test/support/transcript.ts";
import { MAX_IGNORED } from "../../limits.ts";
import { apply } from "../apply.ts";
import { asId, type CharacterId } from "../ids.ts";
import type { Somebody } from "../staff.ts";

function square(): TestWorld {
  const world = aWorld({ rooms: [aRoom("yard"), aRoom("post")], kinds: [aKind("apple", { name: "an apple" })] });
  for (const name of ["Ada", "Ben", "Cleo"]) world.person(name);
  const entries = ["Ada", "Ben", "Cleo"].map((name) => ({ id: asId<CharacterId>(name.toLowerCase()), name, role: "player" as const, afk: null, areaName: "Here" }));
  world.online = onlineOf(entries);
  return world;
}
const SPOKEN = ["say hello", "whisper to ada psst", "emote grins", "smile", "smile ada", "shout ho", "tell ada come here", "chat hello all", "'hello again"];

test("whoever is ignored speaks on, and is not told; nobody but the one who ignores them hears less", () => {
  const world = square();
  const before = SPOKEN.map((line) => world.as("Ben", line));
  for (const name of ["Ada", "Ben", "Cleo"]) world.reads(name);
  expect(world.as("Ada", "ignore ben")).toEqual(["You ignore Ben from now on: you hear no words of theirs. They are not told."]);
  expect(world.last).toMatchObject({ events: [{ type: "character-changed", character: "ada", settings: { ignored: { ben: "Ben" }, brief: false } }] });
  expect(world.reads("Ben")).toEqual([]);
  world.reads("Ada");

  expect(SPOKEN.map((line) => world.as("Ben", line))).toEqual(before);
  expect(world.reads("Ada")).toEqual([]);
  expect(world.reads("Cleo")).toHaveLength(SPOKEN.length - 1);
  world.as("Cleo", "say hello");
  expect(world.reads("Ada")).toEqual(['Cleo says, "hello"']);
});

test("it is the same where more people ignore somebody than are in the room", () => {
  const world = square();
  for (const name of ["Dan", "Bob"]) world.person(name, { room: asId("post") });
  for (const id of ["ada", "cleo", "dan"]) {
    const { settings } = world.area.characters.get(asId(id))!;
    apply(world.area, { type: "character-changed", character: asId(id), settings: { ...settings, ignored: { bob: "Bob" } } });
  }
  world.as("Bob", "say hello");
  expect(world.reads("Dan")).toEqual([]);
  world.as("Dan", "say hello");
  expect(world.reads("Bob")).toEqual(['You say, "hello"', 'Dan says, "hello"']);
});

test("deeds are seen, and what is ignored is no answer to reply to", () => {
  const world = square();
  world.item("apple", "char:ben");
  world.as("Cleo", "tell ada here I am");
  world.as("Ada", "ignore ben");
  world.as("Ben", "tell ada hello");
  world.reads("Ada");
  world.as("Ben", "drop apple");
  expect(world.reads("Ada")).toEqual(["Ben drops an apple."]);
  expect(world.as("Ada", "reply yes")).toEqual(['You tell Cleo, "yes"']);
  expect(world.as("Ada", "tell ben go away")).toEqual(['You tell Ben, "go away"', "You ignore Ben, so you would not hear an answer."]);
  expect(world.reads("Ben")).toContain('Ada tells you, "go away"');
});

test("the list is one's own: shown, and ended for one of them by unignore", () => {
  const world = square();
  expect(world.as("Ada", "ignore")).toEqual(["You ignore nobody. Type ignore and a name, and you hear no words of theirs any more."]);
  world.as("Ada", "ignore Cleo");
  world.as("Ada", "ignore Ben");
  expect(world.as("Ada", "ignore")).toEqual(["You ignore Ben and Cleo. Type unignore and a name to hear somebody again."]);
  expect(world.as("Ada", "ignore ben")).toEqual(["You ignore Ben already."]);
  expect(world.as("Ada", "unignore BEN")).toEqual(["You hear Ben again."]);
  expect(world.as("Ada", "unignore ben")).toEqual(["You do not ignore anybody called ben. Type ignore to see whom you ignore."]);
  world.reads("Ada");
  world.as("Ben", "say hello");
  world.as("Cleo", "say hello");
  expect(world.reads("Ada")).toEqual(['Ben says, "hello"']);
  // The rest of one's settings stays.
  world.as("Ada", "brief");
  expect(world.area.characters.get(asId("ada"))?.settings).toMatchObject({ brief: true, ignored: { cleo: "Cleo" } });
});

test("somebody who is not in the world can be ignored too; nobody that there is not, oneself, or whoever looks after the world", () => {
  const world = square();
  const away = (name: string, role: Somebody["role"]): Somebody => ({ id: asId(name.toLowerCase()), name, role, room: asId("yard") });
  world.post.somebodies.set("dora", away("Dora", "player"));
  world.post.somebodies.set("olga", away("Olga", "operator"));
  expect(world.as("Ada", "ignore dora")).toEqual(["You ignore Dora from now on: you hear no words of theirs. They are not told."]);
  expect(world.as("Ada", "ignore olga")).toEqual(["Olga looks after the world and is heard by everybody."]);
  expect(world.as("Ada", "ignore xaver")).toEqual(["There is no player called xaver."]);
  expect(world.as("Ada", "ignore ada")).toEqual(["You cannot ignore yourself."]);
});

test("whoever comes to look after the world is heard again, also by those who ignored them", () => {
  const world = square();
  world.as("Ada", "ignore ben");
  world.reads("Ada");
  world.area.characters.get(asId("ben"))!.role = "moderator";
  world.as("Ben", "say please stop");
  world.as("Ben", "tell ada please");
  expect(world.reads("Ada")).toEqual(['Ben says, "please stop"', 'Ben tells you, "please"']);
});

test("the list is bounded", () => {
  const world = square();
  const { settings } = world.area.characters.get(asId("ada"))!;
  apply(world.area, { type: "character-changed", character: asId("ada"), settings: { ...settings, ignored: Object.fromEntries(Array.from({ length: MAX_IGNORED }, (_, n) => [`c${n}`, `Person${n}`])) } });
  expect(world.as("Ada", "ignore ben")).toEqual([`You ignore ${MAX_IGNORED} people already. Type unignore and a name first.`]);
});

test("what they write is left out of their letters; what they send is not", () => {
  const world = square();
  world.as("Ada", "ignore ben");
  world.post.letters.set("l1", { id: asId("l1"), from: asId("ben"), fromName: "Ben", to: asId("ada"), note: "rude words" });
  world.post.items.set("gift", { ...world.item("apple", "yard"), id: asId("gift"), at: "escrow:l1" });
  const listed = world.as("Ada", "mail");
  expect(listed.join("\n")).not.toContain("rude words");
  expect(listed).toContain("You ignore Ben: what they wrote is left out.");
  const got = world.as("Ada", "collect 1");
  expect(got.join("\n")).not.toContain("rude words");
  expect(world.carries("Ada")).toEqual(["gift"]);
});
