import { describe, expect, test } from "vitest";
import { aRoom, anNpcKind, aWorld, onlineOf } from "../../../test/support/transcript.ts";
import { MAX_ALIASES, MAX_ALIAS_CHARS } from "../../limits.ts";
import type { OnlineCharacter } from "../context.ts";
import type { QuestDef } from "../content.ts";

const quest = (id: string, name: string, count = 1): QuestDef => ({
  id: id as never, name, summary: `About ${name}.`, giver: "cat" as never, requires: [], startGives: [], rewards: { coins: 0, items: [] }, doneText: "Well done.",
  steps: [{ id: "a", text: "Find it.", trigger: { type: "fetch", kind: "coins" as never, count }, doneText: null, gives: [] }],
});
const quests = [quest("ring", "The Lost Ring"), quest("wood", "Wood for the Fire", 3), quest("old", "An Old Tale")];

describe("who", () => {
  const person = (name: string, areaName: string, more: Partial<OnlineCharacter> = {}): OnlineCharacter => ({ id: name.toLowerCase() as never, name, role: "player", afk: null, areaName, ...more });

  test("by part of the world, with a count", () => {
    const world = aWorld();
    world.person("Ada");
    const all = [person("Cid", "Woods"), person("Ben", "Town", { afk: "" }), person("Ada", "Town"), person("Dora", "Town", { role: "builder", afk: "tea" })];
    world.online = onlineOf(all);
    expect(world.as("Ada", "who")).toEqual(["Town: Ada, Ben (away) and Dora (builder, away).", "Woods: Cid.", "Four people are in the world."]);
    expect(world.as("Ada", "who C")).toEqual(["Woods: Cid."]);
    expect(world.as("Ada", "who z")).toEqual(["Nobody whose name begins with z is in the world now."]);
  });

  test("a thousand people are no wall of names", () => {
    const world = aWorld();
    world.person("Ada");
    const all = Array.from({ length: 1000 }, (_, n) => person(`P${n}`, "Town"));
    world.online = onlineOf(all);
    const lines = world.as("Ada", "who");
    expect(lines[0]).toMatch(/ and 961 more\.$/);
    expect(lines[1]).toBe("1000 people are in the world.");
  });

  test("nor are they in many parts of the world: each names some, and the beginning of a name finds the others", () => {
    const world = aWorld();
    world.person("Ada");
    const all = Array.from({ length: 5000 }, (_, n) => person(`P${n}`, `Area ${n % 50}`));
    world.online = onlineOf(all);
    const lines = world.as("Ada", "who");
    expect(lines).toHaveLength(51);
    for (const line of lines.slice(0, 50)) expect(line).toMatch(/^Area \d+: P\d+, P\d+, P\d+ and 97 more\.$/);
    expect(lines[50]).toBe("5000 people are in the world.");
    expect(world.as("Ada", "who p4321")).toEqual(["Area 21: P4321."]);

    world.online = onlineOf(Array.from({ length: 300 }, (_, n) => person(`P${n}`, `Area ${n}`)));
    const far = world.as("Ada", "who");
    expect(far).toHaveLength(62);
    expect(far.slice(60)).toEqual(["And 240 more in other parts of the world.", "300 people are in the world."]);
  });
});

