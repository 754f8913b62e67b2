import { EventEmitter } from "node:events";
import { ClientState, type Client } from "@colyseus/core";
import { beforeEach, expect, test, vi } from "vitest";
import type { AreaId, CharacterId, RoomId } from "../src/engine/ids.ts";
import { DRAIN_LEAVE_MS, MAX_SENT_ON } from "../src/limits.ts";
import { AppError } from "../src/protocol/codes.ts";
import type { ActiveArea } from "../src/runtime/active-area.ts";
import type { OutLine, Seat } from "../src/runtime/outlet.ts";
import { HandClock } from "../test/support/hand-clock.ts";
import { SentOn, type NextSeat } from "./sent-on.ts";

const AREA = "lanterns" as AreaId;
const ADA = "char_ada" as CharacterId;
const WALK = { area: AREA, walksFrom: "the west", walksInto: "lantern_street" as RoomId, onward: null };
const SEAT = { name: "world", sessionId: "s", roomId: "lanterns-3" } as Seat;

class FakeClient {
  readonly ref = Object.assign(new EventEmitter(), { readyState: 1 });
  state: number = ClientState.JOINED;
  readonly sent: unknown[] = [];
  closed: string | undefined;

  send(type: string, message: object): void {
    this.sent.push({ type, ...message });
  }

  raw(frame: Uint8Array): void {
    this.sent.push(frame.length);
  }
}

let clock: HandClock;
let served: ActiveArea | undefined;
let held: OutLine[];
let seats: NextSeat[];
let seat: () => Promise<Seat>;
const follow = vi.fn();
const bug = vi.fn();
let sentOn: SentOn;

const active = { id: AREA, epoch: 2, outlet: { recent: () => [] } } as unknown as ActiveArea;

beforeEach(() => {
  clock = new HandClock();
  served = undefined;
  held = [];
  seats = [];
  seat = () => Promise.resolve(SEAT);
  follow.mockClear();
  bug.mockClear();
  sentOn = new SentOn({
    served: () => served, held: () => held, follow, clock, bug,
    seat: (wanted) => {
      seats.push(wanted);
      return seat();
    },
    turnAway: (client, code) => { (client as unknown as FakeClient).closed = code; },
  });
});

/** Somebody who walks in, and what became of it when nothing is under way any more. */
async function walksIn(options: object = WALK, code = "E_MOVED", state: number = ClientState.JOINED): Promise<FakeClient> {
  const client = new FakeClient();
  client.state = state;
  sentOn.arrives(client as unknown as Client, { active, auth: { characterId: ADA, username: "Ada" }, options: options as typeof WALK });
  sentOn.failed(client as unknown as Client, code);
  await sentOn.allTold(active);
  return client;
}

test("a walker gets a seat where the area is now, with all that the first one carried", async () => {
  const client = await walksIn();
  expect(seats).toEqual([{ area: AREA, auth: { characterId: ADA, username: "Ada" }, personal: [], options: { ...WALK, sentOn: 1 } }]);
  expect(client.sent).toEqual([{ type: "transfer", seat: SEAT, room_id: "lantern_street" }]);
  expect(client.closed).toBeUndefined();
});

test("over a connection that was in another room before it is sent at once: nobody says any more that they are ready", async () => {
  const client = await walksIn(WALK, "E_MOVED", ClientState.LEAVING);
  expect(client.sent).toEqual([expect.any(Number)]);
});

test("what was told them on the way goes after them", async () => {
  held = [{ text: "Ben tells you, \"Wait!\"", type: "tell", refs: [], sender: "Ben" } as unknown as OutLine];
  await walksIn();
  expect(follow).toHaveBeenCalledExactlyOnceWith(AREA, ADA, [expect.objectContaining({ message: "Ben tells you, \"Wait!\"", message_type: "tell", room_id: "lantern_street" })]);
  // Back here, it waits for them where it is.
  served = { ...active } as ActiveArea;
  await walksIn();
  expect(follow).toHaveBeenCalledOnce();
});

test("a client that stays has to come in anew, one that goes is left alone", async () => {
  const [stays, goes] = [await walksIn(), await walksIn()];
  goes.ref.emit("close");
  clock.pass(DRAIN_LEAVE_MS);
  expect([stays.closed, goes.closed]).toEqual(["E_MOVED", undefined]);
});

test.each([
  ["who stands somewhere else by now", () => { served = active; }, WALK, "E_MOVED"],
  ["who cannot be read", () => undefined, WALK, "E_STORAGE"],
  ["who did not walk in", () => undefined, { area: AREA, moved: true }, "E_MOVED"],
  ["who has been sent on too often", () => undefined, { ...WALK, sentOn: MAX_SENT_ON }, "E_MOVED"],
  ["for whom there is no seat", () => { seat = () => Promise.reject(new AppError("E_BUSY")); }, WALK, "E_MOVED"],
])("nobody is sent on %s", async (_, given, options, code) => {
  given();
  const client = await walksIn(options, code);
  expect(client).toMatchObject({ sent: [], closed: code });
  expect(bug).not.toHaveBeenCalled();
});

test("whoever waits to be told keeps the room open", async () => {
  const { promise, resolve } = Promise.withResolvers<Seat>();
  seat = () => promise;
  const client = walksIn();
  const told = vi.fn();
  void sentOn.allTold(active).then(told);
  await new Promise((later) => setImmediate(later));
  expect(told).not.toHaveBeenCalled();
  resolve(SEAT);
  expect((await client).sent).toHaveLength(1);
  await new Promise((later) => setImmediate(later));
  expect(told).toHaveBeenCalled();
});
