import { expect, test } from "vitest";
import { aKind, anExit, anNpcKind, aRoom, aWorld, type TestWorld } from "../../../test/support/transcript.ts";
import type { QuestDef, QuestStepDef } from "../content.ts";
import { asId, type KindId, type QuestId } from "../ids.ts";
import { Turn, type Signal } from "../turn.ts";
import { advanceQuests } from "./advance.ts";

const step = (id: string, trigger: Record<string, unknown>, more: Partial<QuestStepDef> = {}): QuestStepDef => ({ id, text: `Do ${id}.`, trigger: trigger as never, doneText: null, gives: [], ...more });
const quest = (id: string, steps: QuestStepDef[], more: Partial<QuestDef> = {}): QuestDef => ({
  id: asId(id), name: `The ${id}`, summary: "", giver: asId("baker"), requires: [], steps, startGives: [], rewards: { coins: 0, items: [] }, doneText: "That is that.", ...more,
});
const stack = (kind: string, quantity = 1): { kind: KindId; quantity: number } => ({ kind: asId(kind), quantity });

const kinds = [
  aKind("ring"), aKind("ribbon"), aKind("sketch"), aKind("apple", { name: "an apple", stackable: true }), aKind("horn", { use: { text: "You blow the horn.", othersText: null, room: null, consumes: false, dismisses: null } }), aKind("stone", { weightG: 28_000 }),
  aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } }),
];
const baker = anNpcKind("baker", { name: "Marta the baker", keywords: ["marta", "baker"], puzzled: ["shrugs."], dialogue: [
  { words: ["help", "ring"], reply: ['"I lost my ring, {name}!"', "sighs."], when: { quest: "ring", state: "new" }, gives: "ring" },
  { words: ["ring"], reply: ['"You are a treasure."'], when: { quest: "ring", state: "done" }, gives: null },
  { words: ["work"], reply: ['"Later, perhaps."'], when: null, gives: "later" },
] });
const smith = anNpcKind("smith", { name: "the smith", puzzled: ["spits into the coals."] });

const theRing = quest("ring", [
  step("look", { type: "visit", room: "well" }, { doneText: "Something glitters down there." }),
  step("find", { type: "fetch", kind: "ring", count: 1 }, { gives: [stack("apple", 2)] }),
  step("tell", { type: "talk", npc: "smith", words: ["ring", "gold"] }),
  step("back", { type: "visit", room: "yard" }),
], { startGives: [stack("sketch")], rewards: { coins: 25, items: [stack("ribbon")] }, doneText: "Marta is happy again." });

function world(more: QuestDef[] = []): TestWorld {
  const made = aWorld({
    kinds, npcs: [baker, smith],
    rooms: [aRoom("yard", { exits: [anExit("north", "well")] }), aRoom("well", { exits: [anExit("south", "yard"), anExit("east", "forge")] }), aRoom("forge", { exits: [anExit("west", "well")] })],
    quests: [theRing, quest("later", [step("wait", { type: "visit", room: "forge" })], { requires: [asId("ring")] }), ...more],
  });
  made.npc("baker", "yard");
  made.npc("smith", "forge");
  return made;
}

/** Lets signals come from a command that is not there, and applies what the quests make of them. */
function signals(made: TestWorld, name: string, ...happened: Signal[]): string[] {
  made.reads(name);
  const turn = new Turn(made.area, made.area.characters.get(asId(name.toLowerCase()))!, made.ctx);
  for (const signal of happened) turn.signal(signal);
  advanceQuests(turn);
  made.take(turn.accept(), name);
  return made.reads(name);
}

