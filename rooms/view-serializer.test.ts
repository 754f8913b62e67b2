/** What clients see of an area, as their decoder has it, whatever happens and whenever they come in. */
import { ClientState, Protocol, SchemaSerializer, type Client } from "@colyseus/core";
import { Decoder, StateView } from "@colyseus/schema";
import { beforeEach, expect, test, vi } from "vitest";
import type { RoomId } from "../src/engine/ids.ts";
import { seededRng } from "../src/engine/rng.ts";
import { CharacterView, ClockView, ExitView, ItemView, OwnItemView, RoomView, SelfView, WorldView } from "../schema/WorldView.ts";
import { OF_ITS_OWN, ViewSerializer } from "./view-serializer.ts";
import { collectGarbage } from "../test/support/collect-garbage.ts";

/** Views of clients that see nothing, or have been given what they see by the test. */
const alreadyShown = { show: () => undefined, moved: () => moved, patched: () => undefined };
/** Somebody may see something else. */
let moved = true;

interface Seer {
  readonly client: Client;
  readonly decoder: Decoder<WorldView>;
  room: string;
  readonly self: string;
  readonly frames: Uint8Array[];
}

let state: WorldView;
let serializer: ViewSerializer;
let seers: Seer[];
/** Whose own things have changed since the last patch. */
const changedSelves = new Set<string>();

function concern(client: Client): RoomId | typeof OF_ITS_OWN {
  const seer = seers.find((each) => each.client === client)!;
  return changedSelves.has(seer.self) ? OF_ITS_OWN : seer.room as RoomId;
}

function show(client: Client): void {
  const seer = seers.find((each) => each.client === client);
  if (seer === undefined) return;
  client.view!.add(roomOf(seer.room));
  client.view!.add(state.selves.get(seer.self)!);
}

const roomOf = (id: string): RoomView => state.rooms.get(id)!;

/** Somebody comes in; `answers`: and has been sent all that they see. */
function comesIn(self: string, room: string, answers = true): Seer {
  const frames: Uint8Array[] = [];
  const client = { state: ClientState.JOINING, view: new StateView(), raw: (frame: Uint8Array) => frames.push(Buffer.from(frame)) } as unknown as Client;
  const seer: Seer = { client, decoder: new Decoder(new WorldView()), room, self, frames };
  seers.push(seer);
  if (answers) answer(seer);
  return seer;
}

const hasAnswered = ({ client }: Seer): boolean => client.state === ClientState.JOINED;

/** Their client has said that it is ready. */
function answer({ client, frames }: Seer): void {
  client.state = ClientState.JOINED;
  frames.push(Buffer.from(serializer.getFullState(client)));
}

function patch(): void {
  serializer.applyPatches(seers.map(({ client }) => client));
  changedSelves.clear();
  for (const { decoder, frames } of seers) for (const frame of frames.splice(0)) decoder.decode(frame, { offset: 1 });
}

/** What somebody must see now. */
function due({ room, self }: Seer): unknown {
  const all = state.toJSON() as { rooms: Record<string, unknown>; selves: Record<string, unknown> };
  return { ...all, rooms: { [room]: all.rooms[room] }, selves: { [self]: all.selves[self] } };
}

function addSelf(id: string, room: string): void {
  const self = new SelfView();
  Object.assign(self, { id, name: id, room_id: room, line: 7, health: 100, vigour: 100, position: "standing", coins: 5 });
  state.selves.set(id, self);
  changedSelves.add(id);
  const shown = new CharacterView();
  Object.assign(shown, { id, name: id, position: "standing", afk: false, link_dead: false });
  roomOf(room).characters.set(id, shown);
}

