import { beforeEach, expect, test } from "vitest";
import { MemoryBus, MemoryExchange } from "../../src/cluster/memory-bus.ts";
import { OnlineExchange, type OnlineEvent } from "../../src/cluster/online-exchange.ts";
import type { AreaId, CharacterId } from "../../src/engine/ids.ts";
import { LEASE_BEAT_MS, ONLINE_ASK_MS, ONLINE_BEAT_MS, ONLINE_LEFT_MS, ONLINE_LIST_PART, SEAT_TAKEN_WITHIN_MS } from "../../src/limits.ts";
import { Online, type OnlineEntry } from "../../src/runtime/online.ts";
import { HandClock } from "../support/hand-clock.ts";

let clock: HandClock;
let exchange: MemoryExchange;


/** Time passes, and what is on its way arrives. */
async function passes(ms: number): Promise<void> {
  clock.pass(ms);
  await arrives();
}

async function arrives(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

const entry = (name: string, area = "square", more: Partial<OnlineEntry> = {}): OnlineEntry => ({
  id: name.toLowerCase() as CharacterId, name, role: "player", guest: false, afk: null, area: area as AreaId, areaName: `The ${area}`, ...more,
});

class Process {
  readonly id: string;
  readonly online = new Online(() => clock.nowMs());
  readonly bus: MemoryBus;
  readonly exchange: OnlineExchange;
  readonly said: string[] = [];
  /** Events of these types do not arrive here. */
  deaf: OnlineEvent["type"] | null = null;

  constructor(id: string) {
    this.id = id;
    this.bus = new MemoryBus(exchange, id, { message: (direction, type) => void (direction === "out" && this.said.push(type)), propagated: () => undefined });
    this.bus.subscribe({ to: "global" });
    this.exchange = new OnlineExchange({ bus: this.bus, online: this.online, processId: id, clock });
    this.bus.listen((_, event) => {
      if (event.type !== this.deaf) this.exchange.take(event as OnlineEvent);
    });
  }

  get names(): string[] {
    return this.online.list().map(({ name, afk, far }) => `${name}${afk === null ? "" : ` (${afk})`}${far === true ? " far" : ""}`);
  }
}

beforeEach(() => {
  clock = new HandClock({ nowMs: 1_000_000 });
  exchange = new MemoryExchange();
});

test("everybody learns who comes, changes and goes; one who moves between processes is never gone", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  one.online.set(entry("Ada"));
  two.online.set(entry("Ben", "town"));
  await arrives();
  expect(one.names).toEqual(["Ada", "Ben far"]);
  expect(two.names).toEqual(["Ada far", "Ben"]);
  two.online.set(entry("Ben", "town", { afk: "tea" }));
  await arrives();
  expect(one.names).toEqual(["Ada", "Ben (tea) far"]);
  // He walks over: he is there before he has left, as far as anybody hears.
  one.online.set(entry("Ben"));
  two.online.remove("ben" as CharacterId, "town" as AreaId);
  await arrives();
  expect(one.names).toEqual(["Ada", "Ben"]);
  expect(two.names).toEqual(["Ada far", "Ben far"]);
  expect(two.online.byName("ben")?.area).toBe("square");
  one.online.remove("ben" as CharacterId, "square" as AreaId);
  await passes(ONLINE_LEFT_MS);
  expect(two.names).toEqual(["Ada far"]);
});

test("who walks from area to area of one process never seems gone to the others, and costs one word", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  one.online.set(entry("Ada"));
  await arrives();
  one.said.length = 0;
  one.online.remove("ada" as CharacterId, "square" as AreaId);
  await passes(ONLINE_LEFT_MS / 2);
  expect(two.names).toEqual(["Ada far"]);
  one.online.set(entry("Ada", "town"));
  await passes(ONLINE_LEFT_MS);
  expect(one.said).toEqual(["online_came"]);
  expect(two.online.byName("ada")?.area).toBe("town");
  one.online.remove("ada" as CharacterId, "town" as AreaId);
  await passes(ONLINE_LEFT_MS);
  expect(two.names).toEqual([]);
});

test("who takes long to walk from process to process is in the world all the while, for everybody, and once where they have arrived", async () => {
  const [one, two, third] = [new Process("one"), new Process("two"), new Process("third")];
  one.online.set(entry("Ada"));
  await arrives();
  // She is far away from all of them: her connection to the next process takes a third of a second to open. Meanwhile somebody asks who is in the world.
  one.online.remove("ada" as CharacterId, "square" as AreaId, "town" as AreaId);
  await passes(3 * ONLINE_LEFT_MS);
  third.exchange.take({ type: "online_beat", from: "one", change: 100 });
  await arrives();
  await passes(ONLINE_ASK_MS);
  expect([one.names, two.names, third.names]).toEqual([["Ada"], ["Ada far"], ["Ada far"]]);
  expect(one.online.areaOf("ada" as CharacterId), "where she is going").toBe("town");
  expect(one.said.filter((type) => type === "online_left")).toEqual([]);
  two.online.set(entry("Ada", "town"));
  await arrives();
  await passes(ONLINE_LEFT_MS);
  expect([one.names, two.names, third.names]).toEqual([["Ada far"], ["Ada"], ["Ada far"]]);
  expect(one.said.filter((type) => type === "online_left"), "what was known by its word is taken back once").toHaveLength(1);
  two.online.remove("ada" as CharacterId, "town" as AreaId);
  await passes(ONLINE_LEFT_MS);
  expect([one.names, two.names, third.names], "she quits").toEqual([[], [], []]);
});

