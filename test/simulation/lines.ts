/** What a player types, given where the rows say it stands: mostly what can be done, and often what somebody else wants too. */
import { carriedBy, inRoom, type CharacterId } from "../../src/engine/ids.ts";
import type { Item } from "../../src/engine/world.ts";
import type { MemoryStore } from "../../src/persistence/memory-store.ts";
import { pick } from "./random.ts";
import { CONTENT, NAMES } from "./tiny-world.ts";

interface Scene {
  readonly exits: readonly string[];
  readonly ground: readonly Item[];
  readonly carried: readonly Item[];
  /** A number in [0, 1) for each choice. */
  readonly x: number;
  readonly y: number;
}

const nameOf = (item: Item | undefined): string => (item === undefined ? "sword" : item.kind);
const someone = (at: number): string => pick(NAMES, at)!.toLowerCase();

const FORMS: readonly ((scene: Scene) => string)[] = [
  ({ exits, x }) => pick(exits, x) ?? "north",
  ({ exits, x }) => pick(exits, x) ?? "north",
  ({ exits, x }) => pick(exits, x) ?? "north",
  ({ exits, x, y }) => `${pick(exits, x) ?? "n"};${y < 0.5 ? "get all" : "south"}`,
  ({ ground, x }) => `get ${nameOf(pick(ground, x))}`,
  ({ ground, x }) => `get ${nameOf(pick(ground, x))}`,
  () => "get all",
  ({ carried, x }) => `drop ${nameOf(pick(carried, x))}`,
  ({ carried, x }) => `drop ${nameOf(pick(carried, x))}`,
  ({ x }) => `drop ${1 + Math.floor(x * 5)} coins`,
  () => "get coins",
  ({ carried, x, y }) => `give ${nameOf(pick(carried, x))} to ${someone(y)}`,
  ({ carried, x, y }) => `give ${nameOf(pick(carried, x))} to ${someone(y)}`,
  ({ x, y }) => `give ${1 + Math.floor(x * 5)} coins to ${someone(y)}`,
  ({ x, y }) => `give ${1 + Math.floor(x * 5)} coins to ${someone(y)}`,
  ({ carried, x, y }) => `put ${nameOf(pick(carried, x))} in ${y < 0.7 ? "chest" : "bag"}`,
  ({ carried, x }) => `put ${nameOf(pick(carried, x))} in chest`,
  ({ y }) => `get all from ${y < 0.7 ? "chest" : "bag"}`,
  ({ x }) => `buy ${x < 0.6 ? "bread" : "sword"}`,
  ({ x }) => (x < 0.5 ? "buy 2 bread" : "buy 4 bread"),
  ({ carried, x }) => `sell ${nameOf(pick(carried, x))}`,
  ({ x }) => (x < 0.4 ? "sell all" : x < 0.5 ? "get all; drop all" : x < 0.8 ? "drop all" : "get sword; give sword to ben"),
  ({ x }) => (x < 0.6 ? "say hello" : "look"),
];

/** Lines of the post: sent to whoever it may be, collected and looked at. */
const POST: readonly ((scene: Scene) => string)[] = [
  ({ carried, x, y }) => `mail ${someone(y)} ${nameOf(pick(carried, x))}`,
  ({ carried, x, y }) => `mail ${someone(y)} ${nameOf(pick(carried, x))}`,
  ({ carried, x, y }) => `mail ${someone(y)} ${nameOf(pick(carried, x))} = for you`,
  ({ x, y }) => `mail ${someone(y)} ${1 + Math.floor(x * 5)} coins`,
  ({ x, y }) => `mail ${someone(y)} ${x < 0.5 ? "2 arrows" : "= hello"}`,
  () => "collect",
  () => "collect",
  () => "mail get",
  ({ x }) => (x < 0.5 ? "collect 1" : x < 0.8 ? "mail" : "collect 2"),
];

/** Lines of somebody who trades, or tries to. */
const TRADE: readonly ((scene: Scene) => string)[] = [
  ({ y }) => `trade ${someone(y)}`,
  ({ carried, x }) => `offer ${nameOf(pick(carried, x))}`,
  ({ x }) => (x < 0.5 ? `offer ${1 + Math.floor(x * 10)} coins` : "offer 2 arrows"),
  ({ carried, x, y }) => (y < 0.5 ? "offer nothing" : `withdraw ${nameOf(pick(carried, x))}`),
  () => "accept",
  () => "accept",
  () => "accept",
  () => "cancel",
];

const KINDS = { play: FORMS, post: POST, trade: TRADE } as const;

/** `b` in [0, 1) chooses the line, and what it is about. */
export function lineFor(store: MemoryStore, id: CharacterId, b: number, kind: keyof typeof KINDS = "play"): string {
  const forms = KINDS[kind];
  const at = b * forms.length;
  const x = at - Math.floor(at);
  return forms[Math.floor(at)]!({ ...sceneOf(store, id), x, y: x * 40 - Math.floor(x * 40) });
}

function sceneOf(store: MemoryStore, id: CharacterId): Omit<Scene, "x" | "y"> {
  const room = store.characters.get(id)?.character.room;
  const exits = (room === undefined ? undefined : CONTENT.rooms.get(room)?.exits.map(({ name }) => name)) ?? [];
  const items = [...store.items.values()];
  return { exits, ground: room === undefined ? [] : items.filter((item) => item.at === inRoom(room)), carried: items.filter((item) => item.at === carriedBy(id)) };
}

/** What two who meet type when they want to trade: each says to whom, and puts something up. */
export function dealLines(store: MemoryStore, id: CharacterId, partner: CharacterId, x: number): string {
  const { carried } = sceneOf(store, id);
  const coins = `offer ${1 + Math.floor(x * 9)} coins`;
  const thing = `offer ${nameOf(pick(carried, x))}`;
  return `trade ${partner};${x < 0.3 ? coins : x < 0.6 ? thing : `${thing};${coins}`}`;
}

/** First words of lines whose "ok" says that something was written. */
const WRITES = /^(get|drop|give|put|buy|sell|north|south|east|west|collect|mail \w+)\b/;

/** Steps of a line, and whether an "ok" to it says that each of them was written. */
export const stepsOf = (line: string): { readonly count: number; readonly writes: boolean } => ({ count: line.split(";").length, writes: WRITES.test(line) });
