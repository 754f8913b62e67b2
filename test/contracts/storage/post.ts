/** Letters: a commit of the sender's area puts them into the post, one of the recipient's takes them out, once. */
import { beforeEach, describe, expect, it } from "vitest";
import type { DurableEvent } from "../../../src/engine/events.ts";
import { asId, type CharacterId, type Holder, type LetterId } from "../../../src/engine/ids.ts";
import { anItem, moved, paid, Town, type OpenBench } from "./bench.ts";

export function postSuite(open: OpenBench): void {
  let town: Town;
  let ann: string;
  let ben: string;
  let letter: LetterId;
  beforeEach(async () => {
    town = await Town.open(open());
    ann = await town.person("ann", 10);
    ben = await town.person("ben", 5);
    letter = asId<LetterId>(town.name("letter"));
  });

  const escrow = (): Holder => `escrow:${letter}`;
  const posted = (to = ben, note = "Hello"): DurableEvent => ({ type: "letter-posted", letter: { id: letter, from: asId(ann), fromName: "Ann", to: asId(to), note } });
  const taken = (by = ben): DurableEvent => ({ type: "letter-taken", letter, by: asId(by) });
  const waiting = (of = ben) => town.bench.areas.letters(asId<CharacterId>(of));
  const outboxOf = async (of: string) => (await town.bench.outbox.waiting()).filter(({ target }) => target === asId(of));

  describe("a letter", () => {
    it("is in the post with what it brings, nested, as soon as it is handed in, and the outbox says whose letters to read again", async () => {
      const bag = await town.thing("bag", `char:${ann}`);
      const apple = await town.thing("apple", `item:${bag}`, { quantity: 3 });
      const coins = anItem(town.name("pile"), escrow(), { quantity: 4 });
      expect(await town.commit(ann, [posted(), paid(ann, -4), moved(bag, `char:${ann}`, escrow()), { type: "item-created", item: coins, cause: "coins-dropped" }])).toMatchObject({ kind: "committed" });
      const letters = await waiting();
      expect(letters).toMatchObject([{ id: letter, from: ann, fromName: "Ann", to: ben, note: "Hello" }]);
      expect(letters[0]?.items.map(({ id, at }) => [id, at])).toEqual([[bag, escrow()], [coins.id, escrow()], [apple, `item:${bag}`]]);
      expect(await waiting(ann)).toEqual([]);
      const rows = await outboxOf(ben);
      expect(rows).toEqual([{ id: expect.any(String) as string, target: ben, ageMs: expect.any(Number) as number }]);
      await town.bench.outbox.done(rows);
      expect(await outboxOf(ben)).toEqual([]);
      expect(await waiting()).toHaveLength(1);
    });

    it("is collected once, with all that was in it", async () => {
      const sword = await town.thing("sword", `char:${ann}`);
      await town.commit(ann, [posted(), moved(sword, `char:${ann}`, escrow())]);
      const item = (await waiting())[0]!.items[0]!;
      const collect: DurableEvent[] = [taken(), { type: "item-received", item, contents: [], to: `char:${ben}` }, paid(ben, 1)];
      const outcomes = await Promise.all([town.commit(ben, collect), town.commit(ben, collect)]);
      expect(outcomes.map(({ kind }) => kind)).toEqual(["committed", "mismatch"]);
      expect(await town.where(sword)).toBe(`char:${ben}`);
      expect([await waiting(), await town.coins(ben)]).toEqual([[], 6]);
    });

    it("sent or collected again with the same number is what it was before", async () => {
      const post = town.unit(ann, [posted(), paid(ann, -1)]);
      expect((await town.bench.committer.commit(post)).kind).toBe("committed");
      expect((await town.bench.committer.commit(post)).kind).toBe("duplicate");
      const collect = town.unit(ben, [taken(), paid(ben, 1)]);
      expect((await town.bench.committer.commit(collect)).kind).toBe("committed");
      expect((await town.bench.committer.commit(collect)).kind).toBe("duplicate");
      expect([await town.coins(ann), await town.coins(ben), await waiting(), (await outboxOf(ben)).length]).toEqual([9, 6, [], 1]);
    });

    it("is handed in whole or not at all: without the thing, there is neither letter nor word of it", async () => {
      const sword = await town.thing("sword", `room:${town.square}`);
      expect((await town.commit(ann, [posted(), moved(sword, `char:${ann}`, escrow())])).kind).toBe("mismatch");
      expect([await waiting(), await outboxOf(ben)]).toEqual([[], []]);
    });

    it("is collected whole or not at all, and by nobody else", async () => {
      const sword = await town.thing("sword", `char:${ann}`);
      await town.commit(ann, [posted(), moved(sword, `char:${ann}`, escrow())]);
      expect((await town.commit(ann, [taken(ann)])).kind).toBe("mismatch");
      expect((await town.commit(ben, [taken(), { type: "item-received", item: anItem(town.name("other"), escrow()), contents: [], to: `char:${ben}` }])).kind).toBe("mismatch");
      expect([await town.where(sword), (await waiting()).length]).toEqual([escrow(), 1]);
    });

    it("cannot be sent to nobody", async () => {
      expect((await town.commit(ann, [posted(town.name("nobody")), paid(ann, -1)])).kind).toBe("mismatch");
      expect(await town.coins(ann)).toBe(10);
    });
  });

  describe("an addressee", () => {
    it("is found by name in any case, with the letters that wait", async () => {
      expect(await town.bench.areas.addressee(ben.toUpperCase())).toEqual({ id: ben, name: ben, waiting: 0 });
      await town.commit(ann, [posted()]);
      expect(await town.bench.areas.addressee(ben)).toEqual({ id: ben, name: ben, waiting: 1 });
      expect(await town.bench.areas.addressee(town.name("nobody"))).toBeUndefined();
    });
  });
}
