/** An area changes hands between two processes of one store, with people in it who go on typing. */
import { beforeEach, expect, test } from "vitest";
import { HandClock } from "../support/hand-clock.ts";
import { anExit, aRoom, aWorld, type TestWorld } from "../support/transcript.ts";
import type { AreaId, CharacterId, RoomId } from "../../src/engine/ids.ts";
import { DRAIN_ARRIVALS_MS, SEAT_TAKEN_WITHIN_MS } from "../../src/limits.ts";
import { MemoryStore } from "../../src/persistence/memory-store.ts";
import { AppError } from "../../src/protocol/codes.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import type { ActiveArea } from "../../src/runtime/active-area.ts";
import { AreaHost, type Give } from "../../src/runtime/area-host.ts";
import { Online } from "../../src/runtime/online.ts";
import type { OutLine } from "../../src/runtime/outlet.ts";
import { ParkingSpace } from "../../src/runtime/parking.ts";

const HERE = "here" as AreaId;
const ada = "ada" as CharacterId;
const ben = "ben" as CharacterId;

let world: TestWorld;
let store: MemoryStore;
let clock: HandClock;
let said: string[];
let answers: string[];
let one: AreaHost;
let two: AreaHost;

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

async function passes(ms: number): Promise<void> {
  clock.pass(ms);
  await settle();
}

function hostOf(process: string): AreaHost {
  const online = new Online();
  store.beat(process);
  return new AreaHost({
    content: world.content, committer: store, store, soft: store, online, parkingSpace: new ParkingSpace(), clock,
    storage: { down: false, downForMs: () => 0, failed: () => undefined },
    ownership: store.ownership(process), context: () => world.ctx, answered: () => undefined,
    gate: { reserve: () => Promise.resolve({}) },
    bug: (error) => { throw error instanceof Error ? error : new Error("a bug"); },
    log: { info: () => undefined, error: () => undefined },
    open: (active) => {
      active.outlet = {
        applied: () => undefined, recent: () => [], brought: () => undefined, transfer: () => undefined, dismiss: () => undefined, personal: () => undefined, closed: () => undefined,
        room: (_, line: OutLine) => { said.push(`${process}: ${line.text}`); },
      };
      return Promise.resolve();
    },
  }, (id) => online.areaOf(id));
}

const types = (active: ActiveArea, actor: CharacterId, seq: number, line: string): void =>
  active.command({ actor, line, id: `r${seq}`, seq }, ({ id, status, code }) => answers.push(`${actor} ${id} ${code ?? status}`));

/** As a process that closes does it; what `meanwhile` does happens while nobody has the area. */
const give = (active: ActiveArea, meanwhile: () => Promise<void> | void = () => undefined): Give => async ({ people, gave }) => {
  store.owners.set(HERE, { process: "two", epoch: active.epoch + 1 });
  await meanwhile();
  const next = await two.ensure(HERE);
  await next.takeIn(people);
  gave({
    command: ({ actor, line, id, seq }) => new Promise<Response>((resolve) => next.command({ actor, line, id, seq, relayed: true }, resolve)),
    withdraw: (id) => next.withdraw(id, "quit"),
  });
  await settle();
};

beforeEach(() => {
  said = [];
  answers = [];
  world = aWorld({ rooms: [aRoom("yard", { exits: [anExit("north", "far")] }), aRoom("far", { area: "away", exits: [anExit("south", "yard")] })] });
  clock = new HandClock(world);
  store = new MemoryStore(clock.nowMs);
  const people = aWorld({ content: world.content });
  store.putCharacter({ ...people.person("Ada"), room: "yard" as RoomId });
  store.putCharacter({ ...people.person("Ben"), room: "yard" as RoomId });
  one = hostOf("one");
  two = hostOf("two");
});

test("what is typed while the area stands still, or over a connection that still leads to the old process, is answered by the new one, once", async () => {
  const active = await one.ensure(HERE);
  await active.admit(ada, { kind: "login" });
  await active.admit(ben, { kind: "login" });
  said = [];
  await one.handOver(active, give(active, async () => {
    types(active, ada, 1, "say Where am I?");
    types(active, ada, 2, "say And who else?");
    await settle();
    expect(answers).toEqual([]);
  }));
  expect(answers).toEqual(["ada r1 ok", "ada r2 ok"]);
  // Over her new connection she sends again what she had not been answered when she changed over.
  const next = two.get(HERE)!;
  types(next, ada, 1, "say Where am I?");
  types(next, ada, 2, "say And who else?");
  expect(answers.length).toBe(4);
  expect(said).toEqual(["two: Ada says, \"Where am I?\"", "two: Ada says, \"And who else?\""]);
});

