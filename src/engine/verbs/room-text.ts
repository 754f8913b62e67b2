/** What one sees of a room, as lines: title, description, exits, people and things. */
import { MAX_NAMES_IN_LINE, MAX_PEOPLE_LISTED_SINGLY } from "../../limits.ts";
import type { Conditions, ExitDef, ItemKind, RoomDef } from "../content.ts";
import type { EngineContext } from "../context.ts";
import type { Noun } from "../decision.ts";
import type { RoomId } from "../ids.ts";
import { itemNoun } from "../nouns.ts";
import type { Turn } from "../turn.ts";
import type { Character, Item } from "../world.ts";

/** True when phase, weather and season are among those named; what is not named always holds. */
export function holds(conditions: Conditions, room: RoomDef, ctx: EngineContext): boolean {
  if (conditions.phases !== undefined && !conditions.phases.includes(ctx.time.phase)) return false;
  if (conditions.seasons !== undefined && !conditions.seasons.includes(ctx.time.season)) return false;
  if (conditions.weathers === undefined) return true;
  const climate = ctx.content.areas.get(room.area)?.climate ?? "";
  return conditions.weathers.includes(ctx.weather(climate));
}

/** The description with the variants that hold now. */
export function descriptionOf(room: RoomDef, ctx: EngineContext): string {
  const parts = [room.description.trim()];
  for (const variant of room.variants) if (holds(variant, room, ctx)) parts.push(variant.text.trim());
  return parts.join(" ");
}

export function exitNoun(name: string): Noun {
  return { text: name, type: "exit", id: name, command: name };
}

/** The door of an exit that has one. */
export function exitDoorNoun(turn: Turn, exit: ExitDef): Noun {
  const door = exit.door === null ? undefined : turn.doorDef(exit.door);
  return { text: door?.name ?? "the way", type: "exit", id: exit.name, command: `look ${exit.name}` };
}

/** Is there a door, and is it shut? A look at it binds nothing, so it does not count as read. */
export function isShut(turn: Turn, exit: ExitDef): boolean {
  return exit.door !== null && turn.area.doors.get(exit.door)?.open === false;
}

/** A walker with a lit lantern sees the room it comes into, before it counts as being there. */
export function bringsLight(turn: Turn): boolean {
  return [...turn.worn(), ...turn.carried()].some((item) => item.lit);
}

/** Tells the actor what is in a room. `brief` leaves the description out. */
export function describeRoom(turn: Turn, id: RoomId, options: { brief: boolean }): void {
  const room = turn.roomDef(id);
  if (!turn.isLit(id) && !bringsLight(turn)) {
    turn.toActor("look.dark", {}, "room_description");
    listExits(turn, room);
    return;
  }
  turn.toActor("look.title", { title: room.title }, "room_title");
  if (!options.brief) turn.toActor("prose", { text: descriptionOf(room, turn.ctx) }, "room_description");
  listExits(turn, room);
  listThings(turn, turn.onGround(id));
  for (const npc of turn.npcs(id)) turn.toActor("look.npc", { npc: { ...turn.npcNoun(npc), text: turn.npcKind(npc).roomText } }, "room_contents");
  listPeople(turn, turn.others(id));
}

export function listExits(turn: Turn, room: RoomDef): void {
  const nouns: Noun[] = [];
  for (const exit of room.exits) {
    if (exit.hidden) continue;
    nouns.push(isShut(turn, exit) ? { ...exitNoun(exit.name), text: `${exit.name} (closed)` } : exitNoun(exit.name));
  }
  if (nouns.length === 0) turn.toActor("look.no_exits", {}, "room_exits");
  else turn.toActor("look.exits", { exits: nouns }, "room_exits");
}

