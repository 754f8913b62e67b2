import process from "node:process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SOUND_WORLD, withPatchedWorld } from "../../test/support/patched-world.ts";
import type { ContentIndex } from "../engine/content.ts";
import type { AreaId, DoorId, KindId, NpcKindId, QuestId, RoomId, SpawnId } from "../engine/ids.ts";
import { COIN_KIND } from "../engine/content.ts";
import { asId } from "../engine/ids.ts";
import type { LoadedWorld } from "./load.ts";
import { loadWorld, worldOf } from "./load.ts";
import { findFiles } from "./find-files.ts";
import { Report } from "./mistake.ts";

async function soundContent(): Promise<ContentIndex> {
  return contentOf(await loadWorld(SOUND_WORLD));
}

function contentOf(loaded: LoadedWorld): ContentIndex {
  if ("mistakes" in loaded) throw new Error(JSON.stringify(loaded.mistakes, null, 2));
  return loaded.content;
}

test("nothing is reported on the sound world, not even a warning", async () => {
  const loaded = await loadWorld(SOUND_WORLD);
  expect("mistakes" in loaded ? loaded.mistakes : []).toEqual([]);
  expect(loaded.warnings).toEqual([]);
});

describe("the content of a sound world", () => {
  test("rooms have their exits, defaults and area", async () => {
    const content = await soundContent();
    expect(content.rooms.get(asId<RoomId>("lane"))).toEqual({
      id: "lane", area: "village", title: "The Lane", description: "A lane between hedges.",
      variants: [], indoors: false, dark: false, details: [], ambience: [], noWander: false, at: null,
      exits: [
        { name: "south", aliases: [], to: "green", door: null, hidden: false, description: null, leaveText: null },
        { name: "down", aliases: [], to: "shaft", door: "mine_door", hidden: false, description: "Steps lead into the hill.", leaveText: null },
        { name: "hedge", aliases: ["gap"], to: "garden", door: null, hidden: true, description: null, leaveText: "{actor} squeezes through the hedge." },
      ],
    });
    expect(content.rooms.get(asId<RoomId>("green"))?.at).toEqual({ x: 0, y: 0, z: 0 });
    expect(content.areas.get(asId<AreaId>("mine"))).toEqual({ id: "mine", name: "The Mine", climate: "mild", rooms: ["shaft", "gallery"], ambience: [], ambienceEveryS: 90 });
    expect(content.doors.get(asId<DoorId>("mine_door"))).toEqual({ id: "mine_door", name: "an iron door", keywords: ["door", "iron"], key: "mine_key", initially: "locked" });
  });

  test("spawns are named after room and kind, contents after their container", async () => {
    const { spawns } = await soundContent();
    expect([...spawns.keys()]).toEqual([
      "shaft__foreman", "gallery__lamp", "gallery__ore", "green__goose", "green__well", "green__apple", "lane__watchman",
      "garden__mine_key", "bakery__baker", "bakery__chest", "bakery__chest__rope", "bakery__chest__coins",
    ]);
    expect(spawns.get(asId<SpawnId>("green__goose"))).toEqual({ id: "green__goose", area: "village", room: "green", what: { type: "npc", kind: "goose" }, quantity: 3, in: null, respawnS: null });
    expect(spawns.get(asId<SpawnId>("bakery__chest__rope"))).toEqual({ id: "bakery__chest__rope", area: "village", room: "bakery", what: { type: "item", kind: "rope" }, quantity: 1, in: "bakery__chest", respawnS: 600 });
  });

  test("names give keywords, plurals and lines in the room", async () => {
    const { items, npcs } = await soundContent();
    expect(items.get(asId<KindId>("apple"))).toMatchObject({ name: "an apple", plural: "apples", keywords: ["apple"], roomText: "An apple lies here.", food: { vigour: 5, health: 0, text: null } });
    expect(items.get(asId<KindId>("bread"))).toMatchObject({ plural: "loaves of bread", keywords: ["loaf", "bread"], stackable: true });
    expect(npcs.get(asId<NpcKindId>("watchman"))).toMatchObject({ keywords: ["watchman"], roomText: "The watchman is here.", patrol: { everyS: 45, route: ["lane", "green", "bakery", "green"] } });
  });

  test("quests know their triggers and gifts", async () => {
    const quest = (await soundContent()).quests.get(asId<QuestId>("lost_lamp"));
    expect(quest?.steps.map((step) => step.trigger)).toEqual([
      { type: "visit", room: "gallery" },
      { type: "fetch", kind: "lamp", count: 1 },
      { type: "use", kind: "lamp", room: "gallery" },
      { type: "deliver", kind: "lamp", npc: "baker", count: 1 },
    ]);
    expect(quest).toMatchObject({ startGives: [{ kind: "apple", quantity: 1 }], rewards: { coins: 25, items: [{ kind: "ribbon", quantity: 1 }] } });
  });

  test("coins are there although the world does not define them, and a world may", async () => {
    expect((await soundContent()).items.get(COIN_KIND)).toMatchObject({ name: "a coin", plural: "coins", stackable: true, weightG: 5, keywords: ["coin", "coins"] });
    const own = { file: "areas/mine/items.yaml", find: "lamp:\n", put: "coins:\n  name: a groat\n  description: Thin.\n  stackable: true\nlamp:\n" };
    await withPatchedWorld([own], async (dir) => {
      expect(contentOf(await loadWorld(dir)).items.get(COIN_KIND)?.name).toBe("a groat");
    });
  });

  test("a key without a value counts as not written", async () => {
    const patch = { file: "socials.yaml", find: '"{actor} sighs."}', put: '"{actor} sighs."}\n  targeted:' };
    await withPatchedWorld([patch], async (dir) => {
      expect(contentOf(await loadWorld(dir)).socials.get("sigh")?.targeted).toBeNull();
    });
  });

  test("it is frozen to the bottom", async () => {
    const content = await soundContent();
    const thaw: readonly (() => void)[] = [
      () => (content.rooms as Map<RoomId, unknown>).set(asId<RoomId>("x"), {}),
      () => (content.rooms as Map<RoomId, unknown>).clear(),
      () => Object.assign(content.world.calendar, { dayMinutes: 1 }),
      () => Object.assign(content.rooms.get(asId<RoomId>("lane"))?.exits[0] ?? {}, { to: "gallery" }),
      () => (content.items.get(asId<KindId>("apple"))?.keywords as string[]).push("pear"),
    ];
    for (const change of thaw) expect(change).toThrow(TypeError);
  });

  test("the version changes with the files and with nothing else", async () => {
    const { version } = await soundContent();
    expect((await soundContent()).version).toBe(version);
    const patch = { file: "help.yaml", find: "Type the name", put: "Type  the name" };
    await withPatchedWorld([patch], async (dir) => {
      expect(contentOf(await loadWorld(dir)).version).not.toBe(version);
    });
  });
});