test("a whole quest, from the first word to the reward", () => {
  const here = world();
  const ada = here.person("Ada");
  here.person("Ben");
  here.item("ring", "well");

  expect(here.as("Ada", "say Can I help you?")).toEqual([
    'You say, "Can I help you?"', 'Marta the baker says, "I lost my ring, Ada!"', "Marta the baker sighs.",
    "A new quest: The ring.", "You receive a sketch.", "To do: Do look.",
  ]);
  expect(here.reads("Ben")).toEqual(['Ada says, "Can I help you?"', 'Marta the baker says, "I lost my ring, Ada!"', "Marta the baker sighs."]);
  expect(here.last).toMatchObject({ events: [{ type: "item-created", cause: "quest" }, { type: "quest-changed", from: null, to: { state: "active", step: 0, count: 0 } }] });

  expect(here.as("Ada", "north").slice(-2)).toEqual(["Something glitters down there.", "To do: Do find."]);
  expect(here.as("Ada", "get ring").slice(1)).toEqual(["You receive two apples.", "To do: Do tell."]);
  expect(here.as("Ada", "east").slice(-1)[0]).not.toContain("To do");
  expect(here.as("Ada", "say nothing of note")).toEqual(['You say, "nothing of note"']);
  expect(here.as("Ada", "say Here, smith: pure GOLD!")).toEqual(['You say, "Here, smith: pure GOLD!"', "To do: Do back."]);
  here.as("Ada", "west");
  expect(here.as("Ada", "south").slice(-4)).toEqual(["Marta is happy again.", "Quest done: The ring.", "You receive 25 coins.", "You receive a ribbon."]);

  expect(ada.coins).toBe(25);
  expect(ada.quests.get(asId("ring"))).toEqual({ state: "done", step: 4, count: 0 });
  expect(here.last).toMatchObject({ kind: "accepted" });
  const reads = here.last?.kind === "accepted" ? [...here.last.reads] : [];
  expect(reads).toContain("quests:ada");
  expect(reads).toContain("purse:ada");
  expect(reads).toContain("holder:char:ada");

  expect(here.as("Ada", "say ring"), "the quest is done once and for all").toEqual(['You say, "ring"', 'Marta the baker says, "You are a treasure."']);
  here.as("Ada", "north");
  here.as("Ada", "south");
  expect(ada.coins).toBe(25);
});

test("a quest begins only when what it requires is done", () => {
  const here = world();
  const ada = here.person("Ada");
  expect(here.as("Ada", "say any work?")).toEqual(['You say, "any work?"', 'Marta the baker says, "Later, perhaps."']);
  expect(ada.quests.size).toBe(0);
  ada.quests.set(asId("ring"), { state: "done", step: 4, count: 0 });
  expect(here.as("Ada", "say any work?").slice(-2)).toEqual(["A new quest: The later.", "To do: Do wait."]);
  expect(here.as("Ada", "say any work?"), "it does not begin twice").toEqual(['You say, "any work?"', 'Marta the baker says, "Later, perhaps."']);
});

test("one step already satisfied leads to the next, within one turn and one event", () => {
  const chain = quest("chain", [step("here", { type: "visit", room: "yard" }), step("have", { type: "fetch", kind: "apple", count: 3 }), step("there", { type: "visit", room: "forge" })]);
  const here = world([chain]);
  here.person("Ada");
  here.item("bag", "char:ada");
  here.item("apple", "item:bag", { quantity: 2 });
  here.item("apple", "char:ada", { id: asId("more") });
  expect(signals(here, "Ada", { type: "quest-accepted", quest: chain.id })).toEqual(["A new quest: The chain.", "To do: Do there."]);
  expect(here.last).toMatchObject({ events: [{ type: "quest-changed", from: null, to: { state: "active", step: 2, count: 0 } }] });
  expect(here.last?.kind === "accepted" && here.last.reads.has("holder:item:bag"), "the bag was looked into").toBe(true);
});

test("what this very command brings in counts, and how many are there is said", () => {
  const three = quest("three", [step("have", { type: "fetch", kind: "apple", count: 3 })]);
  const here = world([three]);
  const ada = here.person("Ada", { quests: new Map([[three.id, { state: "active", step: 0, count: 0 }]]) });
  here.item("apple", "yard", { quantity: 9 });
  expect(here.as("Ada", "get 2 apples").slice(1)).toEqual(["The three: 2 of 3."]);
  expect(here.last?.kind === "accepted" && here.last.events.some((event) => event.type === "quest-changed")).toBe(false);
  expect(here.as("Ada", "get 1 apple").slice(1)).toEqual(["That is that.", "Quest done: The three."]);
  expect(ada.quests.get(three.id)?.state).toBe("done");
});

