/** What can be opened, closed and locked: the doors of a room, and containers at hand. */
import { DIRECTIONS, type DoorDef, type ExitDef } from "../content.ts";
import { conflict, type Noun, type Refused } from "../decision.ts";
import type { KindId } from "../ids.ts";
import { matches, parseTarget, withoutFill, type Target } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import type { Item } from "../world.ts";
import { longDirection } from "./go.ts";
import { wordOf } from "./things.ts";

export interface Closable {
  readonly noun: Noun;
  readonly open: boolean;
  readonly locked: boolean;
  /** False for a container that has no lid. */
  readonly closes: boolean;
  /** The kind of its key; null: it has no lock. */
  readonly key: KindId | null;
  /** Writes that it stands so from now on. */
  set(to: { open: boolean; locked: boolean }): void;
  /** For a door: tells the room beyond, when that is part of this area. */
  tellBeyond(key: string): void;
}

/** Finds a door by its direction or its words, else a container; doors come first. */
export function findClosable(turn: Turn, text: string, verb: string): Closable | Refused {
  const target = parseTarget(withoutFill(text));
  if (target === null || target.all || target.words.length === 0) return turn.refuse("no_target", `${verb}.what`);
  const way = exitNamed(turn, target);
  if (way !== undefined) return way.exit.door === null ? turn.refuse("no_door", "closable.no_door", { way: way.exit.name }) : doorOf(turn, way.exit, turn.doorDef(way.exit.door));

  const doors: { exit: ExitDef; def: DoorDef }[] = [];
  for (const exit of turn.room.exits) {
    if (exit.door === null) continue;
    const def = turn.doorDef(exit.door);
    if (matches(def.keywords, target.words)) doors.push({ exit, def });
  }
  const door = doors[target.nth - 1];
  if (door !== undefined) return doorOf(turn, door.exit, door.def);

  const things = [...turn.carried(), ...turn.worn(), ...turn.onGround()];
  const containers = things.filter((item) => turn.kindOf(item).container !== null);
  const box = turn.pick({ ...target, nth: target.nth - doors.length }, containers)[0];
  if (box !== undefined) return containerOf(turn, box);
  const other = turn.pick({ ...target, nth: 1 }, things)[0];
  return other === undefined ? turn.refuse("no_such_item", "things.not_here", { word: wordOf(target) }) : turn.refuse("not_closable", "closable.not", { item: turn.itemNoun(other) });
}

/** `north`, `n`, `north door`, `door north`: the exit whose door is meant. */
function exitNamed(turn: Turn, target: Target): { exit: ExitDef } | undefined {
  for (const word of target.words) {
    const long = longDirection(word);
    const exit = turn.room.exits.find((candidate) => candidate.name === long);
    const rest = target.words.filter((other) => other !== word);
    if (exit === undefined) continue;
    if (rest.length === 0 && (exit.door !== null || isDirection(long))) return { exit };
    if (rest.length > 0 && exit.door !== null && matches(turn.doorDef(exit.door).keywords, rest)) return { exit };
  }
  return undefined;
}

const isDirection = (name: string): boolean => (DIRECTIONS as readonly string[]).includes(name);

function doorOf(turn: Turn, exit: ExitDef, def: DoorDef): Closable {
  const { open, locked } = turn.door(def.id);
  const noun: Noun = { text: def.name, type: "detail", id: def.id };
  return {
    noun, open, locked, closes: true, key: def.key,
    set: (to) => turn.event({ type: "door-changed", door: def.id, ...to }),
    tellBeyond: (key) => {
      const beyond = turn.roomDef(exit.to);
      if (beyond.area === turn.area.id && beyond.id !== turn.actor.room && beyond.exits.some((back) => back.door === def.id)) turn.toRoom(beyond.id, key, { item: noun });
    },
  };
}

function containerOf(turn: Turn, box: Readonly<Item>): Closable {
  const container = turn.kindOf(box).container;
  const { open, locked } = box;
  return {
    noun: turn.itemNoun(box), open, locked, closes: container?.closable === true, key: container?.key ?? null,
    set: (to) => turn.event({ type: "item-changed", item: box.id, at: box.at, from: { open, locked }, to }),
    tellBeyond: () => undefined,
  };
}

/** True when the actor has the key in hand, in a pocket or on a chain round the neck; it counts as read. */
export function hasKey(turn: Turn, key: KindId): boolean {
  const found = [...turn.carried(), ...turn.worn()].find((item) => item.kind === key);
  if (found !== undefined) turn.reads(conflict.item(found.id));
  return found !== undefined;
}
