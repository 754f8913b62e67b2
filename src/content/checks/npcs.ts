/** Where NPCs walk, and what their shops trade. */
import { COIN_KIND } from "../../engine/content.ts";
import type { PlacedExit, PlacedSpawn } from "../placed.ts";
import type { Entry } from "../raw-world.ts";
import type { RawNpc } from "../schema/npc.ts";
import type { Survey } from "./survey.ts";
import { areaOf, exitsOf, isFixed } from "./survey.ts";

/** Checks all NPC kinds. */
export function checkNpcs(survey: Survey): void {
  for (const npc of survey.raw.npcs.entries.values()) {
    if (npc.value.wander !== undefined && npc.value.patrol !== undefined) {
      survey.report.mistake(npc.at("patrol"), `'${npc.id}' wanders and patrols`, "Remove one of the two.");
    }
    checkShop(survey, npc);
    checkAtHome(survey, npc);
    if (survey.report.doubts("ids", "npcs")) continue;
    for (const spawn of survey.npcSpawns.get(npc.id) ?? []) {
      checkWander(survey, npc, spawn);
      checkPatrol(survey, npc, spawn);
    }
  }
}

function checkWander(survey: Survey, npc: Entry<RawNpc>, spawn: PlacedSpawn): void {
  const { wander } = npc.value;
  if (wander === undefined || wander.rooms === "area") return;
  for (const [index, room] of wander.rooms.entries()) {
    const place = npc.at("wander", "rooms", index);
    if (areaOf(survey, room) !== spawn.room.area && !wander.rooms.some((other) => waysTo(survey, other, room).length > 0)) {
      survey.report.mistake(place, `'${npc.id}' cannot wander into '${room}', which is in another area and has no way in from its other rooms`, "Add the rooms on the way, or take it from the list.");
    } else if (survey.raw.rooms.entries.get(room)?.value.no_wander === true) {
      survey.report.mistake(place, `'${npc.id}' cannot wander into '${room}', which is closed to wanderers`, "Take no_wander from the room, or the room from the list.");
    }
  }
}

function checkPatrol(survey: Survey, npc: Entry<RawNpc>, spawn: PlacedSpawn): void {
  const { patrol } = npc.value;
  if (patrol === undefined) return;
  const { route } = patrol;
  const at = (index: number) => npc.at("patrol", "route", index);
  if (survey.report.doubts("exits")) return;
  for (const [index, room] of route.entries()) {
    // After the last room the round begins anew.
    const next = route[(index + 1) % route.length] ?? room;
    if (next === room || waysTo(survey, room, next).length > 0) continue;
    const what = index + 1 < route.length ? `no open way leads from '${room}' to '${next}', the next room of the patrol` : `no open way leads from '${room}' back to '${next}', where the patrol begins anew`;
    survey.report.mistake(at((index + 1) % route.length), what, `From '${room}' NPCs can go to ${listed(exitsOf(survey, room).filter((exit) => !exit.value.hidden).map((exit) => exit.value.to))}.`);
  }
  const [first] = route;
  if (first !== undefined && !route.includes(spawn.room.id) && waysTo(survey, spawn.room.id, first).length === 0) {
    survey.report.mistake(npc.at("patrol"), `'${npc.id}' cannot walk from '${spawn.room.id}', where it begins, to its patrol`, "Let it begin in a room of the route.");
  }
}

/** Whoever keeps a shop, or guards an exit, is looked for where it belongs: its goods and its post stay in its area. */
function checkAtHome(survey: Survey, npc: Entry<RawNpc>): void {
  const { wander, patrol, shop, guard } = npc.value;
  if (shop === undefined && guard === undefined) return;
  const areas = new Set([...(wander?.rooms === "area" ? [] : (wander?.rooms ?? [])), ...(patrol?.route ?? [])].map((room) => areaOf(survey, room)));
  for (const { room } of survey.npcSpawns.get(npc.id) ?? []) areas.add(room.area);
  if (areas.size > 1) survey.report.mistake(npc.at(wander === undefined ? "patrol" : "wander"), `'${npc.id}' ${shop === undefined ? "guards an exit" : "keeps a shop"} and cannot walk into another area`, "Keep its rooms in one area.");
}

/** The exits by which an NPC can go there: none that is a secret. */
export function waysTo(survey: Survey, from: string, to: string): readonly PlacedExit[] {
  return exitsOf(survey, from).filter((exit) => exit.value.to === to && !exit.value.hidden);
}

const listed = (names: readonly string[]): string => (names.length === 0 ? "nowhere" : [...new Set(names)].join(", "));

function checkShop(survey: Survey, npc: Entry<RawNpc>): void {
  const { shop } = npc.value;
  if (shop === undefined) return;
  const { raw: { items }, report } = survey;
  const bought = shop.buys === "any" ? [] : shop.buys;
  if (shop.sells.length === 0 && shop.buys !== "any" && bought.length === 0) {
    report.mistake(npc.at("shop"), `the shop of '${npc.id}' neither sells nor buys anything`, null);
  }
  for (const [index, { kind }] of shop.sells.entries()) {
    const place = npc.at("shop", "sells", index);
    if (isFixed(survey, kind)) report.mistake(place, `'${kind}' is fixed and cannot be sold`, "Take 'fixed' from its kind, or sell something else.");
  }
  for (const [index, kind] of bought.entries()) {
    const item = items.entries.get(kind)?.value;
    if (item === undefined) continue;
    const place = npc.at("shop", "buys", index);
    if (item.value === 0) report.mistake(place, `'${kind}' is worth nothing, so that no shop buys it`, "Give it a value.");
    else if (item.quest !== undefined) report.mistake(place, `'${kind}' belongs to a quest and cannot be sold`, "Take it from the list.");
    else if (kind === COIN_KIND) report.mistake(place, "a shop cannot buy coins", "Take them from the list.");
  }
}
