import { expect, test } from "vitest";
import { anNpcKind, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import { asId, type QuestId } from "../ids.ts";
import { Turn } from "../turn.ts";
import { hear } from "./hear.ts";
import { npcLine } from "./speak.ts";
import { mentions } from "./words.ts";

const entry = (words: string[], reply: string[], more: Record<string, unknown> = {}): Record<string, unknown> => ({ words, reply, when: null, gives: null, ...more });
const marta = anNpcKind("marta", { name: "Marta", puzzled: ["shrugs."], dialogue: [
  entry(["lost ring"], ['"You found it?"'], { when: { quest: "ring", state: "active" } }),
  entry(["bread", "loaf"], ['"Two coins, {name}."', "dusts off her hands."]),
] });
const knows = (id: string): ReturnType<typeof anNpcKind> => anNpcKind(id, { name: `the ${id}`, puzzled: [`${id} is at a loss.`], dialogue: [entry(["bread"], [`"Bread, says the ${id}."`])] });
const dark = aRoom("cellar", { indoors: true, dark: true });

function bakery(room = aRoom("bakery")): TestWorld {
  const world = aWorld({ rooms: [room], npcs: [marta, knows("miller"), knows("farmer"), knows("carter")] });
  world.person("Ada");
  world.person("Ben");
  world.npc("marta");
  return world;
}

test("whole words, without case; phrases as they stand", () => {
  expect(mentions("Where is the BREAD?", ["bread"])).toBe(true);
  expect(mentions("gingerbread", ["bread"])).toBe(false);
  expect(mentions("my lost, golden ring", ["lost ring"])).toBe(false);
  expect(mentions("the lost ring.", ["lost ring"])).toBe(true);
  expect(mentions("Grüße an die Bäckerin", ["grüße"])).toBe(true);
  expect(mentions("anything", ["", "?"])).toBe(false);
});

test("a line in quotes is said, any other is done", () => {
  const noun = { text: "Marta", type: "npc", id: "m" } as const;
  expect(npcLine(noun, '"Hello, {name}; $& stays."', "Ada")).toEqual({ key: "npc.says", params: { npc: noun, text: "Hello, Ada; $& stays." } });
  expect(npcLine(noun, "nods at {name}.", "Ada")).toEqual({ key: "npc.does", params: { npc: noun, text: "nods at Ada." } });
});

test("the whole room hears the answer, all its lines in order", () => {
  const world = bakery();
  expect(world.as("Ada", "say a loaf please")).toEqual(['You say, "a loaf please"', 'Marta says, "Two coins, Ada."', "Marta dusts off her hands."]);
  expect(world.reads("Ben")).toEqual(['Ada says, "a loaf please"', 'Marta says, "Two coins, Ada."', "Marta dusts off her hands."]);
  expect(world.last?.messages.at(-1)).toMatchObject({ type: "npc", sender: "Marta" });
});

test("what is meant for a state of a quest is said only then", () => {
  const world = bakery();
  expect(world.as("Ada", "say the lost ring")).toEqual(['You say, "the lost ring"']);
  world.area.characters.get(asId("ada"))!.quests.set(asId<QuestId>("ring"), { state: "active", step: 0, count: 0 });
  expect(world.as("Ada", "say the lost ring")).toContain('Marta says, "You found it?"');
});

test("only who is called by name is puzzled, and only one of them", () => {
  const world = bakery();
  world.npc("miller");
  expect(world.as("Ada", "say dragons")).toEqual(['You say, "dragons"']);
  expect(world.as("Ada", "say Marta, miller, what of dragons?")).toEqual(['You say, "Marta, miller, what of dragons?"', "Marta shrugs."]);
});

test("three answer at most, of one kind only one, and those called by name first", () => {
  const world = bakery();
  for (const kind of ["miller", "farmer", "carter"]) world.npc(kind);
  world.npc("miller", "bakery", "second_miller");
  const heard = world.as("Ada", "say carter, do you have bread?");
  expect(heard.filter((line) => line.includes("says,")).map((line) => line.split(" says")[0])).toEqual(["The carter", "Marta", "The miller"]);
});

test("of two alike only one answers", () => {
  const world = bakery();
  world.npc("miller");
  world.npc("miller", "bakery", "second_miller");
  expect(world.as("Ada", "say bread").filter((line) => line.startsWith("The miller"))).toHaveLength(1);
});

test("asked alone, only that one hears", () => {
  const world = bakery();
  const miller = world.npc("miller");
  const turn = new Turn(world.area, world.area.characters.get(asId("ada"))!, world.ctx);
  hear(turn, "dragons", world.area.npcs.get(miller));
  expect(turn.signals).toEqual([{ type: "talked", npc: "miller", text: "dragons" }]);
  world.take(turn.accept(), "Ada");
  expect(world.reads("Ada")).toEqual(["The miller miller is at a loss."]);
});

test("in the dark a voice has no name", () => {
  const world = bakery(dark);
  expect(world.as("Ada", "say bread")[1]).toBe('Someone says, "Two coins, Ada."');
  expect(world.last?.messages.at(-1)?.sender).toBeUndefined();
});
