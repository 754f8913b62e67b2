/** What one sees of a person, a thing, a detail of the room or a way out of it. */
import type { DetailDef, ExitDef } from "../content.ts";
import type { Refused } from "../decision.ts";
import { matches, type Target } from "../parse/target.ts";
import type { Turn } from "../turn.ts";
import { MAX_HEALTH, MAX_VIGOUR, type Character, type Item } from "../world.ts";
import { exitDoorNoun, isShut, personKey, thingNouns } from "./room-text.ts";

/** Below this share of health or vigour it shows. */
const SHOWS_BELOW = 0.3;

/** Something by name: people first, then things, then details of the room, then ways out and their doors. */
export function lookAtNamed(turn: Turn, target: Target, word: string, options: { closely: boolean }): Refused | void {
  const person = turn.findPerson(target);
  if (person?.type === "character") return person.character.id === turn.actor.id ? lookAtSelf(turn) : lookAtPerson(turn, person.character);
  if (person?.type === "npc") return turn.toActor("prose", { text: turn.npcKind(person.npc).description }, "info");
  const item = findThing(turn, target);
  if (item !== undefined) return lookAtItem(turn, item, options);
  const detail = findDetail(turn.room.details, target);
  if (detail !== undefined) return turn.toActor("prose", { text: detail.text }, "info");
  const exit = turn.exit(word) ?? turn.room.exits.find((candidate) => !candidate.hidden && candidate.door !== null && matches(turn.doorDef(candidate.door).keywords, target.words));
  if (exit !== undefined) return lookThrough(turn, exit);
  return turn.refuse("nothing_like_that", "look.nothing", { word });
}

function findThing(turn: Turn, target: Target): Readonly<Item> | undefined {
  return target.all ? undefined : turn.pick(target, [...turn.carried(), ...turn.worn(), ...turn.onGround()])[0];
}

/** "worn cobbles" finds the cobbles: a description puts words before its nouns. */
function findDetail(details: readonly DetailDef[], target: Target): DetailDef | undefined {
  const last = target.words.at(-1);
  if (last === undefined || target.all) return undefined;
  return details.find((detail) => matches(detail.keywords, target.words)) ?? details.find((detail) => matches(detail.keywords, [last]));
}

/** The inside of a container that stands open. */
export function lookIn(turn: Turn, target: Target, word: string): Refused | void {
  const item = findThing(turn, target);
  if (item === undefined) return turn.refuse("nothing_like_that", "look.nothing", { word });
  if (turn.kindOf(item).container === null) return turn.refuse("not_a_container", "look.not_inside", { item: turn.itemNoun(item) });
  if (!item.open) return turn.refuse("container_closed", "look.door_closed", { door: turn.itemNoun(item) });
  listContents(turn, item);
}

function listContents(turn: Turn, item: Readonly<Item>): void {
  const items = thingNouns(turn, turn.inside(item));
  if (items.length === 0) turn.toActor("look.in_empty", { item: turn.itemNoun(item) }, "info");
  else turn.toActor("look.in", { item: turn.itemNoun(item), items }, "info");
}

function lookAtItem(turn: Turn, item: Readonly<Item>, options: { closely: boolean }): void {
  const kind = turn.kindOf(item);
  turn.toActor("prose", { text: kind.description }, "info");
  if (kind.light) turn.toActor(item.lit ? "look.item_lit" : "look.item_unlit", {}, "info");
  if (item.charges === 0) turn.toActor("look.item_dry", {}, "info");
  if (kind.readText !== null) turn.toActor("look.item_writing", {}, "info");
  if (kind.container?.closable === true) turn.toActor(item.open ? "look.item_open" : "look.item_closed", {}, "info");
  if (!options.closely) return;
  if (kind.container !== null && item.open) listContents(turn, item);
  if (item.charges !== null && item.charges > 1) turn.toActor("look.item_portions", { portions: item.charges }, "info");
  if (kind.fixed) return;
  const weightG = turn.weightOfG(item);
  if (weightG >= 1000) turn.toActor("examine.weight_kg", { weight: Math.round(weightG / 100) / 10 }, "info");
  else turn.toActor("examine.weight_g", { weight: weightG }, "info");
}

function lookAtPerson(turn: Turn, person: Readonly<Character>): void {
  const noun = turn.characterNoun(person);
  turn.toActor(personKey(person), { person: noun }, "info");
  if (person.health < MAX_HEALTH * SHOWS_BELOW) turn.toActor("person.hurt", { person: noun }, "info");
  else if (person.vigour < MAX_VIGOUR * SHOWS_BELOW) turn.toActor("person.worn_out", { person: noun }, "info");
  const { worn, wielded, held } = gearOf(turn, person);
  if (worn.length > 0) turn.toActor("person.wears", { person: noun, items: thingNouns(turn, worn) }, "info");
  if (wielded.length > 0) turn.toActor("person.wields", { person: noun, items: thingNouns(turn, wielded) }, "info");
  if (held.length > 0) turn.toActor("person.holds", { person: noun, items: thingNouns(turn, held) }, "info");
  if (person.position !== "sleeping") turn.toTarget(person.id, "look.target", { actor: turn.me });
}

function lookAtSelf(turn: Turn): void {
  turn.toActor("person.self", { person: turn.characterNoun(turn.actor) }, "info");
  const { worn, wielded, held } = gearOf(turn, turn.actor);
  if (worn.length > 0) turn.toActor("person.self_wears", { items: thingNouns(turn, worn) }, "info");
  if (wielded.length > 0) turn.toActor("person.self_wields", { items: thingNouns(turn, wielded) }, "info");
  if (held.length > 0) turn.toActor("person.self_holds", { items: thingNouns(turn, held) }, "info");
  if (worn.length + wielded.length + held.length === 0) turn.toActor("person.self_bare", {}, "info");
}

function gearOf(turn: Turn, person: Readonly<Character>): { worn: Readonly<Item>[]; wielded: Readonly<Item>[]; held: Readonly<Item>[] } {
  const all = turn.worn(person.id);
  return {
    worn: all.filter((item) => item.slot !== "wielded" && item.slot !== "held"),
    wielded: all.filter((item) => item.slot === "wielded"),
    held: all.filter((item) => item.slot === "held"),
  };
}

/** Along an exit: what the builder says of it, its door, and the place beyond where nothing hides that. */
export function lookThrough(turn: Turn, exit: ExitDef): void {
  if (exit.description !== null) turn.toActor("prose", { text: exit.description }, "info");
  const shut = isShut(turn, exit);
  if (exit.door !== null) turn.toActor(shut ? "look.door_closed" : "look.door_open", { door: exitDoorNoun(turn, exit) }, "info");
  if (shut || exit.description !== null) return;
  if (turn.isLit(exit.to)) turn.toActor("look.beyond", { title: turn.roomDef(exit.to).title }, "info");
  else turn.toActor("look.beyond_dark", {}, "info");
}