describe("score and quests", () => {
  test("score", () => {
    const world = aWorld({ quests });
    world.person("Ada", { coins: 12, health: 45.4, vigour: 95, playtimeS: 7300, position: "sitting", quests: new Map([["ring", { state: "active", step: 0, count: 0 }], ["old", { state: "done", step: 1, count: 0 }]]) as never });
    expect(world.as("Ada", "sc")).toEqual([
      "You are Ada.", "You are hurt (health 45 of 100).", "You are full of vigour (95 of 100).", "There are twelve coins in your purse.",
      "You are sitting in this place: The yard.", "You have been in the world for two hours.", "Quests under way: 1. Quests done: 1.",
    ]);
  });

  test("quests", () => {
    const world = aWorld({ quests, npcs: [anNpcKind("cat")] });
    const ada = world.person("Ada");
    expect(world.as("Ada", "quests")).toEqual(["You have taken on nothing so far. Ask people about their trouble, about help, or about work."]);
    ada.quests = new Map([["old", { state: "done", step: 1, count: 0 }]]) as never;
    expect(world.as("Ada", "qu")).toEqual(["You have nothing to do just now.", "Done so far: one. Type quests all to see them."]);
    ada.quests.set("ring" as never, { state: "active", step: 0, count: 0 });
    ada.quests.set("wood" as never, { state: "active", step: 0, count: 2 });
    expect(world.as("Ada", "quests all")).toEqual(["The Lost Ring: Find it.", "Wood for the Fire: Find it. (2 of 3)", "An Old Tale: done."]);
    expect(world.as("Ada", "quests lost ring")).toEqual(["The Lost Ring: About The Lost Ring.", "The Lost Ring: Find it."]);
    expect(world.as("Ada", "quests tale")).toEqual(["An Old Tale: About An Old Tale.", "An Old Tale: done."]);
    expect(world.as("Ada", "quests dragon")).toEqual(["You have no quest called dragon."]);
  });
});

describe("alias", () => {
  test("made, used, shown and removed", () => {
    const world = aWorld();
    const ada = world.person("Ada");
    expect(world.as("Ada", "alias")).toEqual(["You have no aliases. Type help alias to see how to make one."]);
    expect(world.as("Ada", "alias hi say hello $1;say welcome")).toEqual(["From now on hi means: say hello $1;say welcome"]);
    expect(ada.settings.aliases).toEqual({ hi: "say hello $1;say welcome" });
    expect(world.last?.kind === "accepted" && [[...world.last.reads], [...world.last.writes]]).toEqual([["character:ada"], ["character:ada"]]);
    expect(world.as("Ada", "hi Ben")).toEqual(['You say, "hello Ben"', 'You say, "welcome"']);
    expect(world.as("Ada", "alias hi")).toEqual(["Hi: say hello $1;say welcome"]);
    world.as("Ada", "alias HI = say hey");
    world.as("Ada", "alias b=say bye");
    expect(world.as("Ada", "alias")).toEqual(["B: say bye", "Hi: say hey"]);
    expect(world.as("Ada", "alias hi =")).toEqual(["Hi is no alias any more."]);
    expect(world.as("Ada", "unalias b")).toEqual(["B is no alias any more."]);
    expect(ada.settings.aliases).toEqual({});
  });

  test.each([
    ["alias quit say no", "The word quit must keep its meaning.", "reserved_name"],
    ["alias Alias say no", "The word alias must keep its meaning.", "reserved_name"],
    ["alias unalias n", "The word unalias must keep its meaning.", "reserved_name"],
    ["alias 'x say no", "An alias is up to sixteen small letters and digits, the first a letter.", "bad_name"],
    ["alias abcdefghijklmnopq n", "An alias is up to sixteen small letters and digits, the first a letter.", "bad_name"],
    ["alias __proto__ n", "An alias is up to sixteen small letters and digits, the first a letter.", "bad_name"],
    [`alias long ${"n".repeat(MAX_ALIAS_CHARS + 1)}`, "That is too long. An alias stands for up to 200 characters.", "too_long"],
    ["alias constructor", "You have no alias constructor.", "no_such_alias"],
    ["alias nope =", "You have no alias nope.", "no_such_alias"],
    ["unalias", "Which alias do you want to remove?", "no_target"],
    ["alia x n", "If you mean alias, type the word in full.", "type_in_full"],
  ])("%s: %s", (line, said, code) => {
    const world = aWorld();
    const ada = world.person("Ada");
    expect(world.as("Ada", line)).toEqual([said]);
    expect(world.last).toMatchObject({ kind: "refused", code });
    expect(ada.settings.aliases).toEqual({});
  });

  test("fifty, and then one may only be changed", () => {
    const world = aWorld();
    world.person("Ada");
    for (let n = 0; n < MAX_ALIASES; n++) world.as("Ada", `alias a${n} n`);
    expect(world.as("Ada", "alias more n")).toEqual(["You have 50 aliases, and no more fit. Remove one with unalias."]);
    expect(world.as("Ada", "alias a7 s")).toEqual(["From now on a7 means: s"]);
  });
});

