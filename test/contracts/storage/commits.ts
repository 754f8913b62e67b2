/** What a commit promises, whatever the store: tests of DESIGN §4 (the fence) and §5 (durable, exactly once). */
import { beforeEach, describe, expect, it } from "vitest";
import type { DurableEvent } from "../../../src/engine/events.ts";
import { asId, type CharacterId, type SpawnId } from "../../../src/engine/ids.ts";
import { anItem, aReply, moved, paid, Town, type OpenBench } from "./bench.ts";

export function commitSuite(open: OpenBench): void {
  let town: Town;
  let ann: string;
  let ben: string;
  beforeEach(async () => {
    town = await Town.open(open());
    ann = await town.person("ann", 10);
    ben = await town.person("ben", 5);
  });

  describe("a command", () => {
    it("is written whole: the sword changes hands and the coins the other way", async () => {
      const sword = await town.thing("sword", `char:${ben}`);
      const outcome = await town.commit(ann, [moved(sword, `char:${ben}`, `char:${ann}`), paid(ann, -7), paid(ben, 7)]);
      expect(outcome).toMatchObject({ kind: "committed", entry: expect.stringMatching(/^\d+$/) as string });
      expect(await town.where(sword)).toBe(`char:${ann}`);
      expect([await town.coins(ann), await town.coins(ben)]).toEqual([3, 12]);
    });

    it("is written not at all when one row is not as expected", async () => {
      const sword = await town.thing("sword", `room:${town.square}`);
      const outcome = await town.commit(ann, [paid(ann, -7), paid(ben, 7), moved(sword, `char:${ben}`, `char:${ann}`)]);
      expect(outcome).toMatchObject({ kind: "mismatch", detail: expect.stringContaining(sword) as string });
      expect([await town.coins(ann), await town.coins(ben)]).toEqual([10, 5]);
      expect(await town.bench.journalOf(ann)).toEqual([]);
      expect((await town.bench.areas.loadCharacter(asId<CharacterId>(ann), null))?.seq).toBe(0);
    });

    it("is in the journal, with who did it, what was typed and what happened", async () => {
      await town.commit(ann, [paid(ann, -1), paid(ben, 1)], { command: "give 1 coin to ben" });
      expect(await town.bench.journalOf(ann)).toEqual([{ command: "give 1 coin to ben", events: [paid(ann, -1), paid(ben, 1)] }]);
    });

    it("may touch a thing several times: only the first state is checked, only the last is left", async () => {
      const bread = await town.thing("bread", `room:${town.square}`, { quantity: 3 });
      const outcome = await town.commit(ann, [
        moved(bread, `room:${town.square}`, `char:${ann}`),
        { type: "item-quantity-changed", item: asId(bread), at: `char:${ann}`, from: 3, to: 2, cause: "eat" },
        { type: "item-quantity-changed", item: asId(bread), at: `char:${ann}`, from: 2, to: 1, cause: "eat" },
      ]);
      expect(outcome.kind).toBe("committed");
      expect(await town.bench.item(bread)).toMatchObject({ at: `char:${ann}`, quantity: 1 });
    });

    it("that contradicts itself is not written", async () => {
      const bread = await town.thing("bread", `char:${ann}`, { quantity: 3 });
      const outcome = await town.commit(ann, [
        { type: "item-quantity-changed", item: asId(bread), at: `char:${ann}`, from: 3, to: 2, cause: "eat" },
        { type: "item-quantity-changed", item: asId(bread), at: `char:${ann}`, from: 3, to: 2, cause: "eat" },
      ]);
      expect(outcome.kind).toBe("mismatch");
      expect(await town.bench.item(bread)).toMatchObject({ quantity: 3 });
    });
  });

  describe("things", () => {
    it("two hands, one sword: one gets it, the other is told", async () => {
      const sword = await town.thing("sword", `room:${town.square}`);
      const outcomes = await Promise.all([ann, ben].map((who) => town.commit(who, [moved(sword, `room:${town.square}`, `char:${who}`)])));
      expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "mismatch"]);
      expect(await town.where(sword)).toBe(`char:${ann}`);
    });

    it("are made once: an id that exists is refused", async () => {
      const sword = await town.thing("sword", `room:${town.square}`);
      const outcome = await town.commit(ann, [{ type: "item-created", item: anItem(sword, `char:${ann}`), cause: "admin" }]);
      expect(outcome.kind).toBe("mismatch");
      expect(await town.where(sword)).toBe(`room:${town.square}`);
    });

    it("end only where and as many as they are", async () => {
      const bread = await town.thing("bread", `char:${ann}`, { quantity: 2 });
      const end = (quantity: number): DurableEvent => ({ type: "item-destroyed", item: asId(bread), kind: asId("sword"), quantity, from: `char:${ann}`, cause: "eat" });
      expect((await town.commit(ann, [end(1)])).kind).toBe("mismatch");
      expect((await town.commit(ann, [end(2)])).kind).toBe("committed");
      expect(await town.bench.item(bread)).toBeUndefined();
    });

    it("change only from the state they are in", async () => {
      const chest = await town.thing("chest", `room:${town.square}`, { open: false, locked: true });
      const change = (from: object, to: object): DurableEvent => ({ type: "item-changed", item: asId(chest), at: `room:${town.square}`, from, to });
      expect((await town.commit(ann, [change({ locked: false }, { open: true })])).kind).toBe("mismatch");
      expect((await town.commit(ann, [change({ locked: true, open: false }, { locked: false }), change({ open: false }, { open: true })])).kind).toBe("committed");
      expect(await town.bench.item(chest)).toMatchObject({ open: true, locked: false });
    });

    it("remember their slot, forget it when they are dropped, and forget their spawn when they are taken", async () => {
      const hat = await town.thing("hat", `room:${town.square}`, { spawn: asId<SpawnId>("hat_spawn") });
      await town.commit(ann, [moved(hat, `room:${town.square}`, `char:${ann}`)]);
      await town.commit(ann, [{ type: "item-moved", item: asId(hat), from: `char:${ann}`, to: `char:${ann}`, slot: "head" }]);
      expect(await town.bench.item(hat)).toMatchObject({ slot: "head", spawn: null });
      await town.commit(ann, [moved(hat, `char:${ann}`, `room:${town.square}`)]);
      expect(await town.bench.item(hat)).toMatchObject({ slot: null });
    });
  });

  describe("coins", () => {
    it("never fall below zero", async () => {
      expect((await town.commit(ann, [paid(ann, -11), paid(ben, 11)])).kind).toBe("mismatch");
      expect([await town.coins(ann), await town.coins(ben)]).toEqual([10, 5]);
    });

    it("are summed within a command before they are checked", async () => {
      expect((await town.commit(ann, [paid(ann, -11), paid(ann, 6)])).kind).toBe("committed");
      expect(await town.coins(ann)).toBe(5);
    });

    it("stay the same in all when many give to many at once", async () => {
      const people = await Promise.all(Array.from({ length: 8 }, (_, n) => town.person(`p${n}`, 20)));
      const gifts = people.flatMap((from, n) => people.map((to, m) => [from, to, ((n * 7 + m * 3) % 9) + 1] as const));
      await Promise.all(gifts.map(([from, to, coins]) => town.commit(from, [paid(from, -coins), paid(to, coins)])));
      const purses = await Promise.all(people.map((id) => town.coins(id)));
      expect(purses.reduce<number>((sum, coins) => sum + (coins ?? NaN), 0)).toBe(160);
      expect(purses.every((coins) => (coins ?? -1) >= 0)).toBe(true);
    });
  });

  describe("a request", () => {
    it("sent again is answered with the stored reply and writes nothing", async () => {
      const first = town.unit(ann, [paid(ann, -3), paid(ben, 3)], { reply: aReply("r1", "You give Ben three coins.") });
      expect((await town.bench.committer.commit(first)).kind).toBe("committed");
      expect(await town.bench.committer.commit(first)).toEqual({ kind: "duplicate", reply: first.reply });
      expect(await town.coins(ann)).toBe(7);
      expect(await town.bench.journalOf(ann)).toHaveLength(1);
    });

    it("sent twice in one breath is carried out once", async () => {
      const unit = town.unit(ann, [paid(ann, -3), paid(ben, 3)]);
      const outcomes = await Promise.all([town.bench.committer.commit(unit), town.bench.committer.commit(unit)]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "duplicate"]);
      expect(await town.coins(ann)).toBe(7);
    });

    it("of several steps counts each of them", async () => {
      const step = (n: number) => town.commit(ann, [paid(ann, -1), paid(ben, 1)], { request: { seq: 50, step: n }, reply: aReply("r50", `step ${n}`) });
      expect((await step(0)).kind).toBe("committed");
      expect((await step(1)).kind).toBe("committed");
      expect(await step(1)).toEqual({ kind: "duplicate", reply: aReply("r50", "step 1") });
      expect(await town.coins(ann)).toBe(8);
    });

    it("with a number below one that was written is too old, whether or not it had been carried out", async () => {
      expect((await town.commit(ann, [paid(ann, -1), paid(ben, 1)], { request: { seq: 5, step: 0 } })).kind).toBe("committed");
      expect(await town.commit(ann, [paid(ann, -1), paid(ben, 1)], { request: { seq: 4, step: 0 } })).toEqual({ kind: "duplicate", reply: null });
      expect(await town.coins(ann)).toBe(9);
    });

    it("leaves a reply; those of the newest 16 requests are kept, in their order", async () => {
      for (let seq = 2; seq <= 40; seq += 2) await town.commit(ann, [paid(ann, 0)], { request: { seq, step: 0 }, reply: aReply(`r${seq}`, "ok") });
      const loaded = await town.bench.areas.loadCharacter(asId<CharacterId>(ann), null);
      expect(loaded?.replies.map(({ seq }) => seq)).toEqual(Array.from({ length: 16 }, (_, n) => 10 + 2 * n));
      const { json, ...newest } = loaded!.replies.at(-1)!;
      expect(newest).toEqual({ seq: 40, step: 0 });
      expect(JSON.parse(json)).toEqual(aReply("r40", "ok"));
      expect(loaded?.seq).toBe(40);
    });

    it("of the world is known by its deterministic id", async () => {
      const lamp = anItem(town.name("lamp:1"), `room:${town.square}`);
      const unit = { ...town.unit(ann, [{ type: "item-created", item: lamp, cause: "spawn" }]), actor: null, reply: null, request: { deterministicId: town.name("spawn:lamp:1") } };
      expect((await town.bench.committer.commit(unit)).kind).toBe("committed");
      expect(await town.bench.committer.commit(unit)).toEqual({ kind: "duplicate", reply: null });
    });

    it("without a name is never taken for another", async () => {
      const unit = { ...town.unit(ann, [paid(ann, -1), paid(ben, 1)]), request: null, reply: null };
      expect((await town.bench.committer.commit(unit)).kind).toBe("committed");
      expect((await town.bench.committer.commit(unit)).kind).toBe("committed");
      expect(await town.coins(ann)).toBe(8);
    });
  });

  describe("the fence", () => {
    it("stops an owner whose area another process has taken over", async () => {
      await town.bench.fence(town.name("server"));
      const next = await (await town.bench.lease(town.name("next"))).acquire(town.area);
      expect(next).toMatchObject({ epoch: expect.any(Number) as number });
      expect((await town.commit(ann, [paid(ann, -3), paid(ben, 3)])).kind).toBe("fenced");
      expect(await town.coins(ann)).toBe(10);
      if ("epoch" in next) expect((await town.commit(ann, [paid(ann, -3), paid(ben, 3)], { epoch: next.epoch })).kind).toBe("committed");
    });

    it("stops an owner whose process has a successor, before anybody takes the area", async () => {
      await town.bench.fence(town.name("server"));
      expect((await town.commit(ann, [paid(ann, -3), paid(ben, 3)])).kind).toBe("fenced");
    });

    it("stops a former owner that gave the area back", async () => {
      await (await town.bench.lease(town.name("server"))).release(town.area, town.epoch);
      expect((await town.commit(ann, [paid(ann, -3), paid(ben, 3)])).kind).toBe("fenced");
    });

    it("lets a repeat through to its reply: what is done stays answered", async () => {
      const unit = town.unit(ann, [paid(ann, -3), paid(ben, 3)]);
      await town.bench.committer.commit(unit);
      await town.bench.fence(town.name("server"));
      expect(await town.bench.committer.commit(unit)).toEqual({ kind: "duplicate", reply: unit.reply });
    });
  });

  describe("a batch", () => {
    it("with one guilty command harms nobody else's", async () => {
      const people = await Promise.all(Array.from({ length: 12 }, (_, n) => town.person(`b${n}`, 10)));
      const outcomes = await Promise.all(people.map((id, n) => town.commit(id, [paid(id, n === 5 ? -11 : -1)])));
      expect(outcomes.map(({ kind }) => kind)).toEqual(people.map((_, n) => (n === 5 ? "mismatch" : "committed")));
      expect(await Promise.all(people.map((id) => town.coins(id)))).toEqual(people.map((_, n) => (n === 5 ? 10 : 9)));
    });

    it("keeps the order of one character's commands, a mistake among them included", async () => {
      const sword = await town.thing("sword", `room:${town.square}`);
      const rooms = [`room:${town.square}`, `char:${ann}`, `char:${ben}`, `room:${town.square}`] as const;
      const outcomes = await Promise.all([
        town.commit(ann, [moved(sword, rooms[0], rooms[1])]), town.commit(ann, [moved(sword, rooms[1], rooms[2])]),
        town.commit(ann, [moved(sword, rooms[1], rooms[2])]), town.commit(ben, [moved(sword, rooms[2], rooms[3])]),
      ]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "committed", "mismatch", "committed"]);
      expect(await town.where(sword)).toBe(`room:${town.square}`);
    });

    it("`flush` waits for all that was handed in", async () => {
      const outcomes: string[] = [];
      for (let n = 0; n < 20; n += 1) void town.commit(ann, [paid(ann, 1)]).then(({ kind }) => outcomes.push(kind));
      await town.bench.committer.flush();
      expect(outcomes).toEqual(Array.from({ length: 20 }, () => "committed"));
    });
  });

  describe("people and places", () => {
    it("somebody walks only from where they are", async () => {
      const walk = (from: string, to: string): DurableEvent => ({ type: "character-moved", character: asId(ann), from: asId(from), to: asId(to), toArea: town.area });
      expect((await town.commit(ann, [walk("elsewhere", "market")])).kind).toBe("mismatch");
      expect((await town.commit(ann, [walk(town.square, "market"), walk("market", "forge")])).kind).toBe("committed");
      expect(await town.bench.areas.locate(asId(ann))).toBe("forge");
    });

    it("a quest goes on only from where it stands", async () => {
      const quest = (from: object | null, step: number): DurableEvent =>
        ({ type: "quest-changed", character: asId(ann), quest: asId("bread"), from: from as null, to: { state: "active", step, count: 0 } });
      expect((await town.commit(ann, [quest({ state: "active", step: 0, count: 0 }, 1)])).kind).toBe("mismatch");
      expect((await town.commit(ann, [quest(null, 0)])).kind).toBe("committed");
      expect((await town.commit(ann, [quest(null, 0)])).kind).toBe("mismatch");
      expect((await town.commit(ann, [quest({ state: "active", step: 0, count: 0 }, 1)])).kind).toBe("committed");
      expect((await town.bench.areas.loadCharacter(asId(ann), null))?.character.quests).toEqual(new Map([["bread", { state: "active", step: 1, count: 0 }]]));
    });

    it("settings, doors and spawns keep the last that was said", async () => {
      const settings = { aliases: { g: "get $1" }, brief: true, mutedChannels: ["newbie"] };
      const door = asId<never>(town.name("gate"));
      const spawn = asId<never>(town.name("lamp"));
      await town.commit(ann, [
        { type: "character-changed", character: asId(ann), settings },
        { type: "door-changed", door, open: true, locked: false }, { type: "door-changed", door, open: false, locked: true },
        { type: "spawn-changed", spawn, generation: 2, dueAtMs: 1_700_000_000_123 },
      ]);
      expect((await town.bench.areas.loadCharacter(asId(ann), null))?.character.settings).toEqual(settings);
      expect(await town.bench.door(door)).toEqual({ open: false, locked: true });
      expect(await town.bench.spawn(spawn)).toEqual({ generation: 2, dueAtMs: 1_700_000_000_123 });
    });
  });
}
