import { beforeEach, describe, expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld } from "../support/transcript.ts";
import type { CharacterId } from "../../src/engine/ids.ts";
import { MemoryStore } from "../../src/persistence/memory-store.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { MAX_WAITING_PER_CHARACTER, PARKED_MS, STORAGE_AGAIN_AFTER_MS } from "../../src/limits.ts";
import { ActiveArea } from "../../src/runtime/active-area.ts";
import { Online } from "../../src/runtime/online.ts";
import { ParkingSpace } from "../../src/runtime/parking.ts";
import type { Outlet } from "../../src/runtime/outlet.ts";

const ada = "ada" as CharacterId;

let world: TestWorld;
let store: MemoryStore;
let heard: string[];
/** What the areas believe of the database; `away` long enough that nothing is set aside any more. */
let storage: { down: boolean; downForMs: () => number; failed: () => void };

/** Takes the area for a process, loads what the store has and lets Ada in: a server that has just started. */
async function starts(process: string): Promise<ActiveArea> {
  const outlet: Outlet = {
    applied: () => undefined, recent: () => [], brought: () => undefined, room: (_, line) => { heard.push(line.text); }, personal: (id, ...lines) => { for (const line of lines) heard.push(`${id}: ${line.text}`); },
    transfer: () => undefined, dismiss: () => undefined, closed: () => undefined,
  };
  store.beat(process);
  const owned = await store.ownership(process).acquire(world.area.id);
  if ("heldBy" in owned) throw new Error(`held by ${owned.heldBy}`);
  const fresh = aWorld({ content: world.content });
  for (const room of fresh.area.rooms.keys()) for (const item of (await store.loadArea({ rooms: [room], doors: [], spawns: [], npcs: [] })).items) if (!fresh.area.items.has(item.id)) fresh.item(item.kind, item.at, item);
  const active = new ActiveArea(fresh.area, owned.epoch, outlet, {
    committer: store, parkingSpace: new ParkingSpace(), storage, store, soft: store, clock: { nowMs: () => world.nowMs, after: () => () => undefined }, online: new Online(),
    gate: { reserve: () => Promise.reject(new Error("there is no other area")) },
    far: { toPlayer: () => undefined, toChannel: () => undefined, toAreas: () => undefined },
    context: () => world.ctx, npcLeft: () => undefined, doorChanged: () => undefined,
    broken: (_, reason, cause) => { throw cause instanceof Error ? cause : new Error(reason); },
    bug: (error) => { throw error instanceof Error ? error : new Error("a bug"); },
    answered: () => undefined,
  });
  await active.admit(ada, { kind: "resume" });
  return active;
}

function types(active: ActiveArea, line: string, seq: number | null, id = `req_${seq}`): Promise<Response> {
  return new Promise((resolve) => active.command({ actor: ada, line, id, seq }, resolve));
}

const textOf = (reply: Response): string[] => reply.messages.map(({ message }) => message);

beforeEach(() => {
  heard = [];
  storage = { down: false, downForMs: () => 0, failed: () => undefined };
  world = aWorld({
    rooms: [aRoom("yard", { exits: [anExit("north", "lane")] }), aRoom("lane", { exits: [anExit("north", "field"), anExit("south", "yard")] }), aRoom("field", { exits: [anExit("south", "lane")] })],
    kinds: [aKind("apple", { name: "an apple" })],
  });
  store = new MemoryStore(() => world.nowMs);
  const person = aWorld({ content: world.content }).person("Ada");
  store.putCharacter({ ...person, room: "yard" as never });
  for (const id of ["apple1", "apple2"]) store.putItem({ id: id as never, kind: "apple" as never, at: "room:yard", slot: null, quantity: 1, charges: null, open: true, locked: false, lit: false, spawn: null });
});

test("a request sent twice is carried out once and answered alike", async () => {
  const area = await starts("one");
  const first = await types(area, "get apple", 1);
  const again = await types(area, "get apple", 1);
  expect(again).toEqual(first);
  expect(textOf(await types(area, "inventory", null)).join("\n")).toContain("An apple");
  expect(textOf(await types(area, "get apple", 2))).toEqual(["You get an apple."]);
});

test("a repeat that comes while the first is being written gets the same answer", async () => {
  const area = await starts("one");
  const [first, again] = await Promise.all([types(area, "get apple", 1), types(area, "get apple", 1)]);
  expect(again).toEqual(first);
  expect(textOf(await types(area, "get apple", 2))).toEqual(["You get an apple."]);
});