describe("settings", () => {
  test("brief goes on and off, and a look still shows everything", () => {
    const world = aWorld();
    const ada = world.person("Ada");
    world.as("Ada", "brief");
    expect(ada.settings.brief).toBe(true);
    expect(world.as("Ada", "look")).toContain("You are in the yard.");
    world.as("Ada", "brief");
    expect(ada.settings.brief).toBe(false);
  });

  test("away until the next thing done", () => {
    const world = aWorld();
    const ada = world.person("Ada");
    world.person("Ben");
    expect(world.as("Ada", "afk tea")).toEqual(["You are marked as away until you do something."]);
    expect(world.reads("Ben")).toEqual(["Ada is away for a while: tea"]);
    expect(ada.afk).toBe("tea");
    world.as("Ada", "dance the polka");
    expect(world.last).toMatchObject({ kind: "refused" });
    expect(ada.afk).toBe("tea");
    expect(world.as("Ada", "'hi")).toEqual(['You say, "hi"', "You are no longer marked as away."]);
    expect(ada.afk).toBeNull();
    world.as("Ada", "afk");
    world.reads("Ben");
    expect(world.as("Ada", "afk")).toEqual(["You are no longer marked as away."]);
    expect(world.reads("Ben")).toEqual(["Ada is back."]);
  });

  test("save has nothing to do, quit leaves, qui does not", () => {
    const world = aWorld();
    world.person("Ada");
    expect(world.as("Ada", "save")).toEqual(["The world keeps everything as it happens. There is no need to save."]);
    expect(world.as("Ada", "qui")).toEqual(["If you mean quit, type the word in full."]);
    expect(world.last).toMatchObject({ code: "type_in_full" });
    expect(world.as("Ada", "quit")).toEqual(["You take leave of the world. Come back soon."]);
    expect(world.last).toMatchObject({ kind: "accepted", quits: true });
  });
});

describe("time and weather", () => {
  const at = (hour: number): number => Math.ceil((hour * 3_600_000) / 24);
  test.each([[0, "It is about midnight."], [3, "It is about three at night."], [7, "It is about seven in the morning."], [12, "It is about noon."], [15, "It is about three in the afternoon."], [19, "It is about seven in the evening."], [23, "It is about eleven at night."]])("at %d", (hour, said) => {
    const world = aWorld({ nowMs: at(hour) });
    world.person("Ada");
    expect(world.as("Ada", "time")).toEqual([said, "Today is Oneday, day 1 of Thaw in the year 300. It is spring."]);
  });

  test.each([
    [12, "clear", "The sky is clear."], [23, "clear", "The sky is clear and full of stars."], [23, "cloudy", "Clouds cover the sky, and not a star shows."], [12, "storm", "A storm is raging, with hard rain and thunder."],
  ] as const)("at %d, %s", (hour, weather, said) => {
    const world = aWorld({ nowMs: at(hour), weather });
    world.person("Ada");
    expect(world.as("Ada", "weather")).toEqual([said]);
  });

  test.each([["clear", "You cannot see the sky from here."], ["rain", "You cannot see the sky from here, but you hear rain."]] as const)("indoors, %s", (weather, said) => {
    const world = aWorld({ rooms: [aRoom("hall", { indoors: true })], weather });
    world.person("Ada");
    expect(world.as("Ada", "weather")).toEqual([said]);
  });
});
