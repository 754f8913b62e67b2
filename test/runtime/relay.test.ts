/** What people type while their area changes hands. */
import { beforeEach, expect, test } from "vitest";
import type { CharacterId } from "../../src/engine/ids.ts";
import { MAX_WAITING_PER_CHARACTER } from "../../src/limits.ts";
import type { Response } from "../../src/protocol/server-messages.ts";
import { Relay, type RelayedCommand } from "../../src/runtime/relay.ts";

const ada = "ada" as CharacterId;
const ben = "ben" as CharacterId;
let relay: Relay;
/** Asked of the next owner, in order, and how to answer. */
let asked: { command: RelayedCommand; answer: (code?: "E_MOVED") => void; fail: () => void }[];
let told: string[];
let put: CharacterId[];

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
const types = (actor: CharacterId, seq: number | null, line = `line ${seq}`): boolean =>
  relay.take({ actor, line, id: `r${seq}`, seq }, ({ id, status, code }) => told.push(`${actor} ${id} ${code ?? status}`));
const open = (): void => relay.open({
  command: (command) => new Promise<Response>((resolve, reject) => asked.push({
    command, fail: () => reject(new Error("no answer")),
    answer: (code) => resolve({ type: "response", id: command.id, seq: command.seq, status: code === undefined ? "ok" : "error", ...(code === undefined ? {} : { code }), messages: [] }),
  })),
  withdraw: (actor) => {
    put.push(actor);
    return Promise.reject(new Error("nobody hears it"));
  },
});

beforeEach(() => {
  relay = new Relay();
  asked = [];
  told = [];
  put = [];
});

test("commands wait for the next owner, and each character's are asked for in their order, one after another", async () => {
  types(ada, 1);
  types(ada, 2);
  types(ben, 7);
  expect(asked).toEqual([]);
  open();
  expect(asked.map(({ command }) => command.seq)).toEqual([1, 7]);
  asked[0]!.answer();
  await settle();
  expect(told).toEqual(["ada r1 ok"]);
  expect(asked.map(({ command }) => command.seq)).toEqual([1, 7, 2]);
});

test("nothing overtakes what was turned away: a step over a border, or an answer that got lost", async () => {
  open();
  types(ada, 1);
  types(ada, 2);
  types(ben, 1);
  types(ben, 2);
  const hurried: CharacterId[] = [];
  relay.onTurnedAway = (actor) => hurried.push(actor);
  asked[0]!.answer("E_MOVED");
  asked[1]!.fail();
  await settle();
  expect(told.toSorted()).toEqual(["ada r1 E_MOVED", "ada r2 E_MOVED", "ben r1 E_MOVED", "ben r2 E_MOVED"]);
  expect(hurried).toEqual([ada, ben]);
  expect(asked.length).toBe(2);
  expect(types(ada, 3)).toBe(false);
});

test("what has no number is asked for over there by the player, and so is what comes behind it", () => {
  open();
  expect(types(ada, null)).toBe(false);
  expect(types(ada, 4)).toBe(false);
  expect([...relay.turnedAway]).toEqual([ada]);
  expect(asked).toEqual([]);
});

test("who types too much is told to go over", () => {
  for (let seq = 1; seq <= MAX_WAITING_PER_CHARACTER; seq += 1) expect(types(ada, seq)).toBe(true);
  expect(types(ada, 100)).toBe(false);
  expect(told.length).toBe(MAX_WAITING_PER_CHARACTER);
});

test("who goes over first gets the answer that is on its way", async () => {
  open();
  types(ada, 1);
  types(ada, 2);
  let left = false;
  void relay.leave(ada).then(() => { left = true; });
  await settle();
  expect(left).toBe(false);
  expect(told).toEqual(["ada r2 E_MOVED"]);
  asked[0]!.answer();
  await settle();
  expect(left).toBe(true);
  expect(told).toEqual(["ada r2 E_MOVED", "ada r1 ok"]);
});

test("when it comes to nothing, everybody is told to ask elsewhere", async () => {
  types(ada, 1);
  const away = relay.withdraw(ben);
  relay.end();
  await away;
  expect(told).toEqual(["ada r1 E_MOVED"]);
  expect(types(ada, 2)).toBe(false);
  expect(put).toEqual([]);
});

test("who leaves the world is put away over there; nobody minds when that is not heard", async () => {
  const away = relay.withdraw(ada);
  open();
  await away;
  expect(put).toEqual([ada]);
});