test("a bag picked up with the thing in it counts; one put away does not", () => {
  const find = quest("find", [step("have", { type: "fetch", kind: "ring", count: 1 })]);
  const here = world([find]);
  const ada = here.person("Ada", { quests: new Map([[find.id, { state: "active", step: 0, count: 0 }]]) });
  here.item("bag", "yard");
  here.item("ring", "item:bag");
  here.as("Ada", "say nothing");
  expect(ada.quests.get(find.id)?.state).toBe("active");
  here.as("Ada", "get bag");
  expect(ada.quests.get(find.id)?.state).toBe("done");
});

test("deliveries are counted over several turns, and each thing once", () => {
  const bring = (id: string): QuestDef => quest(id, [step("bring", { type: "deliver", kind: "apple", npc: "baker", count: 3 }), step("more", { type: "deliver", kind: "apple", npc: "baker", count: 2 })]);
  const here = world([bring("one"), bring("two")]);
  const active = { state: "active", step: 0, count: 0 } as const;
  const ada = here.person("Ada", { quests: new Map([[asId<QuestId>("one"), active], [asId<QuestId>("two"), active]]) });
  const delivered = (count: number): Signal => ({ type: "delivered", kind: asId("apple"), npc: asId("baker"), count });

  expect(signals(here, "Ada", delivered(2))).toEqual(["The one: 2 of 3."]);
  expect(here.last).toMatchObject({ events: [{ type: "quest-changed", quest: "one", from: active, to: { state: "active", step: 0, count: 2 } }] });
  expect(signals(here, "Ada", { ...delivered(1), kind: asId("ring") } as Signal), "another thing").toEqual([]);
  expect(signals(here, "Ada", delivered(5))).toEqual(["That is that.", "Quest done: The one.", "The two: 2 of 3."]);
  expect([...ada.quests.values()]).toEqual([{ state: "done", step: 2, count: 0 }, { state: "active", step: 0, count: 2 }]);
});

test("one word does one step of a quest, and the words that began it do none", () => {
  const talk = quest("talk", [step("first", { type: "talk", npc: "baker", words: [] }), step("second", { type: "talk", npc: "baker", words: ["bread"] })]);
  const here = world([talk]);
  const ada = here.person("Ada");
  const talked: Signal = { type: "talked", npc: asId("baker"), text: "About bread." };
  signals(here, "Ada", talked, { type: "quest-accepted", quest: talk.id });
  expect(ada.quests.get(talk.id)).toEqual({ state: "active", step: 0, count: 0 });
  signals(here, "Ada", talked);
  expect(ada.quests.get(talk.id)?.step).toBe(1);
  signals(here, "Ada", { ...talked, text: "gingerbread" });
  expect(ada.quests.get(talk.id)?.step, "bread is not a word of gingerbread").toBe(1);
  signals(here, "Ada", talked);
  expect(ada.quests.get(talk.id)?.state).toBe("done");
});

test("a quest that is under way or done does not begin again, whoever offers it", () => {
  const here = world();
  const ada = here.person("Ada", { quests: new Map([[theRing.id, { state: "done", step: 4, count: 0 }]]) });
  expect(signals(here, "Ada", { type: "quest-accepted", quest: theRing.id })).toEqual([]);
  ada.quests.set(theRing.id, { state: "active", step: 1, count: 0 });
  expect(signals(here, "Ada", { type: "quest-accepted", quest: theRing.id })).toEqual([]);
  expect(here.carries("Ada")).toEqual([]);
  expect(signals(here, "Ada", { type: "quest-accepted", quest: asId("later") }, { type: "quest-accepted", quest: asId("later") }).filter((line) => line.startsWith("A new quest"))).toHaveLength(1);
});

test("a use counts where it was asked for", () => {
  const use = quest("use", [step("blow", { type: "use", kind: "horn", room: "well" }), step("again", { type: "use", kind: "horn", room: null })]);
  const here = world([use]);
  const ada = here.person("Ada", { quests: new Map([[use.id, { state: "active", step: 0, count: 0 }]]) });
  const used = (room: string): Signal => ({ type: "used", kind: asId("horn"), room: asId(room) });
  signals(here, "Ada", used("yard"));
  expect(ada.quests.get(use.id)?.step).toBe(0);
  signals(here, "Ada", used("well"));
  expect(ada.quests.get(use.id), "one blow, one step").toEqual({ state: "active", step: 1, count: 0 });
  signals(here, "Ada", used("yard"));
  expect(ada.quests.get(use.id)?.state).toBe("done");
});