test("warnings name what is probably not meant, and the world loads", async () => {
  const patches = [
    { file: "areas/mine/rooms.yaml", find: "lamp, respawn_s: 300", put: "lamp" },
    { file: "areas/mine/items.yaml", find: "ore:\n", put: "spare:\n  name: a spare\n  description: Spare.\nore:\n" },
    { file: "areas/mine/rooms.yaml", find: "up: {to: lane, door: mine_door}", put: "up: lane" },
    { file: "areas/village/npcs.yaml", find: "    - {words: [bread],", put: "    - {words: [bread], reply: [Yes.]}\n    - {words: [bread]," },
  ];
  await withPatchedWorld(patches, async (dir) => {
    const loaded = await loadWorld(dir);
    expect("content" in loaded).toBe(true);
    expect(loaded.warnings.map(({ file, line, what }) => `${file}:${line}: ${what}`)).toEqual([
      "areas/mine/items.yaml:7: nobody can get 'spare': it is in no room or shop, and no quest gives it",
      "areas/mine/rooms.yaml:8: the exit 'up' of 'shaft' leads past the door 'mine_door'",
      "areas/village/npcs.yaml:10: 'baker' never says this: earlier lines answer to all its words",
      "areas/village/quests.yaml:8: 'lamp' exists once: the first who takes it keeps everybody else from the step 'find'",
      "areas/village/quests.yaml:9: 'lamp' exists once: the first who takes it keeps everybody else from the step 'light'",
      "areas/village/quests.yaml:10: 'lamp' exists once: the first who takes it keeps everybody else from the step 'return'",
    ]);
  });
});

test("whatever is done to a file, it is a mistake with a line or a world, never an exception", async () => {
  const sound = await findFiles(SOUND_WORLD, new Report());
  const areas = [...sound.areas].flatMap(([area, files]) => [...files].map(([name, file]) => ({ area, name, file })));
  const junk = fc.constantFrom("", "{", "]", ": ", "\t", "*x", "&a", "!!set", "null", "- ", "  ", "[[", "'", '"', "__proto__: 1", "1e999", "\u0000", "? ", "<<: ", "|", "99999999999999999999");
  const runs = Number(process.env["FUZZ_RUNS"] ?? "100");
  fc.assert(fc.property(fc.constantFrom(...areas), fc.nat(), fc.nat(3), junk, ({ area, name, file }, at, drop, put) => {
    const from = at % file.text.length;
    const text = file.text.slice(0, from) + put + file.text.slice(from + drop);
    const files = new Map(sound.areas.get(area)).set(name, { name: file.name, text });
    const loaded = worldOf({ ...sound, areas: new Map(sound.areas).set(area, files) }, new Report());
    for (const mistake of "mistakes" in loaded ? loaded.mistakes : []) expect(mistake.line).toBeGreaterThan(0);
    expect("content" in loaded || loaded.mistakes.length > 0).toBe(true);
  }), { numRuns: runs });
});
