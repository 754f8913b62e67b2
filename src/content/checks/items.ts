/** Item kinds that contradict themselves, and things in places where they cannot be. */
import { COIN_KIND } from "../../engine/content.ts";
import { MAX_ITEMS_CARRIED, MAX_ITEMS_PER_ROOM, MAX_WEIGHT_CARRIED_G } from "../../limits.ts";
import type { Place } from "../mistake.ts";
import { keywordsOf } from "../names.ts";
import type { PlacedSpawn } from "../placed.ts";
import type { Entry } from "../raw-world.ts";
import type { RawItem } from "../schema/item.ts";
import type { Survey } from "./survey.ts";
import { givenStacks } from "./survey.ts";

/** Checks item kinds and where things lie. */
export function checkItems(survey: Survey): void {
  for (const item of survey.raw.items.entries.values()) {
    checkFlags(survey, item);
    checkContainer(survey, item);
    checkKey(survey, item);
  }
  for (const spawn of survey.placed.spawns.values()) {
    if (spawn.type === "item") checkContents(survey, spawn);
  }
  checkRooms(survey);
  checkStartItems(survey);
  for (const { stack, place } of givenStacks(survey.raw)) checkGiven(survey, stack.kind, place);
}

function checkFlags(survey: Survey, item: Entry<RawItem>): void {
  const { report } = survey;
  const { value } = item;
  const against = (key: string, what: string, hint: string): void => report.mistake(item.at(key), `'${item.id}' ${what}`, hint);
  if (value.stackable && value.container !== undefined) {
    against("stackable", "is stackable and a container", "Each container has its own contents; remove one of the two.");
  }
  if (value.fixed) {
    if (value.slot !== undefined) against("slot", "is fixed and can be worn", "What cannot be taken cannot be worn; remove one of the two.");
    if (value.stackable) against("stackable", "is fixed and stackable", "Nobody can stack what cannot be taken; remove one of the two.");
  } else if (value.weight_g > MAX_WEIGHT_CARRIED_G) {
    against("weight_g", "is heavier than anybody can carry", `At most ${MAX_WEIGHT_CARRIED_G}, or let it be fixed.`);
  }
  if (item.id === COIN_KIND && !value.stackable) against("stackable", "is the money and must be stackable", "Write stackable: true.");
}

function checkContainer(survey: Survey, item: Entry<RawItem>): void {
  const { container } = item.value;
  if (container === undefined) return;
  const { report } = survey;
  const { closable, key, initially } = container;
  if (!closable && initially !== "open") {
    report.mistake(item.at("container", "initially"), `'${item.id}' is ${initially} and cannot be opened`, "Write closable: true.", "locks");
  } else if (!closable && key !== undefined) {
    report.mistake(item.at("container", "key"), `'${item.id}' has a key and cannot be closed`, "Write closable: true.");
  }
  if (initially === "locked" && key === undefined) {
    report.mistake(item.at("container", "initially"), `'${item.id}' is locked and has no key`, "Give it a key, or let it be closed.", "locks");
  }
}

/** A thing that calls itself a key makes players look for the lock. */
function checkKey(survey: Survey, item: Entry<RawItem>): void {
  const { raw, placed, report } = survey;
  if (report.doubts("ids", "locks", "quests")) return;
  if (!(item.value.keywords ?? keywordsOf(item.value.name)).includes("key")) return;
  const opens = [...placed.doors.values()].some((door) => door.value.key === item.id)
    || [...raw.items.entries.values()].some((other) => other.value.container?.key === item.id);
  const serves = [...raw.npcs.entries.values()].some((npc) => npc.value.guard?.pass_item === item.id)
    || [...raw.quests.entries.values()].some((quest) => quest.value.steps.some((step) => [step.fetch, step.deliver, step.use].some((need) => need?.kind === item.id)));
  if (opens || serves || item.value.use !== undefined) return;
  report.mistake(item.at(), `the key '${item.id}' opens nothing`, "Name it as key: of a door or container, or take 'key' from its keywords.");
}

function checkContents(survey: Survey, spawn: PlacedSpawn): void {
  const { raw, report } = survey;
  const item = raw.items.entries.get(spawn.kind);
  if (item === undefined) return;
  if (spawn.contains.length === 0) return;
  const { container } = item.value;
  if (container === undefined) {
    report.mistake(spawn.at("contains"), `'${spawn.kind}' is no container`, "Give its kind a container, or put these things beside it.");
    return;
  }
  if (spawn.quantity > 1) {
    report.mistake(spawn.at("contains"), `${spawn.quantity} containers cannot have one contents`, "Write one entry for each.");
  }
  const things = spawn.contains.reduce((sum, inner) => sum + thingsOf(survey, inner), 0);
  if (things > container.capacity) {
    report.mistake(spawn.at("contains"), `${things} things do not fit into '${spawn.kind}'`, `Its capacity is ${container.capacity}.`);
  }
}

/** How many places it takes: a stack takes one. */
function thingsOf(survey: Survey, { kind, quantity }: { readonly kind: string; readonly quantity: number }): number {
  return survey.raw.items.entries.get(kind)?.value.stackable === false ? quantity : 1;
}

function checkRooms(survey: Survey): void {
  for (const room of survey.raw.rooms.entries.values()) {
    const things = room.value.items.reduce((sum, item) => sum + thingsOf(survey, item), 0);
    if (things > MAX_ITEMS_PER_ROOM) survey.report.mistake(room.at("items"), `${things} things do not fit into one room`, `At most ${MAX_ITEMS_PER_ROOM}.`);
  }
}

function checkStartItems(survey: Survey): void {
  const { raw: { world, items }, report } = survey;
  if (world === null) return;
  const stacks = world.value.start_items;
  const things = stacks.reduce((sum, stack) => sum + thingsOf(survey, stack), 0);
  const weight = stacks.reduce((sum, { kind, quantity }) => sum + (items.entries.get(kind)?.value.weight_g ?? 0) * quantity, 0);
  if (things > MAX_ITEMS_CARRIED) report.mistake(world.at("start_items"), `a new character cannot carry ${things} things`, `At most ${MAX_ITEMS_CARRIED}.`);
  if (weight > MAX_WEIGHT_CARRIED_G) report.mistake(world.at("start_items"), `a new character cannot carry ${weight} g`, `At most ${MAX_WEIGHT_CARRIED_G}.`);
}

function checkGiven(survey: Survey, kind: string, place: Place): void {
  if (survey.raw.items.entries.get(kind)?.value.fixed === true) {
    survey.report.mistake(place, `'${kind}' is fixed and cannot be given to anybody`, "Take 'fixed' from its kind, or give something else.");
  }
}