beforeEach(() => {
  seers = [];
  state = new WorldView();
  Object.assign(state, { area: "square", area_name: "The Square", weather: "clear" });
  state.clock = new ClockView();
  Object.assign(state.clock, { year: 1, month: "May", day: 1, weekday: "Monday", hour: 1, minute: 0, phase: "day", season: "spring" });
  for (let n = 0; n < 6; n += 1) {
    const room = new RoomView();
    Object.assign(room, { id: `r${n}`, title: `Room ${n}`, description: `It is room ${n}.`, dark: false, placed: true, x: n, y: 0, z: 0 });
    const exit = new ExitView();
    Object.assign(exit, { name: "north", to: `r${(n + 1) % 6}`, to_title: "beyond", door: "closed", door_name: "door" });
    room.exits.push(exit);
    state.rooms.set(room.id, room);
  }
  serializer = new ViewSerializer({ ...alreadyShown, concern, show });
  serializer.reset(state as never);
  changedSelves.clear();
  moved = true;
});

test("whoever comes in is sent what the stock serializer would send, byte for byte", () => {
  for (let n = 0; n < 12; n += 1) addSelf(`c${n}`, `r${n % 6}`);
  patch();
  for (let n = 0; n < 12; n += 1) {
    const view = new StateView();
    view.add(roomOf(`r${n % 6}`));
    view.add(state.selves.get(`c${n}`)!);
    const client = { view } as unknown as Client;
    const buffer = new Uint8Array(32 * 1024);
    buffer[0] = Protocol.ROOM_STATE;
    Object.assign(serializer, { needFullEncode: true, fullEncodeBuffer: buffer });
    const stock = Buffer.from(SchemaSerializer.prototype.getFullState.call(serializer as never, client as never));
    expect(Buffer.from(serializer.getFullState(client))).toEqual(stock);
  }
});

test("there is nothing to look through until something changes, or somebody sees something else", () => {
  addSelf("c0", "r0");
  comesIn("c0", "r0");
  moved = false;
  expect(serializer.hasNews).toBe(true);
  patch();
  expect(serializer.hasNews).toBe(false);
  roomOf("r1").description = "It rains in.";
  expect(serializer.hasNews).toBe(true);
  patch();
  moved = true;
  expect(serializer.hasNews).toBe(true);
});

test("what changes in a room is encoded once for all who are in it, and what is somebody's own for them alone", () => {
  for (let n = 0; n < 4; n += 1) addSelf(`c${n}`, "r0");
  addSelf("c4", "r1");
  for (let n = 0; n < 5; n += 1) comesIn(`c${n}`, n === 4 ? "r1" : "r0");
  patch();
  const sent: Uint8Array[] = [];
  for (const { client } of seers) client.raw = (frame) => sent.push(frame as Uint8Array);
  roomOf("r0").description = "It rains in.";
  state.selves.get("c2")!.coins = 7;
  changedSelves.add("c2");
  serializer.applyPatches(seers.map(({ client }) => client));
  // c2's, one for c0, c1 and c3, and none for r1, where nothing has changed.
  expect(sent).toHaveLength(4);
  expect(new Set(sent).size).toBe(2);
});

test("what somebody sees of a room may be larger than any buffer, as it is when they come in and as it changes; another area goes on as before", () => {
  const other = new WorldView();
  Object.assign(other, { area: "lane", area_name: "The Lane", weather: "fog" });
  other.clock = new ClockView();
  const another = new ViewSerializer({ ...alreadyShown, concern: () => OF_ITS_OWN });
  another.reset(other);
  addSelf("c0", "r0");
  roomOf("r0").description = "long ".repeat(20_000);
  const seer = comesIn("c0", "r0");
  patch();
  expect(seer.decoder.state.toJSON()).toEqual(due(seer));
  roomOf("r0").description = "longer ".repeat(40_000);
  addSelf("c1", "r0");
  patch();
  expect(seer.decoder.state.toJSON()).toEqual(due(seer));
  const decoder = new Decoder(new WorldView());
  decoder.decode(another.getFullState({ view: new StateView() } as unknown as Client), { offset: 1 });
  expect(decoder.state.toJSON()).toMatchObject({ area: "lane", weather: "fog" });
});

