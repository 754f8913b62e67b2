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

export function lineFor(store: MemoryStore, id: CharacterId, b: number): string {
  const room = store.characters.get(id)?.character.room;
  const exits = (room === undefined ? undefined : CONTENT.rooms.get(room)?.exits.map(({ name }) => name)) ?? [];
  const items = [...store.items.values()];
  const at = b * FORMS.length;
  const x = at - Math.floor(at);
  const scene: Scene = {
    exits, x, y: x * 40 - Math.floor(x * 40),
    ground: room === undefined ? [] : items.filter((item) => item.at === inRoom(room)), carried: items.filter((item) => item.at === carriedBy(id)),
  };
  return FORMS[Math.floor(at)]!(scene);
}

/** First words of lines whose "ok" says that something was written. */
const WRITES = /^(get|drop|give|put|buy|sell|north|south|east|west)\b/;

/** Steps of a line, and whether an "ok" to it says that each of them was written. */
export const stepsOf = (line: string): { readonly count: number; readonly writes: boolean } => ({ count: line.split(";").length, writes: WRITES.test(line) });
