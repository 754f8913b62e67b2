/** Exits and doors: names that clash, doors that are no doors, locks without keys, guards without exits. */
import { DIRECTIONS } from "../../engine/content.ts";
import type { PlacedDoor, PlacedExit } from "../placed.ts";
import type { Entry } from "../raw-world.ts";
import type { RawRoom } from "../schema/room.ts";
import { didYouMean } from "../suggest.ts";
import type { Survey } from "./survey.ts";
import { exitsOf } from "./survey.ts";

/** What players type for a direction. */
const SHORT: Readonly<Record<string, string>> = {
  n: "north", e: "east", s: "south", w: "west", u: "up", d: "down",
  ne: "northeast", nw: "northwest", se: "southeast", sw: "southwest",
};
const isDirection = (name: string): boolean => (DIRECTIONS as readonly string[]).includes(name);

/** Checks all exits and doors. */
export function checkExits(survey: Survey): void {
  for (const room of survey.raw.rooms.entries.values()) checkNames(survey, room);
  checkDoors(survey);
  checkGuards(survey);
}

function checkNames(survey: Survey, room: Entry<RawRoom>): void {
  const { report } = survey;
  const exits = exitsOf(survey, room.id);
  const owners = new Map<string, PlacedExit>();
  for (const exit of exits) {
    const long = SHORT[exit.name];
    if (long !== undefined) report.mistake(exit.place, `'${exit.name}' is what players type for ${long}`, `Write '${long}'.`);
    owners.set(exit.name, exit);
  }
  for (const exit of exits) {
    for (const [index, alias] of exit.value.aliases.entries()) {
      const place = room.at("exits", exit.name, "aliases", index);
      const name = SHORT[alias] ?? alias;
      if (isDirection(name) && name !== exit.name) {
        report.mistake(place, `the alias '${alias}' of '${exit.name}' is a direction`, "Players would take it for one; use another word.");
        continue;
      }
      const owner = owners.get(name);
      if (owner !== undefined && owner !== exit) {
        report.mistake(place, `the alias '${alias}' of '${exit.name}' also means '${owner.name}'`, "Use another word.");
      }
      owners.set(name, exit);
    }
  }
}

function checkDoors(survey: Survey): void {
  const { placed, report } = survey;
  const users = Map.groupBy(placed.exits.filter((exit) => exit.door !== null), (exit) => exit.door ?? "");
  for (const [id, exits] of users) {
    const door = placed.doors.get(id);
    if (door === undefined) {
      if (report.doubts("locks")) continue;
      const hint = didYouMean(id, placed.doors.keys(), "Define it on one side: door: {id, name, ...}.");
      for (const exit of exits) report.mistake(exit.doorPlace, `the door '${id}' is defined nowhere`, hint);
      continue;
    }
    checkLock(survey, door);
    const [here, there, third] = exits;
    if (third !== undefined) {
      report.mistake(third.doorPlace, `the door '${id}' is used by more than two exits`, "A door has two sides; define another one.");
    } else if (here !== undefined && there !== undefined && !(here.value.to === there.room.id && there.value.to === here.room.id)) {
      report.mistake(there.doorPlace, `the door '${id}' is on two exits that do not lead to each other`, `The other one is '${here.name}' of '${here.room.id}'.`);
    }
  }
}

function checkLock(survey: Survey, door: PlacedDoor): void {
  const { initially, key } = door.value;
  if (initially === "locked" && key === undefined) {
    survey.report.mistake(door.at("initially"), `the door '${door.id}' is locked and has no key`, "Give it a key, or let it be closed.", "locks");
  }
}

function checkGuards(survey: Survey): void {
  const { raw, report, npcSpawns } = survey;
  for (const [kind, npc] of raw.npcs.entries) {
    const { guard } = npc.value;
    if (guard === undefined) continue;
    const dismissed = [...raw.items.entries.values()].some((item) => item.value.use?.dismisses === kind);
    if (guard.pass_item === undefined && guard.pass_quest === undefined && !dismissed && !report.doubts("ids", "sources")) {
      report.mistake(npc.at("guard"), `nobody can ever pass the guard '${kind}'`, "Give it a pass_item or a pass_quest, or an item that dismisses it.", "locks");
    }
    if (report.doubts("ids", "exits")) continue;
    for (const spawn of npcSpawns.get(kind) ?? []) {
      const exits = exitsOf(survey, spawn.room.id);
      if (exits.some((exit) => exit.name === guard.exit)) continue;
      const meant = SHORT[guard.exit] ?? exits.find((exit) => exit.value.aliases.includes(guard.exit))?.name;
      const names = exits.map((exit) => exit.name);
      const hint = meant === undefined ? didYouMean(guard.exit, names, `It has ${names.join(", ")}.`) : `Write '${meant}'.`;
      report.mistake(npc.at("guard", "exit"), `'${kind}' guards '${guard.exit}', which the room '${spawn.room.id}' does not have`, hint, "locks");
    }
  }
}
