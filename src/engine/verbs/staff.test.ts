import { expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld, onlineOf } from "../../../test/support/transcript.ts";
import { fold } from "../../persistence/fold.ts";
import { isDurable } from "../events.ts";
import { MAX_OPEN_REPORTS } from "../../limits.ts";
import { asId, type CharacterId, type ItemId, type KindId } from "../ids.ts";
import { decideErasure, decideGift, decideTaking, turnOf, withGuest } from "../staff-deeds.ts";
import { durationMs, durationWords, mayActOn } from "../staff.ts";

function village(): TestWorld {
  const world = aWorld({ kinds: [aKind("apple", { name: "an apple", stackable: true }), aKind("sword"), aKind("bag", { container: { capacity: 5, closable: false, key: null, initially: "open" } })], rooms: [aRoom("yard", { exits: [anExit("north", "shed")] }), aRoom("shed", { exits: [anExit("south", "yard")] })] });
  world.person("Olga", { role: "operator" });
  world.person("Mona", { role: "moderator" });
  world.person("Ada");
  world.person("Ben");
  return world;
}
/** What the newest decision has ordered. */
const ordered = (world: TestWorld): object[] => (world.last?.kind === "accepted" ? world.last.events.flatMap((event) => (event.type === "staff-ordered" ? [event.order] : [])) : []);
const muted = (untilMs: number | null) => ({ muted: { reason: "flooding", untilMs } });

test("whoever is muted is told so, plainly, and nobody hears them", () => {
  const world = village();
  Object.assign(world.area.characters.get(asId("ada"))!, muted(world.nowMs + 90_000));
  const told = "You have been muted, and nobody hears you for another 2 minutes: flooding";
  for (const line of ["say hello", "'hello", "tell ben hello", "shout hello", "emote waves", "whisper ben hello", "ask ben about apples", "afk you all stink"]) expect(world.as("Ada", line)).toEqual([told]);
  expect(world.reads("Ben")).toEqual([]);
  expect(world.as("Ada", "look").length).toBeGreaterThan(1);
  expect(world.as("Ada", "report ben took my hat")).toEqual(["The moderators have been told about Ben, with what you heard last."]);
  world.nowMs += 90_000;
  expect(world.as("Ada", "say hello")).toEqual(['You say, "hello"']);
});

test("a mute without an end says so", () => {
  const world = village();
  Object.assign(world.area.characters.get(asId("ada"))!, muted(null));
  expect(world.as("Ada", "say hello")).toEqual(["You have been muted, and nobody hears you: flooding"]);
});

test("what is ordered is recorded: who, to whom, why, for how long", () => {
  const world = village();
  expect(world.as("Mona", "mute ben 30m says the same thing all day")).toEqual(["Ben is muted for 30 minutes."]);
  expect(ordered(world)).toMatchObject([{ action: "mute", staff: "mona", staffName: "Mona", via: "game", target: "ben", targetName: "Ben", reason: "says the same thing all day", detail: { until_ms: world.nowMs + 30 * 60_000 } }]);
  expect(world.as("Mona", "ban ben comes back and back")).toEqual(["Ben may not come in for good."]);
  expect(ordered(world)).toMatchObject([{ action: "ban", target: "ben", reason: "comes back and back", detail: {} }]);
  expect(world.as("Mona", "kick ben")).toEqual(["Say why; they will read it, and it is recorded."]);
  expect(world.as("Mona", "kick ben go and sleep")).toEqual(["Ben will be taken out of the world."]);
  expect(world.as("Mona", "unmute ben")).toEqual(["Ben may speak again."]);
  expect(world.as("Mona", "announce The bridge is open.")).toEqual(["Everybody in the world will read it."]);
  expect(ordered(world)).toMatchObject([{ action: "announce", target: null, detail: { text: "The bridge is open." } }]);
});

test("players have no such commands, and see none; equals are left alone", () => {
  const world = village();
  for (const line of ["mute ben 5m no", "kick ben no", "announce no", "goto ben", "summon ben", "ban ben no", "unmute ben"]) expect(world.as("Ada", line).join()).toContain("There is no command");
  expect(world.as("Ada", "commands").join()).not.toContain("announce");
  expect(world.as("Mona", "commands").join()).toContain("announce");
  expect(world.as("Mona", "kick olga no")).toEqual(["Olga looks after the world as much as you do. That is for an operator."]);
  expect(world.as("Mona", "kick mona no")).toEqual(["Not to yourself."]);
  expect(world.as("Mona", "kick nobody no")).toEqual(["Nobody is called nobody, here or anywhere."]);
  expect(world.as("Olga", "kick mona no")).toEqual(["Mona will be taken out of the world."]);
  expect([mayActOn("moderator", "builder"), mayActOn("moderator", "moderator"), mayActOn("operator", "operator"), mayActOn("builder", "player")]).toEqual([true, false, true, true]);
});

test("goto takes one anywhere, by a person or by a room", () => {
  const world = village();
  world.as("Ben", "north");
  const seen = world.as("Mona", "goto ben");
  expect(seen[0]).toBe("The world around you changes from one moment to the next.");
  expect(seen.join()).toContain("Ben");
  expect(world.reads("Ada").at(-1)).toBe("Mona is gone from one moment to the next.");
  expect(world.reads("Ben")).toContain("Mona is here from one moment to the next.");
  expect(ordered(world)).toMatchObject([{ action: "goto", target: "ben", detail: { room: "shed" } }]);
  expect(world.as("Mona", "goto shed")).toEqual(["You are there already."]);
  world.as("Mona", "goto yard");
  expect(world.area.characters.get(asId("mona"))?.room).toBe("yard");
  world.as("Mona", "summon ben");
  expect(ordered(world)).toMatchObject([{ action: "teleport", target: "ben", detail: { room: "yard" } }]);
});

