/** Who owns an area: DESIGN §4. */
import { beforeEach, describe, expect, it } from "vitest";
import { asId, type AreaId } from "../../../src/engine/ids.ts";
import { names, type OpenBench, type StoreBench } from "./bench.ts";

export function leaseSuite(open: OpenBench): void {
  let bench: StoreBench;
  let name: (name: string) => string;
  let area: AreaId;
  beforeEach(() => {
    bench = open();
    name = names();
    area = asId<AreaId>(name("town"));
  });
  const acquire = async (process: string) => (await bench.lease(name(process))).acquire(area);
  const epochOf = (owned: object): number => ("epoch" in owned ? Number(owned.epoch) : NaN);

  describe("an area", () => {
    it("that nobody has is taken; then it is held", async () => {
      expect(epochOf(await acquire("one"))).toBe(1);
      expect(await acquire("two")).toMatchObject({ heldBy: expect.any(String) as string });
    });

    it("taken again by its owner gets a new epoch, so that whatever was under way is fenced", async () => {
      const first = epochOf(await acquire("one"));
      expect(epochOf(await acquire("one"))).toBeGreaterThan(first);
    });

    it("given back is free, and its epoch goes on growing", async () => {
      const first = epochOf(await acquire("one"));
      await (await bench.lease(name("one"))).release(area, first);
      expect(epochOf(await acquire("two"))).toBeGreaterThan(first);
    });

    it("cannot be given back by who no longer has it", async () => {
      const first = epochOf(await acquire("one"));
      const second = epochOf(await acquire("one"));
      await (await bench.lease(name("one"))).release(area, first);
      expect(await acquire("two")).toMatchObject({ heldBy: expect.any(String) as string });
      await (await bench.lease(name("one"))).release(area, second);
      expect(await acquire("two")).toMatchObject({ epoch: expect.any(Number) as number });
    });

    it("of a fenced process is free at once", async () => {
      const first = epochOf(await acquire("one"));
      await bench.fence(name("one"));
      expect(epochOf(await acquire("two"))).toBeGreaterThan(first);
    });

    it("of a process that lapsed is free for one that has been steady", async () => {
      await acquire("one");
      await bench.lease(name("two"));
      await bench.makeSteady(name("two"));
      await bench.letLapse(name("one"));
      expect(await acquire("two")).toMatchObject({ epoch: expect.any(Number) as number });
    });

    it("after an outage of the database is not stolen: all leases have run out, and nobody is dead", async () => {
      const first = epochOf(await acquire("one"));
      await bench.lease(name("two"));
      await bench.makeSteady(name("two"));
      await bench.letLapse(name("one"));
      await bench.letLapse(name("two"));
      expect(await acquire("two")).toMatchObject({ heldBy: expect.any(String) as string });
      expect(epochOf(await acquire("one"))).toBeGreaterThan(first);
    });

    it("is not taken by a fenced process", async () => {
      const lease = await bench.lease(name("one"));
      await bench.fence(name("one"));
      await expect(lease.acquire(area)).rejects.toMatchObject({ code: "E_STORAGE" });
    });

    it("goes to one of many that ask at once", async () => {
      const asked = await Promise.all(["a", "b", "c", "d", "e"].map(acquire));
      expect(asked.filter((owned) => "epoch" in owned)).toHaveLength(1);
    });
  });
}
