/** Areas go from the process with the most to do to the one with the least. */
import { describe, expect, it } from "vitest";
import { Balance, relief } from "../../src/cluster/balance.ts";
import type { Candidate } from "../../src/cluster/placement.ts";
import type { AreaId, CharacterId } from "../../src/engine/ids.ts";
import { BALANCE_AREA_RESTS_MS, BALANCE_FROM_BUSY, BALANCE_FROM_PLAYERS, BALANCE_TO_LAG_MS, LAG_MS_PER_PLAYER } from "../../src/limits.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";

const process = (id: string, players: number, more: Partial<Candidate> = {}): Candidate => ({ id, players, lagMs: 0, draining: false, version: "1", ...more });
const area = (name: string, players: number) => ({ area: name as AreaId, players });

describe("which area goes where", () => {
  const north = process("north", 300);
  const ours = [area("town", 160), area("woods", 90), area("mill", 40), area("shore", 10)];

  it("is the one that leaves the two most alike", () => {
    expect(relief(north, [north, process("east", 150), process("south", 20)], ours)).toEqual({ area: "town", to: "south" });
    expect(relief(north, [north, process("east", 150), process("south", 130)], ours)).toEqual({ area: "woods", to: "south" });
  });

  it("is none where the difference is small, whatever the areas", () => {
    expect(relief(north, [north, process("south", 300 - BALANCE_FROM_PLAYERS + 1)], ours)).toBeUndefined();
    expect(relief(north, [north, process("south", 300 - BALANCE_FROM_PLAYERS)], ours)).toBeDefined();
    // One that runs late has more to do than it has players.
    expect(relief(north, [north, process("south", 0, { lagMs: 300 * LAG_MS_PER_PLAYER })], ours)).toBeUndefined();
  });

  it("is none where all have too much to do", () => {
    const late = process("north", 300, { lagMs: 400 });
    expect(relief(late, [late, process("south", 250, { lagMs: 200 })], ours)).toBeUndefined();
    expect(relief(late, [late, process("south", 0, { lagMs: BALANCE_TO_LAG_MS + 1 })], ours)).toBeUndefined();
    expect(relief(late, [late, process("south", 0, { lagMs: 200 }), process("east", 150, { lagMs: BALANCE_TO_LAG_MS })], ours)).toMatchObject({ to: "east" });
  });

  it("is none that would only carry the crowd from one to the other, or hardly help", () => {
    expect(relief(north, [north, process("south", 0)], [area("town", 290), area("shore", 10)])).toBeUndefined();
  });

  it("is none where another has more to do, or nobody could take it", () => {
    expect(relief(north, [north, process("east", 400), process("south", 0)], ours)).toBeUndefined();
    expect(relief(north, [north, process("south", 0, { draining: true })], ours)).toBeUndefined();
    expect(relief(north, [north, process("south", 0, { version: "2" })], ours)).toBeUndefined();
    expect(relief({ ...north, draining: true }, [north, process("south", 0)], ours)).toBeUndefined();
    expect(relief(north, [north], ours)).toBeUndefined();
  });
});

describe("a process that has much to do", () => {
  it("gives an area away once that has been there for a while, and not while it may not, or has time to spare", async () => {
    let nowMs = 0;
    let mayNot = false;
    let busy = 1;
    const given: string[] = [];
    const active = (id: string, people: number): ActiveArea => ({ id, area: { characters: new Map(Array.from({ length: people }, (_, index) => [`${id}${index}` as CharacterId, {}])) } }) as unknown as ActiveArea;
    const here = [active("town", 120), active("woods", 100)];
    const balance = new Balance({
      clock: { nowMs: () => nowMs }, self: () => "north", processes: () => [process("north", 220), process("south", 0)], areas: () => here, busy: () => busy, mayNot: () => mayNot,
      give: ({ id }, to) => { given.push(`${id} to ${to}`); return Promise.resolve(); },
    });
    await balance.look();
    nowMs = BALANCE_AREA_RESTS_MS - 1;
    await balance.look();
    expect(given).toEqual([]);
    nowMs = BALANCE_AREA_RESTS_MS;
    here.push(active("mill", 110));
    mayNot = true;
    await balance.look();
    expect(given).toEqual([]);
    mayNot = false;
    busy = BALANCE_FROM_BUSY - 0.01;
    await balance.look();
    expect(given).toEqual([]);
    busy = BALANCE_FROM_BUSY;
    await balance.look();
    // The mill, which would be as good, has only just come.
    expect(given).toEqual(["town to south"]);
  });
});
