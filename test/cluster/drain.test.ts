/** A process that closes gives its areas away. */
import { beforeEach, expect, test } from "vitest";
import { Drain, type Adoption } from "../../src/cluster/drain.ts";
import type { ProcessRecord } from "../../src/cluster/lease-postgres.ts";
import { Processes } from "../../src/cluster/processes.ts";
import type { AreaId, CharacterId, RoomId } from "../../src/engine/ids.ts";
import { DRAIN_LEAVE_MS, DRAIN_PASSING_MS, DRAIN_PEOPLE_AT_ONCE, DRAIN_WALK_MS } from "../../src/limits.ts";
import { AppError } from "../../src/protocol/codes.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import type { Give } from "../../src/runtime/area-host.ts";
import { Relay } from "../../src/runtime/relay.ts";
import { HandClock } from "../support/hand-clock.ts";

let clock: HandClock;
let events: string[];
let told: { id: CharacterId; gone: () => void }[];
let failing: (call: string, area: AreaId) => boolean;
const processes = new Processes(() => "one");

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 3));
async function passes(ms: number): Promise<void> {
  clock.pass(ms);
  await settle();
}

const process = (id: string, players: number, more: Partial<ProcessRecord> = {}): ProcessRecord =>
  ({ id, address: `${id}:1`, publicAddress: null, colyseusId: id, players, lagMs: 0, draining: false, version: "1", ...more });

function areaOf(id: string, people: number): ActiveArea {
  const ids = Array.from({ length: people }, (_, index) => `${id}${index}` as CharacterId);
  return {
    id: id as AreaId, epoch: 3, area: { characters: new Map(ids.map((one) => [one, {}])) },
    outlet: { transfer: (one: CharacterId, seat: object, _: RoomId, gone: () => void) => { told.push({ id: one, gone }); events.push(`tell ${one} ${JSON.stringify(seat)}`); }, dismiss: () => undefined },
  } as unknown as ActiveArea;
}

const handOver = async (area: ActiveArea, give: Give): Promise<void> => {
  const people = [...area.area.characters.keys()].map((id) => ({ id, name: id, room: "r" as RoomId, brings: {}, personal: [], connected: true, sameConnection: false }));
  await give({ people, stoppedMs: clock.nowMs(), relay: new Relay(), gave: () => events.push(`gave ${area.id}`) });
  events.push(`closed ${area.id}`);
};

const drainOf = (areas: readonly ActiveArea[]): Drain => new Drain({
  self: "one", version: "1", clock, processes, areas: () => areas, handOver, log: { info: () => undefined, warn: () => undefined },
  peers: {
    call: <Answer>(address: string, name: string, body: object) => {
      const { area } = body as Adoption;
      events.push(`${name} ${area} at ${address}`);
      if (failing(name, area)) return Promise.reject(new AppError("E_NOT_FOUND"));
      return Promise.resolve((name === "adopt" ? { seats: Object.fromEntries((body as Adoption).people.map(({ id }) => [id, { seat: 1 }])) } : {}) as Answer);
    },
  },
  giveLease: (area, _, to) => { events.push(`lease of ${area} to ${to}`); return Promise.resolve(true); },
  moved: () => undefined,
});

beforeEach(() => {
  clock = new HandClock();
  events = [];
  told = [];
  failing = () => false;
  processes.update([process("one", 9), process("two", 5), process("old", 0, { draining: true })]);
});

test("an area is read over there while it still goes on here; then the lease, the people, their seats; the next when all have been told", async () => {
  const done = drainOf([areaOf("a", 1), areaOf("b", 2)]).run();
  await settle();
  expect(events).toEqual([
    "prepare a at two:1", "lease of a to two", "adopt a at two:1", "gave a", 'tell a0 {"publicAddress":"two:1","seat":1}',
    "prepare b at two:1", "lease of b to two", "adopt b at two:1", "gave b",
    'tell b0 {"publicAddress":"two:1","seat":1}', 'tell b1 {"publicAddress":"two:1","seat":1}',
  ]);
  for (const { gone } of told) gone();
  await done;
  expect(events.slice(-2).toSorted()).toEqual(["closed a", "closed b"]);
  expect(clock.waiting).toBe(0);
});

test("the largest is placed first and goes last; what was placed at a process that closes meanwhile goes elsewhere", async () => {
  processes.update([process("one", 9), process("two", 0), process("three", 0)]);
  const done = drainOf([areaOf("a", 40), areaOf("b", 30), areaOf("c", 20)]).run();
  await settle();
  const leases = (): string[] => events.filter((event) => event.startsWith("lease"));
  expect(leases()[0]).toMatch(/^lease of c/);
  const [, , , , withB] = leases()[0]!.split(" ");
  const other = withB === "two" ? "three" : "two";
  // While the twenty go, the process where the thirty were to go, too, begins to close.
  processes.update([process("one", 9), process(withB!, 0, { draining: true }), process(other, 0)]);
  let isOver = false;
  void done.then(() => { isOver = true; });
  while (!isOver) {
    for (const { gone } of told) gone();
    await passes(DRAIN_PASSING_MS);
  }
  expect(leases()).toEqual([`lease of c to ${withB}`, `lease of b to ${other}`, `lease of a to ${other}`]);
});

test("one that comes unprepared is given all the same, one that is not taken leaves the others alone, an empty one needs no rehearsal", async () => {
  failing = (call, area) => call === "prepare" || (call === "adopt" && area === "b");
  const done = drainOf([areaOf("a", 1), areaOf("b", 2), areaOf("c", 0)]).run();
  await settle();
  for (const { gone } of told) gone();
  await done;
  expect(events.filter((event) => /^(gave|closed)/.test(event))).toEqual(["gave c", "closed c", "gave a", "closed a"]);
  expect(events).not.toContain("prepare c at two:1");
});

test("whoever does not leave is not waited for for ever; of very many, more walk at a time", async () => {
  const many = Math.ceil((4 * DRAIN_PEOPLE_AT_ONCE * DRAIN_WALK_MS) / DRAIN_PASSING_MS);
  const done = drainOf([areaOf("a", many)]).run();
  await settle();
  expect(told.length).toBe(4 * DRAIN_PEOPLE_AT_ONCE);
  while (told.length < many) await passes(DRAIN_PASSING_MS);
  expect(clock.nowMs()).toBeLessThanOrEqual(DRAIN_WALK_MS);
  await passes(DRAIN_LEAVE_MS);
  await done;
  expect(events.at(-1)).toBe("closed a");
});

test("one area can go by itself, and where the other process does not answer nobody has noticed anything", async () => {
  const [a, b] = [areaOf("a", 1), areaOf("b", 1)];
  const done = drainOf([a, b]).giveOne(a, "two");
  await settle();
  for (const { gone } of told) gone();
  await done;
  expect(events).toEqual(["prepare a at two:1", "lease of a to two", "adopt a at two:1", "gave a", 'tell a0 {"publicAddress":"two:1","seat":1}', "closed a"]);
  events = [];
  failing = (call) => call === "prepare";
  await drainOf([a, b]).giveOne(b, "two");
  await drainOf([a, b]).giveOne(b, "gone");
  expect(events).toEqual(["prepare b at two:1"]);
});
