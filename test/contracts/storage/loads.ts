/** The one load path: what comes back is what was committed, nested and in its order. */
import { beforeEach, describe, expect, it } from "vitest";
import { asId, type CharacterId, type NpcId, type RoomId } from "../../../src/engine/ids.ts";
import { moved, Town, type OpenBench } from "./bench.ts";

export function loadSuite(open: OpenBench): void {
  let town: Town;
  let ann: string;
  beforeEach(async () => {
    town = await Town.open(open());
    ann = await town.person("ann", 4);
  });
  const ids = (items: readonly { id: string }[]): string[] => items.map(({ id }) => id);
  const load = (rooms: string[], npcs: string[] = []) =>
    town.bench.areas.loadArea({ rooms: rooms.map((id) => asId<RoomId>(id)), doors: [], spawns: [], npcs: npcs.map((id) => asId<NpcId>(id)) });

  describe("an area", () => {
    it("has what lies in its rooms, what that contains, and what its NPCs keep; and nothing of its neighbours", async () => {
      const chest = await town.thing("chest", `room:${town.square}`);
      const pouch = await town.thing("pouch", `item:${chest}`);
      const ring = await town.thing("ring", `item:${pouch}`);
      const wares = await town.thing("wares", `npc:${town.name("smith#1")}`);
      await town.thing("far", "room:elsewhere");
      await town.thing("purse", `char:${ann}`);
      expect(ids((await load([town.square], [town.name("smith#1")])).items).sort()).toEqual([chest, pouch, ring, wares].sort());
    });

    it("lists what a room holds in the order in which it came", async () => {
      const things = await Promise.all(["c", "a", "b"].map((name) => town.thing(name, `char:${ann}`)));
      for (const thing of things) await town.commit(ann, [moved(thing, `char:${ann}`, `room:${town.square}`)]);
      expect(ids((await load([town.square])).items)).toEqual(things);
      await town.commit(ann, [moved(things[0]!, `room:${town.square}`, `char:${ann}`)]);
      await town.commit(ann, [moved(things[0]!, `char:${ann}`, `room:${town.square}`)]);
      expect(ids((await load([town.square])).items)).toEqual([things[1], things[2], things[0]]);
    });

    it("has its doors, spawns and the NPCs that are not at home", async () => {
      const [door, spawn, npc] = [asId<never>(town.name("gate")), asId<never>(town.name("lamp")), asId<NpcId>(town.name("cat#1"))];
      await town.commit(ann, [{ type: "door-changed", door, open: false, locked: true }, { type: "spawn-changed", spawn, generation: 3, dueAtMs: null }]);
      town.bench.soft.npc(npc, { room: asId("lane"), goneUntilMs: 1_700_000_000_000 }, { area: town.area, epoch: town.epoch });
      await town.bench.soft.flush();
      const loaded = await town.bench.areas.loadArea({ rooms: [], doors: [door], spawns: [spawn], npcs: [npc] });
      expect(loaded.doors).toEqual([{ id: door, open: false, locked: true }]);
      expect(loaded.spawns).toEqual([{ id: spawn, generation: 3, dueAtMs: null }]);
      expect(loaded.npcs).toEqual([{ id: npc, room: "lane", goneUntilMs: 1_700_000_000_000 }]);
    });
  });

  describe("a character", () => {
    it("comes with all it carries, nested, and as an engine's character", async () => {
      const bag = await town.thing("bag", `char:${ann}`, { open: false });
      const apple = await town.thing("apple", `item:${bag}`, { quantity: 3, charges: 2 });
      const loaded = await town.bench.areas.loadCharacter(asId<CharacterId>(ann), asId<RoomId>(town.square));
      expect(ids(loaded?.items ?? [])).toEqual([bag, apple]);
      expect(loaded?.items[1]).toEqual({ id: apple, kind: "sword", at: `item:${bag}`, slot: null, quantity: 3, charges: 2, open: true, locked: false, lit: false, spawn: null });
      expect(loaded?.character).toMatchObject({ id: ann, role: "player", room: town.square, coins: 4, position: "standing", afk: null, following: null });
    });

    it("that stands in another room is not there", async () => {
      expect(await town.bench.areas.loadCharacter(asId<CharacterId>(ann), asId<RoomId>("elsewhere"))).toBeUndefined();
      expect(await town.bench.areas.loadCharacter(asId<CharacterId>("nobody"), null)).toBeUndefined();
      expect(await town.bench.areas.locate(asId<CharacterId>("nobody"))).toBeUndefined();
      expect(await town.bench.areas.locate(asId<CharacterId>(ann))).toBe(town.square);
    });
  });

  describe("soft state", () => {
    const tired = { position: "resting", health: 80, vigour: 40, playtimeS: 100 };
    it("comes back as it was written last", async () => {
      const owner = { area: town.area, epoch: town.epoch };
      town.bench.soft.character(asId(ann), { ...tired, vigour: 50 }, owner);
      town.bench.soft.character(asId(ann), tired, owner);
      await town.bench.soft.flush();
      expect((await town.bench.areas.loadCharacter(asId(ann), null))?.character).toMatchObject(tired);
    });

    it("of a former owner is left alone", async () => {
      await town.bench.fence(town.name("server"));
      await (await town.bench.lease(town.name("next"))).acquire(town.area);
      town.bench.soft.character(asId(ann), tired, { area: town.area, epoch: town.epoch });
      await town.bench.soft.flush();
      expect((await town.bench.areas.loadCharacter(asId(ann), null))?.character).toMatchObject({ position: "standing", health: 100 });
    });

    it("that comes late, after the new owner's, does not win", async () => {
      const owner = { area: town.area, epoch: town.epoch };
      town.bench.soft.character(asId(ann), { ...tired, playtimeS: 200, health: 99 }, owner);
      await town.bench.soft.flush();
      town.bench.soft.character(asId(ann), { ...tired, playtimeS: 150, health: 11 }, owner);
      await town.bench.soft.flush();
      expect((await town.bench.areas.loadCharacter(asId(ann), null))?.character).toMatchObject({ health: 99, playtimeS: 200 });
    });
  });
}