test("a reward too heavy to carry lies on the ground", () => {
  const heavy = quest("heavy", [step("go", { type: "visit", room: "well" })], { rewards: { coins: 0, items: [stack("stone", 3), stack("apple", 10)] } });
  const here = world([heavy]);
  here.person("Ada", { quests: new Map([[heavy.id, { state: "active", step: 0, count: 0 }]]) });
  here.item("apple", "char:ada");
  expect(here.as("Ada", "north").slice(-3)).toEqual(["You receive two stones.", "You receive a stone, but your hands are full: it is on the ground before you.", "You receive ten apples, but your hands are full: it is on the ground before you."]);
  const lying = [...here.area.contents.get("room:well")!].map((id) => here.area.items.get(id)!);
  expect(lying.map((item) => [item.kind, item.quantity])).toEqual([["stone", 1], ["apple", 10]]);
});

test("rewards join the stack that is carried; the count of things stays true", () => {
  const easy = quest("easy", [step("go", { type: "visit", room: "well" }, { gives: [stack("apple", 2)] })], { rewards: { coins: 3, items: [stack("apple", 4), stack("coins", 2)] } });
  const here = world([easy]);
  const ada = here.person("Ada", { coins: 1, quests: new Map([[easy.id, { state: "active", step: 0, count: 0 }]]) });
  here.item("apple", "char:ada");
  here.as("Ada", "north");
  expect(here.carries("Ada").map((id) => here.area.items.get(asId(id))?.quantity)).toEqual([7]);
  expect(ada.coins).toBe(6);
});

test("a walk into another area leaves the quests to the place of arrival", () => {
  const made = aWorld({
    kinds, quests: [quest("far", [step("go", { type: "visit", room: "hill" })])],
    rooms: [aRoom("yard", { exits: [anExit("north", "hill")] }), aRoom("hill", { area: "there" })],
  });
  made.person("Ada", { quests: new Map([[asId<QuestId>("far"), { state: "active", step: 0, count: 0 }]]) });
  made.as("Ada", "north");
  expect(made.last).toMatchObject({ kind: "accepted", handoff: { room: "hill" }, events: [{ type: "character-moved" }] });
});

test("a quest that has lost its last steps in the files ends; one that is gone is left alone", () => {
  const short = quest("short", [step("go", { type: "visit", room: "well" })]);
  const here = world([short]);
  const ada = here.person("Ada", { quests: new Map([[short.id, { state: "active", step: 3, count: 0 }], [asId<QuestId>("gone"), { state: "active", step: 0, count: 0 }]]) });
  here.as("Ada", "say hm");
  expect(ada.quests.get(short.id)).toEqual({ state: "done", step: 1, count: 0 });
  expect(ada.quests.get(asId("gone"))?.state).toBe("active");
});

test("bringing and using, by the commands themselves: things are given up, counted, and paid for once", () => {
  const feed = quest("feed", [
    step("bring", { type: "deliver", kind: "apple", npc: "baker", count: 3 }, { gives: [stack("horn")] }), step("blow", { type: "use", kind: "horn", room: null }),
  ], { rewards: { coins: 7, items: [] } });
  const here = world([feed]);
  const ada = here.person("Ada", { quests: new Map([[feed.id, { state: "active", step: 0, count: 0 }]]) });
  here.item("apple", "char:ada", { quantity: 5 });
  here.as("Ada", "give 2 apples to marta");
  expect(ada.quests.get(feed.id)).toEqual({ state: "active", step: 0, count: 2 });
  expect(here.as("Ada", "give apples to marta").slice(-2)).toEqual(["You receive a horn.", "To do: Do blow."]);
  expect(here.area.items.get(asId("apple"))?.quantity, "no more than was wanted").toBe(2);
  expect(here.as("Ada", "use horn")).toEqual(["You blow the horn.", "That is that.", "Quest done: The feed.", "You receive seven coins."]);
  here.as("Ada", "use horn");
  expect(ada.coins).toBe(7);
});
