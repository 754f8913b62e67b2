/**
 * Reads the very bytes that each client would get and looks for what it should not see: another's things, another
 * room, whoever stands in the dark.
 */
import { Decoder, Encoder, type StateView } from "@colyseus/schema";
import { beforeEach, expect, test } from "vitest";
import { aKind, anExit, aRoom, aWorld, type TestWorld } from "../test/support/transcript.ts";
import { ViewPool } from "../rooms/view-pool.ts";
import { apply } from "../src/engine/apply.ts";
import type { DomainEvent } from "../src/engine/events.ts";
import type { CharacterId, ItemId, RoomId } from "../src/engine/ids.ts";
import { worldTimeAt } from "../src/engine/clock.ts";
import { seededRng } from "../src/engine/rng.ts";
import { SCHEMA_BUFFER_BYTES } from "../src/limits.ts";
import { Projection } from "./project.ts";
import { WorldView } from "./WorldView.ts";

/** A client as Colyseus serves it: a view, which somebody may have had before, and what it has decoded so far. */
class Viewer {
  readonly view = pool.take();
  readonly state = new WorldView();
  readonly #decoder = new Decoder(this.state);
  /** Everything it was ever sent, as text, for words that must not be in it. */
  received = "";

  decode(bytes: Uint8Array): void {
    this.received += Buffer.from(bytes).toString("latin1");
    this.#decoder.decode(bytes);
  }
}

Encoder.BUFFER_SIZE = SCHEMA_BUFFER_BYTES;

let world: TestWorld;
let projection: Projection;
let encoder: Encoder<WorldView>;
let pool: ViewPool;
const viewers = new Map<string, Viewer>();

beforeEach(() => {
  world = aWorld({
    rooms: [aRoom("yard", { exits: [anExit("north", "shed"), anExit("down", "cave")] }), aRoom("shed", { exits: [anExit("south", "yard")] }), aRoom("cave", { dark: true, indoors: true, exits: [anExit("up", "yard")] })],
    kinds: [aKind("sword"), aKind("diary", { name: "a secret diary" }), aKind("bag", { container: { capacity: 5, closable: true, key: null, initially: "open" } }), aKind("lamp", { light: true })],
  });
  projection = new Projection(world.area, world.content, { clock: worldTimeAt(world.content.world.calendar, world.nowMs), weather: "clear", describe: (room) => `This is the ${room}.` });
  encoder = new Encoder(projection.view);
  pool = new ViewPool();
  viewers.clear();
});

/** A character comes in, and its client with it. */
function enters(name: string, room: string): Viewer {
  const character = world.person(name, { room: room as RoomId });
  projection.apply({ type: "character-entered", character, items: [] }, (id) => `This is the ${id}.`);
  return connects(name);
}

/** A client of a character that is there. */
function connects(name: string): Viewer {
  const viewer = new Viewer();
  viewer.view.add(projection.view.rooms.get(standsIn(name))!);
  viewer.view.add(projection.view.selves.get(idOf(name))!);
  patch();
  const it = { offset: 0 };
  const bytes = new Uint8Array(SCHEMA_BUFFER_BYTES);
  encoder.encodeAll(it, bytes);
  viewer.decode(encoder.encodeAllView(viewer.view, it.offset, it, bytes));
  viewers.set(name, viewer);
  return viewer;
}

const idOf = (name: string): CharacterId => name.toLowerCase() as CharacterId;
const standsIn = (name: string): RoomId => world.area.characters.get(idOf(name))!.room;

/** A client goes whose character stays, as when the line is cut; the view that it had is free for whoever comes next. */
function isCut(name: string, room = standsIn(name)): StateView {
  const { view } = viewers.get(name)!;
  viewers.delete(name);
  pool.giveBack(view, [projection.view.rooms.get(room), projection.view.selves.get(idOf(name))]);
  return view;
}

