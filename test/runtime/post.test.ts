import { beforeEach, expect, test } from "vitest";
import { aKind, aRoom, aWorld, type TestWorld } from "../support/transcript.ts";
import { asId, type CharacterId } from "../../src/engine/ids.ts";
import { OUTBOX_KEPT_MS } from "../../src/limits.ts";
import { MemoryStore } from "../../src/persistence/memory-store.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { ActiveArea } from "../../src/runtime/active-area.ts";
import { Online } from "../../src/runtime/online.ts";
import type { Outlet } from "../../src/runtime/outlet.ts";
import { ParkingSpace } from "../../src/runtime/parking.ts";
import { goPostRound } from "../../src/runtime/post-round.ts";

const [ada, ben] = [asId<CharacterId>("ada"), asId<CharacterId>("ben")];

let world: TestWorld;
let store: MemoryStore;
let heard: string[];

/** A process that serves one area of the world, with whoever stands in it. */
async function serves(process: string, area: string, ...people: CharacterId[]): Promise<ActiveArea> {
  const outlet: Outlet = {
    applied: () => undefined, recent: () => [], brought: () => undefined, room: () => undefined, personal: (id, ...lines) => { for (const line of lines) heard.push(`${id}: ${line.text}`); },
    transfer: () => undefined, dismiss: () => undefined, closed: () => undefined,
  };
  store.beat(process);
  const owned = await store.ownership(process).acquire(asId(area));
  if ("heldBy" in owned) throw new Error(`held by ${owned.heldBy}`);
  const here = aWorld({ rooms: [...world.content.rooms.values()].filter((room) => room.area === area), content: { items: world.content.items } });
  const active = new ActiveArea(here.area, owned.epoch, outlet, {
    committer: store, parkingSpace: new ParkingSpace(), storage: { down: false, downForMs: () => 0, failed: () => undefined }, store, soft: store,
    clock: { nowMs: () => world.nowMs, after: () => () => undefined }, online: new Online(),
    gate: { reserve: () => Promise.reject(new Error("nobody walks")) },
    far: { toPlayer: () => undefined, toChannel: () => undefined, toAreas: () => undefined },
    context: () => world.ctx, npcLeft: () => undefined, doorChanged: () => undefined,
    broken: (_, reason, cause) => { throw cause instanceof Error ? cause : new Error(reason); },
    bug: (error) => { throw error instanceof Error ? error : new Error("a bug"); },
    answered: () => undefined,
  });
  for (const id of people) await active.admit(id, { kind: "login" });
  await new Promise((resolve) => setImmediate(resolve));
  return active;
}

function types(active: ActiveArea, actor: CharacterId, line: string, seq: number | null = null): Promise<Response> {
  return new Promise((resolve) => active.command({ actor, line, id: `req_${seq}`, seq }, resolve));
}

const textOf = (reply: Response): string[] => reply.messages.map(({ message }) => message);
const told = (): string[] => heard.filter((line) => line.includes("Post is waiting"));

beforeEach(() => {
  heard = [];
  world = aWorld({ rooms: [aRoom("yard"), aRoom("quay", { area: "harbour" })], kinds: [aKind("apple", { name: "an apple", stackable: true })] });
  store = new MemoryStore(() => world.nowMs);
  for (const [name, room] of [["Ada", "yard"], ["Ben", "quay"]] as const) store.putCharacter({ ...aWorld({ content: world.content }).person(name, { coins: 20 }), room: asId(room) });
  store.putItem({ id: asId("apples"), kind: asId("apple"), at: "char:ada", slot: null, quantity: 5, charges: null, open: true, locked: false, lit: false, spawn: null });
});