test("a step into another area is not taken for somebody whose connection cannot be told the way; what comes behind waits for it", async () => {
  const active = await one.ensure(HERE);
  await active.admit(ada, { kind: "login" });
  await one.handOver(active, give(active, () => {
    types(active, ada, 1, "north");
    types(active, ada, 2, "say I am away.");
  }));
  expect(answers).toEqual(["ada r1 E_MOVED", "ada r2 E_MOVED"]);
  const next = two.get(HERE)!;
  expect(next.area.characters.has(ada)).toBe(true);
  await next.admit(ada, { kind: "resume" });
  types(next, ada, 1, "north");
  await settle();
  expect(answers.at(-1)).toBe("ada r1 ok");
  expect(store.characters.get(ada)?.character.room).toBe("far");
});

test("everybody stands in the area before their connections come; whoever does not come loses the link", async () => {
  const active = await one.ensure(HERE);
  await active.admit(ada, { kind: "login" });
  await active.admit(ben, { kind: "login" });
  await one.handOver(active, give(active));
  const next = two.get(HERE)!;
  expect([...next.area.characters.values()].map(({ id, linkDead }) => [id, linkDead])).toEqual([[ada, false], [ben, false]]);
  await next.admit(ada, { kind: "resume" });
  await passes(SEAT_TAKEN_WITHIN_MS + 1);
  expect([...next.area.characters.values()].map(({ id, linkDead }) => [id, linkDead])).toEqual([[ada, false], [ben, true]]);
});

test("who comes by a way of their own while everybody is taken in has a connection", async () => {
  const active = await one.ensure(HERE);
  await active.admit(ada, { kind: "login" });
  let letLoad = (): void => undefined;
  await one.handOver(active, give(active, async () => {
    const next = await two.ensure(HERE);
    store.gate = (step) => (step === "load" ? new Promise((resolve) => { letLoad = resolve; }) : Promise.resolve());
    const coming = next.admit(ada, { kind: "resume" });
    store.gate = () => Promise.resolve();
    setTimeout(() => { letLoad(); }, 2);
    void coming;
  }));
  await settle();
  await passes(SEAT_TAKEN_WITHIN_MS + 1);
  expect(two.get(HERE)!.area.characters.get(ada)?.linkDead).toBe(false);
});

test("who ends the connection that still leads to the old process is put away by the new one", async () => {
  const active = await one.ensure(HERE);
  await active.admit(ada, { kind: "login" });
  let left: Promise<void> | undefined;
  await one.handOver(active, give(active, () => { left = active.withdraw(ada, "quit"); }));
  await left;
  expect(two.get(HERE)!.area.characters.size).toBe(0);
});

test("whoever is on the way into the area arrives before it stands still; whoever asks later is told to look again when it has changed hands", async () => {
  const active = await one.ensure(HERE);
  active.expect(ada);
  let stands = false;
  const handing = one.handOver(active, give(active, () => { stands = true; }));
  await settle();
  expect(stands).toBe(false);
  expect(one.isHere(HERE)).toBe(true);
  let told: unknown;
  void one.ensure(HERE).catch((error: unknown) => { told = error; });
  await settle();
  expect(told).toBeUndefined();
  await active.admit(ada, { kind: "walk", from: "the north" });
  await handing;
  expect(told).toMatchObject({ code: "E_MOVED" });
  expect(one.isHere(HERE)).toBe(false);
  expect(two.get(HERE)!.area.characters.has(ada)).toBe(true);
});

test("nobody is waited for longer than that", async () => {
  const active = await one.ensure(HERE);
  active.expect(ada);
  const handing = one.handOver(active, give(active));
  await settle();
  await passes(DRAIN_ARRIVALS_MS);
  await handing;
  expect(two.get(HERE)).toBeDefined();
});

test("when the other process does not take it, whoever typed is told to ask again, and the area is free", async () => {
  const active = await one.ensure(HERE);
  await active.admit(ada, { kind: "login" });
  await expect(one.handOver(active, () => {
    types(active, ada, 1, "say Hello?");
    return Promise.reject(new AppError("E_BUSY"));
  })).rejects.toMatchObject({ code: "E_BUSY" });
  expect(answers).toEqual(["ada r1 E_MOVED"]);
  expect((await two.ensure(HERE)).epoch).toBe(active.epoch + 1);
});

test("an area changes hands when what has been said in it can be read by whoever has it next, not before", async () => {
  const active = await one.ensure(HERE);
  const { promise, resolve } = Promise.withResolvers<void>();
  active.outlet = { ...active.outlet, recorded: () => promise };
  let given = false;
  const handing = one.handOver(active, give(active, () => { given = true; }));
  await settle();
  expect(given).toBe(false);
  resolve();
  await handing;
  expect(given).toBe(true);
});

test("what somebody missed in an area that does not know yet that they have left is not all of it", async () => {
  const active = await one.ensure(HERE);
  active.outlet = { ...active.outlet, left: () => Promise.resolve({ lines: [], complete: true }) };
  await active.admit(ada, { kind: "login" });
  const left = { character: ada, room: "yard" as RoomId, line: 1 };
  expect(await one.missedIn(HERE, left)).toEqual({ lines: [], complete: false });
  await active.withdraw(ada, "quit");
  expect(await one.missedIn(HERE, left)).toEqual({ lines: [], complete: true });
});