/** A character goes; its client does `before` or after it. */
function leaves(name: string, before = false): StateView {
  const room = standsIn(name);
  const early = before ? isCut(name) : undefined;
  const gone: DomainEvent = { type: "character-withdrew", character: idOf(name) };
  apply(world.area, gone);
  projection.apply(gone, (of) => `This is the ${of}.`);
  return early ?? isCut(name, room);
}

/** What of the area a view sees, by the names of its classes. */
function seenBy(view: StateView): string[] {
  const { changeTrees } = (encoder as unknown as { root: { changeTrees: Record<string, { readonly ref: object }> } }).root;
  return Object.values(changeTrees).filter((tree) => view.isVisible(tree as Parameters<StateView["isVisible"]>[0])).map(({ ref }) => ref.constructor.name);
}

function patch(): void {
  const it = { offset: 0 };
  encoder.encode(it);
  const { offset } = it;
  for (const viewer of viewers.values()) {
    it.offset = offset;
    viewer.decode(encoder.encodeView(viewer.view, offset, it));
  }
  encoder.discardChanges();
}

function types(name: string, line: string): void {
  if (!tries(name, line)) throw new Error(`${line} was refused`);
}

function tries(name: string, line: string): boolean {
  world.as(name, line);
  const viewer = viewers.get(name)!;
  if (world.last?.kind !== "accepted") return false;
  for (const event of world.last.events) {
    projection.apply(event, (id) => `This is the ${id}.`);
    if (event.type === "character-moved") {
      viewer.view.remove(projection.view.rooms.get(event.from)!);
      viewer.view.add(projection.view.rooms.get(event.to)!);
    }
  }
  patch();
  return true;
}

/** A thing is made somewhere. */
function lies(kind: string, at: string, id = kind): void {
  projection.apply({ type: "item-created", item: world.item(kind, at, { id: id as ItemId }), cause: "spawn" }, (id) => `This is the ${id}.`);
  patch();
}

const self = (name: string) => viewers.get(name)!.state.selves.get(name.toLowerCase())!;
const roomOf = (name: string) => [...viewers.get(name)!.state.rooms.values()][0]!;

test("what somebody carries is theirs alone", () => {
  enters("Ada", "yard");
  const ben = enters("Ben", "yard");
  lies("diary", "char:ada");
  expect([...self("Ada").items.keys()]).toEqual(["diary"]);
  expect(ben.received).not.toContain("secret diary");
  expect([...ben.state.selves.keys()]).toEqual(["ben"]);
});

test("a thing that was mine and lies in the room, and is another's again, is seen where it is and nowhere else", () => {
  enters("Ada", "yard");
  enters("Ben", "yard");
  const cy = enters("Cy", "shed");
  lies("sword", "yard");
  types("Ada", "get sword");
  types("Ada", "drop sword");
  expect([...roomOf("Ben").items.values()].map(({ name }) => name)).toEqual(["a sword"]);
  expect([...self("Ada").items.keys()]).toEqual([]);
  types("Ben", "get sword");
  expect([...self("Ben").items.keys()]).toEqual(["sword"]);
  expect([...roomOf("Ada").items.keys()]).toEqual([]);
  expect(cy.received).not.toContain("sword");
});

test("what is put into a bag goes out of the room's sight, and along with the bag", () => {
  enters("Ada", "yard");
  enters("Ben", "yard");
  lies("bag", "yard");
  lies("sword", "char:ada");
  types("Ada", "put sword in bag");
  expect([...roomOf("Ben").items.keys()]).toEqual(["bag"]);
  types("Ben", "get bag");
  expect([...self("Ben").items.values()].map((item) => [item.name, item.in])).toEqual([["a bag", ""], ["a sword", "bag"]]);
  expect([...self("Ada").items.keys()]).toEqual([]);
});

