/** The world's rows follow its content: once at first, the difference afterwards, and nothing is ever destroyed. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ContentIndex, DoorDef, ItemKind, QuestDef, RoomDef, SpawnDef } from "../../../src/engine/content.ts";
import { asId, type CharacterId, type DoorId, type Holder, type KindId, type NpcId, type RoomId } from "../../../src/engine/ids.ts";
import { reconcileWorld } from "../../../src/persistence/world-seed.ts";
import { aKind, anNpcKind, aRoom } from "../../support/transcript.ts";
import { aCharacter, anItem, moved } from "./bench.ts";
import type { SqlBench } from "./sql-bench.ts";

const TABLES = "account, character, item, quest_progress, door, spawn, npc, world_meta, area_owner, journal, journal_key, request_reply";
const box = { capacity: 5, closable: true, key: asId<never>("iron_key"), initially: "closed" as const };
const door = (id: string, more: Partial<DoorDef> = {}): DoorDef => ({ id: asId(id), name: `the ${id}`, keywords: [id], key: null, initially: "closed", ...more });
const spawn = (id: string, kind: string, more: Partial<SpawnDef> | { in: string } | { room: string } = {}): SpawnDef => ({
  id: asId(id), area: asId("town"), room: asId("square"), what: { type: "item", kind: asId<KindId>(kind) }, quantity: 1, in: null, respawnS: 60, ...(more as Partial<SpawnDef>),
});
const npcSpawn = (id: string, kind: string): SpawnDef => spawn(id, kind, { what: { type: "npc", kind: asId(kind) } });

interface Parts { rooms: RoomDef[]; kinds: ItemKind[]; doors: DoorDef[]; spawns: SpawnDef[]; quests: QuestDef[] }
const first: Parts = {
  rooms: [aRoom("square"), aRoom("market"), aRoom("cellar")],
  kinds: [aKind("chest", { container: box, fixed: true }), aKind("apple", { stackable: true }), aKind("lamp", { light: true }), aKind("well", { fixed: true, drink: { vigour: 1, health: 0, charges: 9, text: null } })],
  doors: [door("gate", { initially: "open" }), door("hatch", { initially: "locked", key: asId<KindId>("iron_key") })],
  spawns: [spawn("apples", "apple", { in: "big_chest", quantity: 3 }), spawn("big_chest", "chest"), spawn("well", "well"), spawn("lamps", "lamp", { quantity: 2, room: "market" }), npcSpawn("smith", "smith")],
  quests: [],
};
let version = 0;
/** The first world with some parts of it replaced. */
function content(parts: Partial<Parts> = {}): ContentIndex {
  const { rooms, kinds, doors, spawns, quests } = { ...first, ...parts };
  const byId = <T extends { id: string }>(list: T[]) => new Map(list.map((entry) => [entry.id, entry])) as never;
  version += 1;
  return {
    world: { name: "Testland", start: asId("square"), safe: asId("square") } as ContentIndex["world"], version: `v${version}`,
    areas: new Map(), rooms: byId(rooms), doors: byId(doors), items: byId(kinds), spawns: byId(spawns), quests: byId(quests),
    npcs: byId([anNpcKind("smith")]), climates: new Map(), socials: new Map(), help: [],
  };
}

