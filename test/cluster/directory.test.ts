/** Where an area is served, when the process that has it says nothing. */
import { beforeEach, expect, test } from "vitest";
import { Directory, type Place } from "../../src/cluster/directory.ts";
import type { ProcessRecord } from "../../src/cluster/lease-postgres.ts";
import { PeerUnreachable } from "../../src/cluster/peers.ts";
import { Processes } from "../../src/cluster/processes.ts";
import type { AreaId } from "../../src/engine/ids.ts";
import { PEER_SEAT_TIMEOUT_MS } from "../../src/limits.ts";

const town = "town" as AreaId;
const record = (id: string): ProcessRecord => ({ id, address: `${id}:2567`, publicAddress: null, colyseusId: null, players: 0, lagMs: 0, draining: false, version: null });

let nowMs: number;
let owner: string;
let asked: string[];
let directory: Directory;

beforeEach(() => {
  nowMs = 0;
  owner = "north";
  asked = [];
  const processes = new Processes(() => "south");
  processes.update(["north", "east", "south"].map(record));
  directory = new Directory({
    self: "south", version: null, processes, isHere: () => false, draining: () => false, neighboursOf: () => [],
    clock: {
      nowMs: () => nowMs,
      after: (delayMs, run) => {
        nowMs += delayMs;
        queueMicrotask(run);
        return () => undefined;
      },
    },
    ownerOf: () => Promise.resolve({ process: owner, epoch: 1 }), refresh: () => Promise.resolve(), fence: () => Promise.resolve(false), knock: () => Promise.resolve(),
  });
});

/** North hangs: each call of it ends by its time. */
const callOf = (meanwhile: () => void = () => undefined) => (place: Place): Promise<string> => {
  const id = place.kind === "here" ? "south" : place.process.id;
  asked.push(id);
  if (id !== "north") return Promise.resolve(id);
  nowMs += PEER_SEAT_TIMEOUT_MS;
  meanwhile();
  return Promise.reject(new PeerUnreachable("north:2567", "silent"));
};

test("somebody who waits at a border is told that the way is blocked after one call that nobody answers", async () => {
  await expect(directory.at(town, callOf())).rejects.toMatchObject({ code: "E_BUSY" });
  expect(asked).toEqual(["north"]);
  expect(nowMs).toBeLessThan(PEER_SEAT_TIMEOUT_MS + 1_000);
});

test("whoever has taken the area meanwhile is asked", async () => {
  expect(await directory.at(town, callOf(() => (owner = "east")))).toBe("east");
  expect(asked).toEqual(["north", "east"]);
});

test("what nobody waits for is tried again", async () => {
  let calls = 0;
  expect(await directory.at(town, callOf(() => { if ((calls += 1) === 2) owner = "east"; }), { patient: true })).toBe("east");
  expect(asked).toEqual(["north", "north", "east"]);
});

test("a connection that broke is no silence: it is asked again at once", async () => {
  const call = (place: Place): Promise<string> => {
    asked.push(place.kind === "here" ? "south" : place.process.id);
    return asked.length === 1 ? Promise.reject(new PeerUnreachable("north:2567", "silent")) : Promise.resolve("there");
  };
  expect(await directory.at(town, call)).toBe("there");
  expect(asked).toEqual(["north", "north"]);
});