test("what Ada sends in one process Ben is told of in another, once, however often the outbox says so, and collects", async () => {
  const yard = await serves("one", "here", ada);
  const harbour = await serves("two", "harbour", ben);
  expect(textOf(await types(yard, ada, "mail ben 3 apples = Catch", 1))).toEqual(["You hand in three apples for Ben, and pay a coin for the postage."]);
  const rows = [...store.outbox];
  const round = (): Promise<void> => goPostRound({ outbox: store, areaOf: (id) => (id === ben ? harbour : undefined) });
  await round();
  expect(told()).toEqual(["ben: Post is waiting for you, from Ada. Type mail to see it."]);
  expect(store.outbox).toEqual([]);
  store.outbox.push(...rows);
  await round();
  expect(told()).toHaveLength(1);
  expect(textOf(await types(harbour, ben, "mail get", 1))).toEqual(["The post brings you three apples from Ada.", 'It says, "Catch"']);
  expect(textOf(await types(harbour, ben, "inventory"))).toContain("You carry:");
  expect([...store.items.values()].map(({ at, quantity }) => [at, quantity])).toEqual([["char:ada", 2], ["char:ben", 3]]);
  expect([store.letterRows.size, store.characters.get(ada)?.character.coins]).toEqual([0, 19]);
});

test("a letter that is committed after the rows of whoever comes in were read, and before they stand there, is told of by the outbox", async () => {
  const yard = await serves("one", "here", ada);
  const harbour = await serves("two", "harbour");
  const load = store.loadCharacter.bind(store);
  let looks = 0;
  store.loadCharacter = async (id, room) => {
    const rows = await load(id, room);
    await types(yard, ada, "mail ben 2 apples", 1);
    return rows;
  };
  const letters = store.letters.bind(store);
  store.letters = (to) => {
    looks += 1;
    return letters(to);
  };
  await harbour.admit(ben, { kind: "login" });
  await new Promise((resolve) => setImmediate(resolve));
  // Its rows said that nothing waited: nobody looked again.
  expect([looks, told()]).toEqual([0, []]);
  await goPostRound({ outbox: store, areaOf: (id) => (id === ben ? harbour : undefined) });
  expect(told()).toEqual(["ben: Post is waiting for you, from Ada. Type mail to see it."]);
});

test("asked twice in one breath the letter comes once; asked again with the same number the answer is the same", async () => {
  const yard = await serves("one", "here", ada);
  await types(yard, ada, "mail ben 5 coins", 1);
  const harbour = await serves("two", "harbour", ben);
  expect(told()).toEqual(["ben: Post is waiting for you, from Ada. Type mail to see it."]);
  const [first, second, again] = await Promise.all([types(harbour, ben, "mail get", 1), types(harbour, ben, "mail get", 2), types(harbour, ben, "mail get", 1)]);
  expect(textOf(first)).toEqual(["The post brings you five coins from Ada."]);
  expect(second).toMatchObject({ status: "refused", code: "no_post" });
  expect(again).toEqual(first);
  expect(store.characters.get(ben)?.character.coins).toBe(25);

  // The process dies; its successor knows the answer.
  store.fence("two");
  const next = await serves("three", "harbour", ben);
  expect(textOf(await types(next, ben, "mail get", 1))).toEqual(textOf(first));
  expect(store.characters.get(ben)?.character.coins).toBe(25);
});

test("several steps in one line look up what each needs", async () => {
  const yard = await serves("one", "here", ada);
  const reply = await types(yard, ada, "mail ben apple; mail zoe apple; mail ben apple", 1);
  expect(textOf(reply)).toEqual(["You hand in an apple for Ben, and pay a coin for the postage.", "Nobody is called zoe, here or anywhere."]);
  expect(store.letterRows.size).toBe(1);
});

test("word for somebody who is nowhere is kept a while, then dropped: whoever comes in looks anyway", async () => {
  const yard = await serves("one", "here", ada);
  await types(yard, ada, "mail ben apple", 1);
  const round = (): Promise<void> => goPostRound({ outbox: store, areaOf: () => undefined });
  await round();
  expect(store.outbox).toHaveLength(1);
  store.outbox[0] = { ...store.outbox[0]!, ageMs: OUTBOX_KEPT_MS };
  await round();
  expect(store.outbox).toEqual([]);
  await serves("two", "harbour", ben);
  expect(told()).toHaveLength(1);
});

test("when the database cannot be asked who is meant, nothing is sent and it is said so", async () => {
  const yard = await serves("one", "here", ada);
  store.gate = (step) => (step === "load" ? Promise.reject(new Error("gone")) : Promise.resolve());
  await expect(goPostRound({ outbox: store, areaOf: () => yard })).rejects.toThrow("gone");
  expect(store.letterRows.size).toBe(0);
});