test("after a crash the repeat finds the answer in the database", async () => {
  const first = await types(await starts("one"), "get apple", 1);
  store.fence("one");
  const again = await types(await starts("two"), "get apple", 1);
  expect(textOf(again)).toEqual(textOf(first));
});

test("of several steps in one line, a crash between them repeats none and forgets none", async () => {
  const one = await starts("one");
  const commit = store.commit.bind(store);
  let commits = 0;
  store.commit = (unit) => {
    commits += 1;
    // The process dies after the first step was written.
    return commits === 2 ? new Promise(() => undefined) : commit(unit);
  };
  void types(one, "north;north;look", 1);
  await new Promise((resolve) => setTimeout(resolve, 10));
  store.commit = commit;
  store.fence("one");

  const two = await starts("two");
  const reply = await types(two, "north;north;look", 1);
  expect(reply.status).toBe("ok");
  expect(textOf(reply).filter((line) => line.startsWith("The "))).toEqual(["The lane", "The field", "The field"]);
  expect(two.area.characters.get(ada)?.room).toBe("field");
});

test("a number that was answered too long ago is stale", async () => {
  const area = await starts("one");
  for (let seq = 1; seq <= 20; seq += 1) await types(area, "say hello", seq);
  expect(await types(area, "say hello", 1)).toMatchObject({ status: "error", code: "E_STALE" });
  expect(heard).toHaveLength(20);
});

describe("what failed because the database was away", () => {
  const goesAway = (): void => { storage = Object.assign(storage, { down: true, downForMs: () => PARKED_MS + 1 }); };
  const comesBack = (): void => { storage = Object.assign(storage, { down: false, downForMs: () => 0 }); };

  test("is carried out, once, when it is asked anew under its number; a late copy of the first has the answer of the first", async () => {
    const area = await starts("one");
    goesAway();
    const failed = await types(area, "get apple", 1);
    expect(failed).toMatchObject({ status: "error", code: "E_READONLY", retry_after_ms: STORAGE_AGAIN_AFTER_MS });
    comesBack();
    expect(await types(area, "get apple", 1)).toEqual(failed);
    const done = await types(area, "get apple", 1, "anew");
    expect(textOf(done)).toEqual(["You get an apple."]);
    expect(await types(area, "get apple", 1, "anew")).toEqual(done);
    expect(textOf(await types(area, "get apple", 2))).toEqual(["You get an apple."]);
    expect(await types(area, "get apple", 3)).toMatchObject({ status: "refused" });
  });

  test("goes on behind those of its steps that were done", async () => {
    const area = await starts("one");
    const commit = store.commit.bind(store);
    store.commit = async (unit) => {
      if (unit.command === "drop apple") {
        goesAway();
        return { kind: "unavailable", cause: new Error("the line was cut") };
      }
      return await commit(unit);
    };
    const failed = await types(area, "get apple;say mine;drop apple", 1);
    expect(failed).toMatchObject({ status: "error", code: "E_READONLY" });
    store.commit = commit;
    comesBack();
    expect(textOf(await types(area, "get apple;say mine;drop apple", 1, "anew"))).toEqual(["You get an apple.", 'You say, "mine"', "You drop an apple."]);
    expect(heard.filter((line) => line.includes("mine"))).toHaveLength(1);
  });

  test("stays undone behind something that was written after it: nobody may turn two deeds around", async () => {
    const area = await starts("one");
    goesAway();
    await types(area, "get apple", 1);
    comesBack();
    await types(area, "north", 2);
    expect(await types(area, "south", 1, "anew")).toMatchObject({ status: "error", code: "E_STALE" });
    expect(area.area.characters.get(ada)?.room).toBe("lane");
  });
});

test("what was not taken on because too much waited already is taken on when it is asked anew; its copy is not", async () => {
  const area = await starts("one");
  const waiting = Array.from({ length: MAX_WAITING_PER_CHARACTER + 1 }, (_, n) => types(area, "get apple", n + 1));
  const turnedAway = (await Promise.all(waiting)).findIndex(({ code }) => code === "E_BUSY") + 1;
  expect(turnedAway).toBeGreaterThan(0);
  expect(await types(area, "look", turnedAway)).toMatchObject({ code: "E_BUSY" });
  expect(await types(area, "look", turnedAway, "anew")).toMatchObject({ status: "ok" });
});
