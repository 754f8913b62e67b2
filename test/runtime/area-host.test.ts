import { beforeEach, expect, test } from "vitest";
import { HandClock } from "../support/hand-clock.ts";
import { anExit, aRoom, aWorld, type TestWorld, onlineOf } from "../support/transcript.ts";
import type { AreaId, CharacterId, RoomId } from "../../src/engine/ids.ts";
import { MemoryStore } from "../../src/persistence/memory-store.ts";
import { AreaHost } from "../../src/runtime/area-host.ts";
import { Online } from "../../src/runtime/online.ts";
import type { OutLine, Outlet } from "../../src/runtime/outlet.ts";
import { ParkingSpace } from "../../src/runtime/parking.ts";
import { AREA_SLEEPS_AFTER_MS, LINK_DEAD_MS } from "../../src/limits.ts";

const area = (id: string): AreaId => id as AreaId;
const ada = "ada" as CharacterId;
const ben = "ben" as CharacterId;

let world: TestWorld;
let store: MemoryStore;
let opened: string[];
let closed: string[];
let heard: Map<CharacterId, string[]>;
let clock: HandClock;

function passes(ms: number): void {
  clock.pass(ms);
}

function hostOf(process: string): AreaHost {
  const online = new Online();
  store.beat(process);
  const host: AreaHost = new AreaHost({
    content: world.content, committer: store, store, soft: store, online, parkingSpace: new ParkingSpace(), clock,
    storage: { down: false, downForMs: () => 0, failed: () => undefined },
    ownership: store.ownership(process), context: () => world.ctx, answered: () => undefined,
    gate: { reserve: () => Promise.reject(new Error("not in this test")) },
    bug: (error) => { throw error instanceof Error ? error : new Error("a bug"); },
    log: { info: () => undefined, error: () => undefined },
    open: (active) => {
      opened.push(`${active.id} ${active.epoch}`);
      const outlet: Outlet = {
        applied: () => undefined, recent: () => [], brought: () => undefined, room: () => undefined, transfer: () => undefined, dismiss: () => undefined,
        personal: (id: CharacterId, ...lines: readonly OutLine[]) => { heard.set(id, [...(heard.get(id) ?? []), ...lines.map(({ text }) => text)]); },
        closed: (reason) => { closed.push(`${active.id}: ${reason}`); },
      };
      active.outlet = outlet;
      return Promise.resolve();
    },
  }, (id) => online.areaOf(id));
  return host;
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

beforeEach(() => {
  opened = [];
  closed = [];
  heard = new Map();
  world = aWorld({ rooms: [aRoom("yard", { exits: [anExit("north", "far")] }), aRoom("far", { area: "away", exits: [anExit("south", "yard")] })] });
  clock = new HandClock(world);
  store = new MemoryStore(clock.nowMs);
  const people = aWorld({ content: world.content });
  store.putCharacter({ ...people.person("Ada"), room: "yard" as RoomId });
  store.putCharacter({ ...people.person("Ben"), room: "far" as RoomId });
});

test("an area asked for by many at once is opened once", async () => {
  const host = hostOf("one");
  const [first, second] = await Promise.all([host.ensure(area("here")), host.ensure(area("here"))]);
  expect(second).toBe(first);
  expect(opened).toEqual(["here 1"]);
});

test("an area where nobody is goes to sleep, is given back, and wakes under a higher epoch", async () => {
  const host = hostOf("one");
  await host.ensure(area("here"));
  passes(AREA_SLEEPS_AFTER_MS + 1);
  host.tick();
  await settle();
  expect(closed).toEqual(["here: nobody is here"]);
  expect(host.get(area("here"))).toBeUndefined();
  await host.ensure(area("here"));
  expect(opened).toEqual(["here 1", "here 2"]);
});

test("an area with somebody in it stays awake; who lost the line is put away after a while, and then it sleeps", async () => {
  const host = hostOf("one");
  const active = await host.ensure(area("here"));
  await active.admit(ada, { kind: "login" });
  passes(AREA_SLEEPS_AFTER_MS * 10);
  host.tick();
  expect(host.get(area("here"))).toBe(active);
  active.linkLost(ada);
  await settle();
  expect(active.area.characters.get(ada)?.linkDead).toBe(true);
  passes(LINK_DEAD_MS + 1);
  await settle();
  expect(active.area.characters.size).toBe(0);
  passes(AREA_SLEEPS_AFTER_MS + 1);
  host.tick();
  await settle();
  expect(closed).toEqual(["here: nobody is here"]);
});

test("who comes back in time is not put away", async () => {
  const host = hostOf("one");
  const active = await host.ensure(area("here"));
  await active.admit(ada, { kind: "login" });
  active.linkLost(ada);
  await settle();
  await active.admit(ada, { kind: "resume" });
  passes(LINK_DEAD_MS + 1);
  await settle();
  expect(active.area.characters.get(ada)?.linkDead).toBe(false);
});

test("who has been let in by another connection before the first was known to be gone is not put away, either", async () => {
  const host = hostOf("one");
  const active = await host.ensure(area("here"));
  await active.admit(ada, { kind: "login" });
  await active.admit(ada, { kind: "resume" });
  // What she comes back for is looked up meanwhile; then her new connection is ready.
  active.linkLost(ada);
  await settle();
  active.linkBack(ada);
  await settle();
  expect(active.area.characters.get(ada)?.linkDead).toBe(false);
  passes(LINK_DEAD_MS + 1);
  await settle();
  expect(active.area.characters.has(ada)).toBe(true);
});

test("whoever's row comes back when the lease holds no more is not let in: another process may serve them by then", async () => {
  const host = hostOf("one");
  const active = await host.ensure(area("here"));
  const load = store.loadCharacter.bind(store);
  store.loadCharacter = async (...of) => {
    const loaded = await load(...of);
    store.fence("one");
    return loaded;
  };
  await expect(active.admit(ada, { kind: "login" })).rejects.toMatchObject({ code: "E_MOVED" });
  expect(active.area.characters.size).toBe(0);
});

test("whoever is in an area that another process has taken goes there at once, however long what is under way takes to be found out", async () => {
  store.putCharacter({ ...aWorld({ content: world.content }).person("Ada"), room: "yard" as RoomId, coins: 3 });
  const host = hostOf("one");
  const active = await host.ensure(area("here"));
  await active.admit(ada, { kind: "login" });
  let answer: (() => void) | undefined;
  const commit = store.commit.bind(store);
  store.commit = async (entry) => {
    await new Promise<void>((resolve) => (answer = resolve));
    return await commit(entry);
  };
  active.command({ actor: ada, line: "drop 1 coin", id: "drop", seq: null }, () => undefined);
  await settle();
  expect(answer, "it is being written").toBeDefined();
  host.lost(area("here"), active.epoch);
  expect(closed).toEqual(["here: another process owns the area"]);
  expect(host.get(area("here"))).toBeUndefined();
  answer!();
  await settle();
});

test("what another process serves is not served here", async () => {
  await hostOf("one").ensure(area("here"));
  await expect(hostOf("two").ensure(area("here"))).rejects.toMatchObject({ code: "E_MOVED" });
});

test("a tell, a channel and a shout reach people in other areas", async () => {
  const host = hostOf("one");
  const [here, away] = [await host.ensure(area("here")), await host.ensure(area("away"))];
  await here.admit(ada, { kind: "login" });
  await away.admit(ben, { kind: "login" });
  heard.clear();
  const listed = world.online;
  world.online = onlineOf([{ id: ben, name: "Ben", role: "player", afk: null, areaName: "away" }]);
  for (const line of ["tell ben psst", "chat hello all"]) {
    await new Promise((resolve) => here.command({ actor: ada, line, id: line, seq: null }, resolve));
  }
  world.online = listed;
  expect(heard.get(ben)?.some((line) => line.includes("psst"))).toBe(true);
  expect(heard.get(ben)?.some((line) => line.includes("hello all"))).toBe(true);
  expect(away.area.characters.get(ben)?.lastTellFrom).toBe("Ada");
});

test("told to stop, the host gives every area back and takes none on", async () => {
  const host = hostOf("one");
  const active = await host.ensure(area("here"));
  await active.admit(ada, { kind: "login" });
  await host.stop();
  expect(closed).toEqual(["here: the server is closing"]);
  await expect(host.ensure(area("away"))).rejects.toMatchObject({ code: "E_DRAINING" });
  expect((await hostOf("two").ensure(area("here"))).epoch).toBe(2);
});

test("a process that has lost its lease lets nobody into what it still has in memory", async () => {
  const host = hostOf("one");
  await host.ensure(area("here"));
  store.fence("one");
  await expect(host.ensure(area("here"))).rejects.toMatchObject({ code: "E_STORAGE" });
});

test("an area that is somebody else's by the rows is closed, and one acquired anew meanwhile is not", async () => {
  const host = hostOf("one");
  await host.ensure(area("here"));
  expect([...host.serving()]).toEqual([["here", 1]]);
  host.lost(area("here"), 7);
  expect(host.get(area("here"))).toBeDefined();
  host.lost(area("here"), 1);
  await settle();
  expect(host.get(area("here"))).toBeUndefined();
  expect(closed).toEqual(["here: another process owns the area"]);
});
