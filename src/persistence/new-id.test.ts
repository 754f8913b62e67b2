import { describe, expect, it } from "vitest";
import { idMaker, newId } from "./new-id.ts";

describe("ids", () => {
  it("are 26 characters that sort by the time they were made", () => {
    let now = 1_700_000_000_000;
    const next = idMaker(() => now);
    const ids: string[] = [];
    for (let n = 0; n < 2_000; n += 1) {
      if (n % 3 === 0) now += 1;
      ids.push(next());
    }
    expect(ids.every((id) => /^[0-9a-hjkmnp-tv-z]{26}$/.test(id))).toBe(true);
    expect([...ids].sort()).toEqual(ids);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("go on growing when the clock is set back", () => {
    let now = 1_700_000_000_000;
    const next = idMaker(() => now);
    const before = next();
    now -= 60_000;
    expect(next() > before).toBe(true);
  });

  it("of two sources are not the same", () => {
    const both = [idMaker(() => 1), idMaker(() => 1)].map((next) => next());
    expect(both[0]).not.toBe(both[1]);
    expect(newId()).toHaveLength(26);
  });
});