test("areas encode in one place: none has a buffer of its own", async () => {
  const open = (): ViewSerializer => {
    const one = new ViewSerializer({ ...alreadyShown, concern: () => OF_ITS_OWN });
    one.reset(new WorldView());
    one.handshake();
    one.getFullState({ view: new StateView() } as unknown as Client);
    return one;
  };
  open();
  collectGarbage();
  const before = process.memoryUsage().arrayBuffers;
  const areas = Array.from({ length: 100 }, open);
  await vi.waitFor(() => {
    collectGarbage();
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 1_024);
  }, { timeout: 20_000 });
  expect(areas).toHaveLength(100);
});

test.each([1, 2, 3, 4, 5, 6, 7, 8])("seed %i: people come in at any moment, things and people move, and everybody sees their room as it is", (seed) => {
  const rng = seededRng(`views ${seed}`);
  const upTo = (count: number): number => Math.floor(rng.next() * count);
  let made = 0;
  for (let step = 0; step < 300; step += 1) {
    switch (upTo(10)) {
      case 0: {
        const [id, room] = [`c${(made += 1)}`, `r${upTo(6)}`];
        addSelf(id, room);
        comesIn(id, room, upTo(2) === 0);
        break;
      }
      case 9: {
        const waiting = seers.filter((seer) => !hasAnswered(seer));
        if (waiting.length > 0) answer(waiting[upTo(waiting.length)]!);
        break;
      }
      case 1: {
        const seer = seers[upTo(seers.length)];
        if (seer === undefined) break;
        const shown = roomOf(seer.room).characters.get(seer.self)!;
        roomOf(seer.room).characters.delete(seer.self);
        if (hasAnswered(seer)) seer.client.view!.remove(roomOf(seer.room));
        seer.room = `r${upTo(6)}`;
        const again = new CharacterView();
        Object.assign(again, { id: seer.self, name: seer.self, position: "standing", afk: shown.afk, link_dead: false });
        roomOf(seer.room).characters.set(seer.self, again);
        if (hasAnswered(seer)) seer.client.view!.add(roomOf(seer.room));
        state.selves.get(seer.self)!.room_id = seer.room;
        changedSelves.add(seer.self);
        break;
      }
      case 2: {
        const item = new ItemView();
        Object.assign(item, { id: `i${(made += 1)}`, name: "a lantern", word: "lantern", kind: "lantern", quantity: 1 });
        roomOf(`r${upTo(6)}`).items.set(item.id, item);
        break;
      }
      case 3: {
        const { items } = roomOf(`r${upTo(6)}`);
        const id = [...items.keys()][upTo(items.size)];
        if (id !== undefined) items.delete(id);
        break;
      }
      case 4: roomOf(`r${upTo(6)}`).description = `Seen at step ${step}.`; break;
      case 5: roomOf(`r${upTo(6)}`).exits[0]!.door = upTo(2) === 0 ? "open" : "closed"; break;
      case 6: {
        const self = state.selves.get(`c${upTo(made + 1)}`);
        if (self === undefined) break;
        self.coins = step;
        changedSelves.add(self.id);
        const own = new OwnItemView();
        Object.assign(own, { id: `o${(made += 1)}`, name: "bread", word: "bread", kind: "bread", quantity: 1, slot: "", in: "" });
        self.items.set(own.id, own);
        break;
      }
      case 7: {
        const seer = seers.splice(upTo(seers.length), 1)[0];
        if (seer === undefined) break;
        roomOf(seer.room).characters.delete(seer.self);
        state.selves.delete(seer.self);
        break;
      }
      default: state.weather = upTo(2) === 0 ? "rain" : "clear";
    }
    if (upTo(3) > 0) continue;
    patch();
    for (const seer of seers.filter(hasAnswered)) expect(seer.decoder.state.toJSON(), `step ${step}, ${seer.self}`).toEqual(due(seer));
  }
});
