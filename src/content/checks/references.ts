/** Every id that is named somewhere must be defined somewhere. */
import type { Doubt, Place, Report } from "../mistake.ts";
import type { PlacedSpawn } from "../placed.ts";
import type { Entry, RawWorld, Table } from "../raw-world.ts";
import type { RawNpc } from "../schema/npc.ts";
import type { RawQuest } from "../schema/quest.ts";
import { didYouMean } from "../suggest.ts";
import type { Survey } from "./survey.ts";
import { givenStacks } from "./survey.ts";

const NOUNS = ["room", "item kind", "NPC kind", "quest", "climate"] as const;
type Noun = (typeof NOUNS)[number];
const WITH_ARTICLE: Readonly<Record<Noun, string>> = {
  room: "a room", "item kind": "an item kind", "NPC kind": "an NPC kind", quest: "a quest", climate: "a climate",
};

/** Looks ids up and reports those that are not there. */
class Lookup {
  readonly #raw: RawWorld;
  readonly #report: Report;

  constructor(raw: RawWorld, report: Report) {
    this.#raw = raw;
    this.#report = report;
  }

  /** `doubts` names what cannot be judged when the id is unknown. */
  check(noun: Noun, id: string | undefined, place: Place, ...doubts: readonly Doubt[]): void {
    if (id === undefined) return;
    const { ids } = this.#table(noun);
    if (ids.has(id)) return;
    this.#report.mistake(place, `there is no ${noun} '${id}'`, didYouMean(id, ids, this.#elsewhere(id)), ...doubts);
  }

  #table(noun: Noun): Table<unknown> {
    switch (noun) {
      case "room": return this.#raw.rooms;
      case "item kind": return this.#raw.items;
      case "NPC kind": return this.#raw.npcs;
      case "quest": return this.#raw.quests;
      case "climate": return this.#raw.climates;
    }
  }

  /** A name for something of another sort is a common slip. */
  #elsewhere(id: string): string {
    const other = NOUNS.find((noun) => this.#table(noun).ids.has(id));
    return other === undefined ? "Define it, or name one that exists." : `'${id}' is the id of ${WITH_ARTICLE[other]}.`;
  }
}

/** Reports every reference that leads nowhere. */
export function checkReferences(survey: Survey): void {
  const { raw, placed, report } = survey;
  if (report.doubts("ids")) return;
  const lookup = new Lookup(raw, report);
  const { world } = raw;
  if (world !== null) {
    lookup.check("room", world.value.start, world.at("start"), "exits");
    lookup.check("room", world.value.safe, world.at("safe"), "exits");
  }
  for (const area of raw.areas.entries.values()) lookup.check("climate", area.value.climate, area.at("climate"));
  for (const exit of placed.exits) {
    lookup.check("room", exit.value.to, exit.place, "exits");
  }
  for (const door of placed.doors.values()) lookup.check("item kind", door.value.key, door.at("key"), "locks");
  for (const spawn of placed.spawns.values()) checkSpawn(spawn, lookup);
  for (const { stack, place } of givenStacks(raw)) lookup.check("item kind", stack.kind, place, "sources");
  checkItems(raw, lookup);
  for (const npc of raw.npcs.entries.values()) checkNpc(npc, lookup);
  for (const quest of raw.quests.entries.values()) checkQuest(quest, lookup);
}

function checkSpawn(spawn: PlacedSpawn, lookup: Lookup): void {
  if (spawn.type === "npc") lookup.check("NPC kind", spawn.kind, spawn.place, "npcs", "sources");
  else lookup.check("item kind", spawn.kind, spawn.place, "sources");
}

function checkItems(raw: RawWorld, lookup: Lookup): void {
  for (const item of raw.items.entries.values()) {
    const { container, use, quest } = item.value;
    lookup.check("item kind", container?.key, item.at("container", "key"), "locks");
    lookup.check("room", use?.room, item.at("use", "room"), "quests");
    lookup.check("NPC kind", use?.dismisses, item.at("use", "dismisses"), "locks");
    lookup.check("quest", quest, item.at("quest"));
  }
}

function checkNpc(npc: Entry<RawNpc>, lookup: Lookup): void {
  const { wander, patrol, dialogue, shop, guard } = npc.value;
  const rooms = wander === undefined || wander.rooms === "area" ? [] : wander.rooms;
  for (const [index, room] of rooms.entries()) lookup.check("room", room, npc.at("wander", "rooms", index), "npcs");
  for (const [index, room] of (patrol?.route ?? []).entries()) lookup.check("room", room, npc.at("patrol", "route", index), "npcs");
  for (const [index, { gives, when }] of dialogue.entries()) {
    lookup.check("quest", gives, npc.at("dialogue", index, "gives"), "quests");
    lookup.check("quest", when?.quest, npc.at("dialogue", index, "when", "quest"), "quests");
  }
  for (const [index, { kind }] of (shop?.sells ?? []).entries()) lookup.check("item kind", kind, npc.at("shop", "sells", index), "sources");
  const bought = shop === undefined || shop.buys === "any" ? [] : shop.buys;
  for (const [index, kind] of bought.entries()) lookup.check("item kind", kind, npc.at("shop", "buys", index));
  lookup.check("item kind", guard?.pass_item, npc.at("guard", "pass_item"), "locks");
  lookup.check("quest", guard?.pass_quest?.quest, npc.at("guard", "pass_quest", "quest"), "locks", "quests");
}

function checkQuest(quest: Entry<RawQuest>, lookup: Lookup): void {
  lookup.check("NPC kind", quest.value.giver, quest.at("giver"), "quests");
  for (const [index, id] of quest.value.requires.entries()) lookup.check("quest", id, quest.at("requires", index), "quests");
  for (const [index, { visit, fetch, deliver, talk, use }] of quest.value.steps.entries()) {
    lookup.check("room", visit, quest.at("steps", index, "visit"), "quests");
    lookup.check("item kind", fetch?.kind, quest.at("steps", index, "fetch"), "quests");
    lookup.check("item kind", deliver?.kind, quest.at("steps", index, "deliver"), "quests");
    lookup.check("NPC kind", deliver?.npc, quest.at("steps", index, "deliver", "npc"), "quests");
    lookup.check("NPC kind", talk?.npc, quest.at("steps", index, "talk"), "quests");
    lookup.check("item kind", use?.kind, quest.at("steps", index, "use"), "quests");
    lookup.check("room", use?.room, quest.at("steps", index, "use", "room"), "quests");
  }
}
