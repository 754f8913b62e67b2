/** People take their connections over to the next owner of their area. */
import { beforeEach, expect, test } from "vitest";
import type { CharacterId, RoomId } from "../../src/engine/ids.ts";
import { Turnstile } from "../../src/cluster/turnstile.ts";
import { walkOver, type Seated } from "../../src/cluster/walk-over.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { Relay } from "../../src/runtime/relay.ts";
import { HandClock } from "../support/hand-clock.ts";

const COUNTS_MS = 100;
let clock: HandClock;
let relay: Relay;
let told: { id: CharacterId; left: () => void }[];
let gone: Set<CharacterId>;

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2));
const people = (count: number): Seated[] => Array.from({ length: count }, (_, index) => ({ id: `c${index}` as CharacterId, room: "square" as RoomId, seat: {} }));
const who = (): string[] => told.map(({ id }) => id);
const walk = (seated: readonly Seated[], atOnce: number): ReturnType<typeof walkOver> =>
  walkOver({ seated, relay, gone, turnstile: new Turnstile({ clock, atOnce, countsMs: COUNTS_MS }), transfer: ({ id }, left) => told.push({ id, left }) });

async function passes(ms: number): Promise<void> {
  clock.pass(ms);
  await settle();
}

beforeEach(() => {
  clock = new HandClock();
  told = [];
  gone = new Set();
  relay = new Relay();
});

test("a few at a time: the next is told when one has left, and nobody waits for ever for somebody slow", async () => {
  let all = false;
  const walking = walk(people(6), 2);
  void walking.then(() => { all = true; });
  await settle();
  expect(who()).toEqual(["c0", "c1"]);
  told[0]!.left();
  await settle();
  expect(who()).toEqual(["c0", "c1", "c2"]);
  await passes(COUNTS_MS);
  expect(who()).toEqual(["c0", "c1", "c2", "c3", "c4"]);
  expect(all).toBe(false);
  await passes(COUNTS_MS);
  expect(who().length).toBe(6);
  expect(all).toBe(true);
  let left = false;
  void (await walking).left.then(() => { left = true; });
  for (const one of told.slice(0, -1)) one.left();
  await settle();
  expect(left).toBe(false);
  told.at(-1)!.left();
  await settle();
  expect(left).toBe(true);
  expect(clock.waiting).toBe(0);
});

test("whoever waits for something that can only be done over there goes first, before and after the walk has begun", async () => {
  relay.take({ actor: "c4" as CharacterId, line: "north", id: "r1", seq: null }, () => undefined);
  const walking = walk(people(6), 1);
  await settle();
  expect(who()).toEqual(["c4", "c0"]);
  relay.take({ actor: "c5" as CharacterId, line: "north", id: "r1", seq: null }, () => undefined);
  await settle();
  expect(who()).toEqual(["c4", "c0", "c5"]);
  for (let n = 0; n < 6; n += 1) await passes(COUNTS_MS);
  await walking;
  expect(who().toSorted()).toEqual(["c0", "c1", "c2", "c3", "c4", "c5"]);
});

test("an answer that is on its way comes before the way; who has left the world needs none", async () => {
  let answer: (reply: Response) => void = () => undefined;
  relay.open({ command: () => new Promise((resolve) => { answer = resolve; }), withdraw: () => Promise.resolve() });
  const heard: string[] = [];
  relay.take({ actor: "c0" as CharacterId, line: "quit", id: "r1", seq: 1 }, ({ id }) => heard.push(id));
  const walking = walk(people(2), 2);
  await settle();
  expect(who()).toEqual(["c1"]);
  gone.add("c0" as CharacterId);
  answer({ type: "response", id: "r1", seq: 1, status: "ok", messages: [] });
  told[0]!.left();
  await (await walking).left;
  expect(heard).toEqual(["r1"]);
  expect(who()).toEqual(["c1"]);
});