/** One line per kind: five swords that lie about are told of once. */
function listThings(turn: Turn, items: readonly Readonly<Item>[]): void {
  for (const { item, kind, quantity, lit } of byKind(turn, items)) {
    if (quantity > 1) turn.toActor("look.lies_here", { item: itemNoun(item, kind, quantity) }, "room_contents");
    else turn.toActor(lit ? "look.thing_lit" : "look.thing", { item: { ...itemNoun(item, kind), text: kind.roomText } }, "room_contents");
  }
}

/** Items of one kind together, in the order in which the first of each came; what is lit stands alone. */
export function byKind(turn: Turn, items: readonly Readonly<Item>[]): { item: Readonly<Item>; kind: ItemKind; quantity: number; lit: boolean }[] {
  const groups = new Map<string, { item: Readonly<Item>; kind: ItemKind; quantity: number; lit: boolean }>();
  for (const item of items) {
    const key = item.lit ? item.id : `kind:${item.kind}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { item, kind: turn.kindOf(item), quantity: item.quantity, lit: item.lit });
    else group.quantity += item.quantity;
  }
  return [...groups.values()];
}

/** Things as nouns for a list within a sentence, kinds taken together. */
export function thingNouns(turn: Turn, items: readonly Readonly<Item>[]): Noun[] {
  return atMost(byKind(turn, items), ({ item, kind, quantity }) => itemNoun(item, kind, quantity));
}

/** The names of a list that may be long: those beyond the limit are not made, and the last says how many they are. */
export function atMost<Named>(list: readonly Named[], nounOf: (named: Named) => Noun, most = MAX_NAMES_IN_LINE): Noun[] {
  if (list.length <= most) return list.map((named) => nounOf(named));
  return [...list.slice(0, most - 1).map((named) => nounOf(named)), { text: `${list.length - most + 1} more`, type: "character", id: "" }];
}

type Bearing = "standing" | "sitting" | "resting" | "sleeping" | "away" | "link_dead";
/** Of the lines that say that one is here, and that several are. */
interface Keys { readonly one: string; readonly many: string }

/**
 * A Map, since V8 compiles an object's field by a changing name for the name that it has seen, and all of the function anew when another comes: forty times in
 * a minute where many come and go, some of whom sit (Node 24).
 */
const KEYS: ReadonlyMap<Bearing, Keys> = new Map<Bearing, Keys>([
  ["standing", { one: "look.person", many: "look.people" }],
  ["sitting", { one: "look.person_sitting", many: "look.people_sitting" }],
  ["resting", { one: "look.person_resting", many: "look.people_resting" }],
  ["sleeping", { one: "look.person_sleeping", many: "look.people_sleeping" }],
  ["away", { one: "look.person_away", many: "look.people_away" }],
  ["link_dead", { one: "look.person_link_dead", many: "look.people_link_dead" }],
]);
const keysOf = (bearing: Bearing): Keys => KEYS.get(bearing)!;

export const bearingOf = (person: Readonly<Character>): Bearing => (person.linkDead ? "link_dead" : person.afk !== null ? "away" : person.position);

/** The line that says that somebody is here, and how. */
export const personKey = (person: Readonly<Character>): string => keysOf(bearingOf(person)).one;

/** A few people get a line each, a crowd a line for each bearing. */
function listPeople(turn: Turn, people: readonly Readonly<Character>[]): void {
  if (people.length <= MAX_PEOPLE_LISTED_SINGLY) {
    for (const person of people) turn.toActor(personKey(person), { person: turn.characterNoun(person) }, "room_contents");
    return;
  }
  const groups = new Map<Bearing, Readonly<Character>[]>();
  for (const person of people) {
    const bearing = bearingOf(person);
    const group = groups.get(bearing);
    if (group === undefined) groups.set(bearing, [person]);
    else group.push(person);
  }
  for (const [bearing, group] of groups) {
    if (group.length === 1) turn.toActor(keysOf(bearing).one, { person: turn.characterNoun(group[0]!) }, "room_contents");
    else turn.toActor(keysOf(bearing).many, { people: atMost(group, (person) => turn.characterNoun(person)) }, "room_contents");
  }
}