test("a report carries what was heard, and whom it is about; not everybody's is endless", () => {
  const world = village();
  world.online = onlineOf(() => [...world.area.characters.values()].map((one) => ({ ...one, areaName: "" })));
  world.post.heard = { lines: [{ text: 'Ben says, "boo"', type: "say", sender: "Ben" }], openReports: MAX_OPEN_REPORTS - 1 };
  expect(world.as("Ada", "report Ben: frightens everybody")).toEqual(["The moderators have been told about Ben, with what you heard last."]);
  expect(world.last).toMatchObject({ events: [{ type: "reported", report: { reporter: "ada", reported: "ben", room: "yard", words: "Ben: frightens everybody", lines: [{ text: 'Ben says, "boo"' }] } }] });
  expect([world.reads("Mona"), world.reads("Olga"), world.reads("Ben")]).toEqual([["Ada reports: Ben: frightens everybody"], ["Ada reports: Ben: frightens everybody"], []]);
  expect(world.as("Ada", "report the well is broken")).toEqual(["The moderators have been told, with what you heard last."]);
  world.post.heard = { lines: [], openReports: MAX_OPEN_REPORTS };
  expect(world.as("Ada", "report the well is still broken").join()).toContain("still waiting");
  expect(world.as("Ada", "report")).toEqual(["What do you want to report? Type for example: report ben insults everybody here."]);
});

test("gifts join stacks and obey the limits of hands; what is taken goes with what is in it", () => {
  const world = village();
  const ada = asId<CharacterId>("ada");
  world.item("apple", "char:ada", { quantity: 2 });
  const turn = () => turnOf(world.area, ada, world.ctx)!;
  world.take(decideGift(turn(), { kind: asId<KindId>("apple"), quantity: 3 }), "Ada");
  expect(world.area.items.get(asId("apple"))?.quantity).toBe(5);
  world.take(decideGift(turn(), { coins: 7 }), "Ada");
  expect(world.area.characters.get(ada)?.coins).toBe(7);
  expect(decideGift(turn(), { kind: asId<KindId>("unicorn"), quantity: 1 })).toMatchObject({ kind: "refused", code: "no_such_thing" });
  expect(decideGift(turn(), { kind: asId<KindId>("sword"), quantity: 1_000 })).toMatchObject({ kind: "refused", code: "hands_full" });

  world.item("bag", "char:ada");
  world.item("sword", "item:bag");
  world.take(decideTaking(turn(), { item: asId<ItemId>("bag"), quantity: null }), "Ada");
  expect([world.area.items.has(asId("bag")), world.area.items.has(asId("sword"))]).toEqual([false, false]);
  world.take(decideTaking(turn(), { item: asId<ItemId>("apple"), quantity: 4 }), "Ada");
  expect(world.area.items.get(asId("apple"))?.quantity).toBe(1);
  expect(decideTaking(turn(), { coins: 8 })).toMatchObject({ kind: "refused" });
  world.item("sword", "yard");
  expect(decideTaking(turn(), { item: asId<ItemId>("sword"), quantity: null })).toMatchObject({ kind: "refused", code: "no_such_item" });
});

test("whose account ends leaves nothing, and an area looks the same before and after a guest was thought of", () => {
  const world = village();
  const ada = asId<CharacterId>("ada");
  world.item("bag", "char:ada");
  world.item("sword", "item:bag");
  world.area.characters.get(ada)!.coins = 9;
  // In the post, too: a bag with a sword, and coins.
  Object.assign(world.area.characters.get(asId("ben"))!, { coins: 9 });
  world.item("bag", "char:ben", { id: asId("bag2") });
  world.item("sword", "item:bag2", { id: asId("sword2") });
  world.as("Ben", "mail ada bag");
  world.as("Ben", "mail ada 5 coins");
  expect([world.post.waitingFor(ada).length, world.post.items.size]).toEqual([2, 3]);
  world.take(decideErasure(turnOf(world.area, ada, world.ctx)!, world.post.waitingFor(ada)), "Ada");
  expect([world.area.items.size, world.area.characters.has(ada), world.post.letters.size, world.post.items.size]).toEqual([0, false, 0, 0]);
  expect(() => fold(world.last?.kind === "accepted" ? world.last.events.filter(isDurable) : [])).not.toThrow();

  const guest = { ...world.area.characters.get(asId("ben"))!, id: asId<CharacterId>("gus"), name: "Gus" };
  const sizes = () => [world.area.characters.size, world.area.items.size, world.area.contents.size, world.area.rooms.get(guest.room)!.characters.size];
  const before = sizes();
  expect(turnOf(withGuest(world.area, guest, []), guest.id, world.ctx)?.actor.name).toBe("Gus");
  expect(sizes()).toEqual(before);
});

test("times are typed and told in the words people use", () => {
  expect(["5", "30m", "2h", "7d", "0m", "x", "1w", ""].map(durationMs)).toEqual([300_000, 1_800_000, 7_200_000, 604_800_000, undefined, undefined, undefined, undefined]);
  expect([1, 60_000, 3_600_000, 7_200_000, 172_800_000].map(durationWords)).toEqual(["1 minute", "1 minute", "60 minutes", "2 hours", "2 days"]);
});
