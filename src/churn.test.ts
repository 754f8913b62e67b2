import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ChurnMap, ChurnSet } from "./churn.ts";

describe("what comes and goes with every command", () => {
  it("is there from when it came until it is removed, in the order in which it came, as in a Map", () => {
    const key = fc.integer({ min: 0, max: 60 });
    const deed = fc.oneof(
      { weight: 50, arbitrary: fc.record({ do: fc.constant("set" as const), key, value: fc.integer() }) },
      { weight: 50, arbitrary: fc.record({ do: fc.constant("delete" as const), key }) },
      { weight: 1, arbitrary: fc.record({ do: fc.constant("clear" as const) }) },
    );
    fc.assert(fc.property(fc.array(deed, { maxLength: 400 }), (deeds) => {
      const [ours, theirs] = [new ChurnMap<number, number>(), new Map<number, number>()];
      for (const one of deeds) {
        if (one.do === "set") {
          ours.set(one.key, one.value);
          theirs.set(one.key, one.value);
        } else if (one.do === "delete") expect(ours.delete(one.key)).toBe(theirs.delete(one.key));
        else {
          ours.clear();
          theirs.clear();
        }
        expect(ours.size).toBe(theirs.size);
      }
      expect([...ours]).toEqual([...theirs]);
      expect([...ours.keys()]).toEqual([...theirs.keys()]);
      expect([...ours.values()]).toEqual([...theirs.values()]);
      for (let key = 0; key <= 60; key += 1) expect([ours.has(key), ours.get(key)]).toEqual([theirs.has(key), theirs.get(key)]);
    }));
  });

  it("can be taken out while all of it is looked through", () => {
    const queue = new ChurnSet<number>();
    for (let each = 0; each < 200; each += 1) queue.add(each);
    const seen: number[] = [];
    for (const each of queue) {
      seen.push(each);
      if (each !== 7) expect(queue.delete(each)).toBe(true);
    }
    expect(seen).toHaveLength(200);
    expect([...queue]).toEqual([7]);
    expect([queue.size, queue.has(7), queue.has(8)]).toEqual([1, true, false]);
  });

  it("is gone with the next collection of young objects once it is removed, however long others have come and gone", () => {
    expect(outlived("ChurnSet")).toBeLessThan(outlived("Set") / 10);
  });
});

/** Bytes of what came and went that outlived the collections of the young generation, in a process of its own. */
function outlived(kind: "Set" | "ChurnSet"): number {
  const source = `
    import { ChurnSet } from ${JSON.stringify(new URL("./churn.ts", import.meta.url).href)};
    const set = new ({ Set, ChurnSet })[${JSON.stringify(kind)}]();
    const waiting = [];
    const comeAndGo = (times) => {
      for (let each = 0; each < times; each += 1) {
        const one = Array.from({ length: 100 }, (_, index) => index + each);
        set.add(one);
        waiting.push(one);
        if (waiting.length > 3) set.delete(waiting.shift());
      }
    };
    comeAndGo(20);
    // Long enough that its table is among the old objects.
    gc(); gc(); gc();
    const before = process.memoryUsage().heapUsed;
    comeAndGo(30_000);
    gc({ type: "minor" }); gc({ type: "minor" });
    console.log(process.memoryUsage().heapUsed - before);`;
  return Math.max(0, Number(execFileSync(process.execPath, ["--expose-gc", "--input-type=module-typescript", "--eval", source], { encoding: "utf8" })));
}