test("who sets out for another area and never comes is gone when their seat is given up", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  one.online.set(entry("Ada"));
  await arrives();
  one.online.remove("ada" as CharacterId, "square" as AreaId, "town" as AreaId);
  await passes(SEAT_TAKEN_WITHIN_MS);
  expect([one.names, two.names, one.online.size]).toEqual([["Ada"], ["Ada far"], 1]);
  await passes(ONLINE_LEFT_MS + 1);
  expect([one.names, two.names, one.online.size]).toEqual([[], [], 0]);
  expect(one.online.byName("ada")).toBeUndefined();
});

test("who was in the next process before their departure was heard of is not waited for", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  two.online.set(entry("Ben", "town"));
  one.online.set(entry("Ben"));
  await arrives();
  two.online.remove("ben" as CharacterId, "town" as AreaId, "square" as AreaId);
  await passes(ONLINE_LEFT_MS);
  expect(two.said.filter((type) => type === "online_left")).toHaveLength(1);
  one.online.remove("ben" as CharacterId, "square" as AreaId);
  await passes(ONLINE_LEFT_MS);
  expect([one.names, two.names]).toEqual([[], []]);
});

test("a process that starts has the whole list at once, in parts when it is long", async () => {
  const one = new Process("one");
  const people = Array.from({ length: 2 * ONLINE_LIST_PART + 3 }, (_, index) => entry(`Player${String(index).padStart(3, "0")}`));
  for (const person of people) one.online.set(person);
  await passes(ONLINE_ASK_MS);
  const late = new Process("late");
  await arrives();
  expect(late.online.size).toBe(people.length);
  expect(one.said.filter((type) => type === "online_list").length).toBeGreaterThanOrEqual(3);
});

test("who has missed something notices by the numbers, at the next change or the next beat, and asks", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  await passes(ONLINE_ASK_MS);
  two.deaf = "online_came";
  one.online.set(entry("Ada"));
  await arrives();
  expect(two.names).toEqual([]);
  two.deaf = null;
  await passes(ONLINE_BEAT_MS);
  expect(two.names).toEqual(["Ada far"]);
  two.deaf = "online_left";
  one.online.remove("ada" as CharacterId, "square" as AreaId);
  await passes(ONLINE_LEFT_MS);
  two.deaf = null;
  one.online.set(entry("Cid"));
  await passes(ONLINE_ASK_MS);
  await passes(ONLINE_ASK_MS);
  expect(two.names).toEqual(["Cid far"]);
});

test("after an outage of the bus both know again what holds now", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  one.online.set(entry("Ada"));
  two.online.set(entry("Ben"));
  await passes(ONLINE_ASK_MS);
  one.bus.up = two.bus.up = false;
  one.online.remove("ada" as CharacterId, "square" as AreaId);
  one.online.set(entry("Cid"));
  await arrives();
  // As last heard of.
  expect(two.names).toEqual(["Ada far", "Ben"]);
  one.bus.up = two.bus.up = true;
  await passes(ONLINE_ASK_MS);
  expect(two.names).toEqual(["Ben", "Cid far"]);
  expect(one.names).toEqual(["Ben far", "Cid"]);
});

test("those of a process that is no longer alive are forgotten; one so new that the table may not have it is not", async () => {
  const [one, two] = [new Process("one"), new Process("two")];
  two.online.set(entry("Ben"));
  await arrives();
  one.exchange.alive(new Set(["one"]));
  expect(one.names).toEqual(["Ben far"]);
  await passes(2 * LEASE_BEAT_MS);
  one.exchange.alive(new Set(["one", "two"]));
  expect(one.names).toEqual(["Ben far"]);
  one.exchange.alive(new Set(["one"]));
  expect(one.names).toEqual([]);
});

test("asking costs an answer a second, however often it is asked", async () => {
  const one = new Process("one");
  await passes(ONLINE_ASK_MS);
  one.said.length = 0;
  for (let times = 0; times < 50; times += 1) exchange.publish("global", '{"type":"online_ask"}');
  await passes(ONLINE_ASK_MS);
  expect(one.said.filter((type) => type === "online_list").length).toBeLessThanOrEqual(2);
});