export function reconcileSuite(open: () => SqlBench): void {
  let bench: SqlBench;
  beforeEach(async () => {
    bench = open();
    await bench.db.sql.query(`truncate ${TABLES}`);
  });
  const where = async (id: string): Promise<string | undefined> => (await bench.item(id))?.at;
  const give = async (id: string, at: string, more: Parameters<typeof anItem>[2] = {}) => bench.putItem(anItem(id, at, more));
  /** Somebody takes a thing, as a command would. */
  const take = async (item: string, from: string, who: string): Promise<void> => {
    await bench.db.sql.query("update item set location = $2, spawn_id = null where id = $1 and location = $3", [item, `char:${who}`, from]);
    expect(moved(item, from, `char:${who}`).type).toBe("item-moved");
  };
  const countItems = async (): Promise<number> => (await bench.db.sql.query<{ n: number }>("select coalesce(sum(quantity), 0)::int as n from item"))[0]?.n ?? -1;

  describe("a new world", () => {
    it("is furnished once, and its furniture is in the journal", async () => {
      const world = content();
      const said = await reconcileWorld(bench.db, world);
      expect(said).toEqual(["Testland is a new world of 3 rooms.", "2 doors were hung.", "4 things were placed."]);
      expect(await bench.item("big_chest:1")).toMatchObject({ at: "room:square", kind: "chest", open: false, locked: false, spawn: "big_chest" });
      expect(await bench.item("apples:1")).toMatchObject({ at: "item:big_chest:1", quantity: 3 });
      expect(await bench.item("well:1")).toMatchObject({ charges: null });
      expect([await where("lamps:1"), await where("lamps:1:2")]).toEqual(["room:market", "room:market"]);
      expect([await bench.door("gate"), await bench.door("hatch")]).toEqual([{ open: true, locked: false }, { open: false, locked: true }]);
      expect(await bench.spawn("big_chest")).toEqual({ generation: 1, dueAtMs: null });
      const events = (await bench.journalOf(null)).flatMap((entry) => entry.events);
      expect(events.filter(({ type }) => type === "item-created")).toHaveLength(5);
    });

    it("is left alone when the same content starts again, by two processes at once too", async () => {
      const world = content();
      await Promise.all([reconcileWorld(bench.db, world), reconcileWorld(bench.db, world)]);
      await take("lamps:1", "room:market", "ann");
      const before = await countItems();
      expect(await reconcileWorld(bench.db, world)).toEqual([]);
      expect(await countItems()).toBe(before);
      expect(await where("lamps:1")).toBe("char:ann");
    });
  });

  describe("a changed world", () => {
    beforeEach(async () => {
      await reconcileWorld(bench.db, content());
      await bench.putCharacter(aCharacter("ann", "square", { coins: 5 }));
    });

    it("gets what is new and keeps what players have", async () => {
      await take("lamps:1", "room:market", "ann");
      const said = await reconcileWorld(bench.db, content({ spawns: [...first.spawns, spawn("more", "lamp")], doors: [...first.doors, door("trap")] }));
      expect(said).toEqual(["The content of the world has changed.", "1 door was hung.", "1 thing was placed."]);
      expect([await where("more:1"), await where("lamps:1")]).toEqual(["room:square", "char:ann"]);
      expect(await bench.door("trap")).toEqual({ open: false, locked: false });
    });

    it("names the rooms that are new, and of very many the first; and those that are gone", async () => {
      expect(await reconcileWorld(bench.db, content({ rooms: [...first.rooms, aRoom("attic"), aRoom("loft")] }))).toContain("2 rooms are new: attic, loft.");
      const many = Array.from({ length: 22 }, (_, n) => aRoom(`cell_${n}`));
      const said = await reconcileWorld(bench.db, content({ rooms: [...first.rooms, aRoom("loft"), ...many] }));
      expect(said.slice(1)).toEqual([expect.stringMatching(/^22 rooms are new: cell_0, .*, cell_19, and 2 more\.$/), "1 room is gone: attic."]);
      // A database from before the list was kept cannot know.
      await bench.db.sql.query("delete from world_meta where key = 'rooms'");
      expect(await reconcileWorld(bench.db, content())).toEqual(["The content of the world has changed."]);
      expect(await reconcileWorld(bench.db, content({ rooms: [...first.rooms, aRoom("loft")] }))).toContain("1 room is new: loft.");
    });

    it("takes out doors, and puts what a removed spawn still had into escrow; what players put inside stays in the room", async () => {
      await give("ring", "item:big_chest:1", { kind: asId("lamp") });
      const before = await countItems();
      const said = await reconcileWorld(bench.db, content({ doors: [first.doors[1]!], spawns: first.spawns.filter(({ id }) => id !== "big_chest" && id !== "apples") }));
      expect(said).toContain("1 door was taken out.");
      expect(await bench.door("gate")).toBeUndefined();
      expect([await where("big_chest:1"), await where("apples:1"), await where("ring")]).toEqual(["escrow:retired", "escrow:retired", "room:square"]);
      expect(await countItems()).toBe(before);
    });

    it("never makes an id twice: a spawn that comes back makes its next thing", async () => {
      const without = content({ spawns: first.spawns.filter(({ id }) => id !== "well") });
      await reconcileWorld(bench.db, without);
      await reconcileWorld(bench.db, content());
      expect([await where("well:1"), await where("well:2")]).toEqual(["escrow:retired", "room:square"]);
      expect(await bench.spawn("well")).toMatchObject({ generation: 2 });
    });

    it("keeps things of kinds that are gone in escrow, and gives them back when the kind comes back", async () => {
      await give("bag", "char:ann", { kind: asId("satchel") });
      await give("coin", "item:bag", { kind: asId("lamp") });
      const kinds = [...first.kinds, aKind("satchel", { container: { ...box, key: null, initially: "open" } })];
      const said = await reconcileWorld(bench.db, content());
      expect(said.join(" ")).toContain("1 thing of kinds that the world no longer has (satchel) went into escrow.");
      expect([await where("bag"), await where("coin")]).toEqual(["escrow:retired", "char:ann"]);
      expect(await reconcileWorld(bench.db, content({ kinds }))).toContain("1 thing whose kind exists again came back from escrow.");
      expect(await where("bag")).toBe("char:ann");
    });

    it("lets a spawn of another kind make the new thing, with what lies inside handed over", async () => {
      const kinds = [...first.kinds, aKind("crate", { container: { ...box, key: null } })];
      const spawns = first.spawns.map((def) => (def.id === "big_chest" ? spawn("big_chest", "crate") : def));
      await reconcileWorld(bench.db, content({ kinds, spawns }));
      expect([await where("big_chest:1"), await where("big_chest:2"), await where("apples:1")]).toEqual(["escrow:retired", "room:square", "item:big_chest:2"]);
      expect(await bench.item("apples:1")).toMatchObject({ spawn: "apples" });
    });

    it("moves what nobody has touched along with its spawn, and nothing else", async () => {
      await take("lamps:1", "room:market", "ann");
      const spawns = first.spawns.map((def) => (def.id === "lamps" ? { ...def, room: asId<RoomId>("cellar") } : def));
      await reconcileWorld(bench.db, content({ spawns }));
      expect([await where("lamps:1"), await where("lamps:1:2")]).toEqual(["char:ann", "room:cellar"]);
      expect(await bench.item("lamps:1:2")).toMatchObject({ spawn: "lamps" });
    });

    it("brings people and things out of rooms that are gone", async () => {
      await bench.putCharacter(aCharacter("ben", "cellar"));
      await give("ring", "room:cellar", { kind: asId("lamp") });
      const said = await reconcileWorld(bench.db, content({ rooms: first.rooms.slice(0, 2) }));
      expect(said).toEqual(["The content of the world has changed.", "1 room is gone: cellar.", "1 character from rooms that are gone stand in square now.", "1 thing from rooms that are gone lie in square now."]);
      expect([await bench.areas.locate(asId<CharacterId>("ben")), await where("ring")]).toEqual(["square", "room:square"]);
      expect((await bench.journalOf(null)).at(-1)?.command).toBe("(world: rooms gone)");
    });

    it("fits things to kinds that changed; they stay the same things, and none gets lost", async () => {
      await give("lit", "char:ann", { kind: asId("lamp"), lit: true, slot: "held" });
      await give("stack", "char:ann", { kind: asId("apple"), quantity: 3 });
      await give("heap", "room:square", { kind: asId("apple"), quantity: 100 });
      await give("ring", "item:big_chest:1", { kind: asId("lamp") });
      const before = await countItems();
      const kinds = [aKind("chest", { fixed: true }), aKind("apple"), aKind("lamp"), first.kinds[3]!];
      await reconcileWorld(bench.db, content({ kinds, spawns: first.spawns.filter(({ id }) => id !== "apples") }));
      expect(await bench.item("lit")).toMatchObject({ lit: false, slot: null, at: "char:ann" });
      expect([await bench.item("stack"), await bench.item("stack~2"), await bench.item("stack~3")]).toMatchObject([{ quantity: 1 }, { quantity: 1, at: "char:ann" }, { quantity: 1 }]);
      expect(await bench.item("heap~rest")).toMatchObject({ quantity: 40, at: "escrow:retired" });
      expect(await bench.item("big_chest:1")).toMatchObject({ open: true, locked: false });
      expect(await where("ring")).toBe("room:square");
      expect(await countItems()).toBe(before);
    });

    it("forgets NPCs that are gone, sends home those whose room is, and keeps their wares in escrow", async () => {
      await bench.db.sql.query("insert into npc (id, room_id) values ('smith#1', 'cellar'), ('smith#2', 'square')");
      await give("wares", "npc:smith#2", { kind: asId("lamp") });
      await give("stock", "npc:smith#1", { kind: asId("lamp") });
      await reconcileWorld(bench.db, content({ rooms: first.rooms.slice(0, 2) }));
      const loaded = await bench.areas.loadArea({ rooms: [], doors: [], spawns: [], npcs: [asId<NpcId>("smith#1"), asId<NpcId>("smith#2")] });
      expect(loaded.npcs).toEqual([]);
      expect([await where("wares"), await where("stock")]).toEqual(["escrow:retired", "npc:smith#1"]);
    });

    it("takes the areas from processes that run the world as it was", async () => {
      const lease = await bench.lease(`old${version}`);
      const owned = await lease.acquire(asId("town"));
      const said = await reconcileWorld(bench.db, content());
      expect(said).toContain("1 area was taken from processes that run the world as it was.");
      const unit = { area: asId<never>("town"), epoch: "epoch" in owned ? owned.epoch : 0, actor: null, room: null, request: null, command: "late", reply: null };
      const late = { type: "door-changed" as const, door: asId<DoorId>("gate"), open: false, locked: true };
      expect(await bench.committer.commit({ ...unit, events: [late] })).toEqual({ kind: "fenced" });
    });

    it("puts a quest that became shorter back to its last step, and says all of it in order of the journal", async () => {
      const quest = { id: asId<never>("errand"), steps: [{}, {}] } as unknown as QuestDef;
      await bench.db.sql.query("insert into quest_progress values ('ann', 'errand', 'active', 4, 2)");
      expect(await reconcileWorld(bench.db, content({ quests: [quest] }))).toContain("1 quest under way was put back to the last step.");
      expect((await bench.areas.loadCharacter(asId<CharacterId>("ann"), null))?.character.quests).toEqual(new Map([["errand", { state: "active", step: 1, count: 0 }]]));
    });

    it("changes nothing when it cannot change everything", async () => {
      const broken = content({ spawns: [...first.spawns, spawn("ghost", "no_such_kind")], doors: [] });
      await expect(reconcileWorld(bench.db, broken)).rejects.toThrow("ghost");
      expect(await bench.door("gate")).toEqual({ open: true, locked: false });
      expect("room:square" satisfies Holder).toBe(await where("big_chest:1"));
    });
  });
}