test("walking on, one sees the next room and no longer the last", () => {
  enters("Ada", "yard");
  enters("Ben", "yard");
  types("Ada", "north");
  expect([...viewers.get("Ada")!.state.rooms.keys()]).toEqual(["shed"]);
  expect([...roomOf("Ben").characters.values()].map(({ name }) => name)).toEqual(["Ben"]);
  types("Ben", "say alone again");
  types("Ada", "sit");
  expect(self("Ada").position).toBe("sitting");
});

test("the dark shows nobody, until somebody brings a light", () => {
  enters("Ada", "yard");
  const ben = enters("Ben", "cave");
  lies("sword", "cave");
  types("Ada", "down");
  expect(roomOf("Ada").title).toBe("Darkness");
  expect([...roomOf("Ben").characters.keys()]).toEqual([]);
  expect(ben.received).not.toContain("Ada");
  lies("lamp", "char:ada");
  types("Ada", "light lamp");
  expect(roomOf("Ben").title).toBe("The cave");
  expect([...roomOf("Ben").characters.values()].map(({ name }) => name).toSorted()).toEqual(["Ada", "Ben"]);
  expect([...roomOf("Ben").items.keys()]).toEqual(["sword"]);
  types("Ada", "up");
  expect([...roomOf("Ben").items.keys()]).toEqual([]);
});

test("whoever comes in after somebody has left sees nothing of what that one saw, were it by the same view", () => {
  enters("Ada", "yard");
  lies("diary", "char:ada");
  lies("sword", "yard");
  const view = leaves("Ada");
  const ben = enters("Ben", "shed");
  expect(ben.view).toBe(view);
  lies("lamp", "yard");
  enters("Ada", "yard");
  lies("bag", "char:ada");
  expect([...ben.state.rooms.keys()]).toEqual(["shed"]);
  expect([...ben.state.selves.keys()]).toEqual(["ben"]);
  for (const word of ["diary", "sword", "lamp", "bag"]) expect(ben.received).not.toContain(word);
  types("Ben", "south");
  expect([...roomOf("Ben").items.keys()].toSorted()).toEqual(["lamp", "sword"]);
});

test("however people came, walked, took things and left: a view that is free sees nobody and nothing", () => {
  const seed = Number(process.env["VIEWS_SEED"] ?? Date.now() % 100_000);
  const { next } = seededRng(seed);
  const one = <T>(of: readonly T[]): T => of[Math.floor(next() * of.length)]!;
  const names = ["Ada", "Ben", "Cy", "Di", "Ed"];
  let things = 0;
  let free = 0;
  for (let step = 0; step < 400; step += 1) {
    const name = one(names);
    const there = world.area.characters.has(idOf(name));
    const chance = next();
    if (!there) enters(name, one(["yard", "shed", "cave"]));
    else if (!viewers.has(name)) connects(name);
    else if (chance < 0.2) {
      const view = chance < 0.1 ? isCut(name) : leaves(name, chance < 0.15);
      if (next() < 0.5) patch();
      free += 1;
      expect(seenBy(view).filter((kind) => /^(Room|Exit|Character|Npc|Item|Self|OwnItem|Quest)View$/.test(kind)), `VIEWS_SEED=${seed}, step ${step}`).toEqual([]);
    } else if (chance < 0.4 && things < 100) {
      lies(one(["sword", "diary", "lamp", "bag"]), next() < 0.5 ? one(["yard", "shed"]) : `char:${name.toLowerCase()}`, `thing${things}`);
      things += 1;
    } else tries(name, one(["north", "south", "up", "down", "get all", "drop all", "light lamp", "sit", "stand"]));
    for (const [of, { state }] of viewers) {
      expect([...state.selves.keys()], `VIEWS_SEED=${seed}, step ${step}`).toEqual([idOf(of)]);
      expect([...state.rooms.keys()], `VIEWS_SEED=${seed}, step ${step}`).toEqual([standsIn(of)]);
    }
  }
  expect(free).toBeGreaterThan(20);
});
