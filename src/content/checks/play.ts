/** What stays shut for ever, whatever players do: found by playing the world through. */
import { Playthrough } from "./playthrough.ts";
import type { Survey } from "./survey.ts";
import { exitsOf, isFixed } from "./survey.ts";

/** Plays the world through and reports what stays shut, at its root. */
export function checkPlay(survey: Survey): void {
  const { raw, report } = survey;
  if (raw.world === null || report.doubts("ids", "exits", "locks", "sources", "npcs", "quests")) return;
  const start = [raw.world.value.start, raw.world.value.safe];
  const play = new Playthrough(survey, start);
  if (reportDark(survey, play) > 0) return;
  // A quest behind a shut door fails because of the door; only without shut doors is it the quest itself.
  if (reportShut(survey, play) === 0) reportStuck(survey, play);
}

/** Dark rooms in which something is to be done, in a world where nobody ever finds a light. */
function reportDark(survey: Survey, play: Playthrough): number {
  if (play.hasLight()) return 0;
  let dark = 0;
  for (const room of survey.raw.rooms.entries.values()) {
    if (!play.rooms.has(room.id) || play.sees(room.id)) continue;
    const things = room.value.items.some(({ kind }) => !isFixed(survey, kind));
    const doors = exitsOf(survey, room.id).some((exit) => !play.rooms.has(exit.value.to) && (survey.placed.doors.get(exit.door ?? "")?.value.initially ?? "open") !== "open");
    if (!things && !doors) continue;
    dark += 1;
    survey.report.mistake(room.at("dark"), `'${room.id}' is dark, and there is no light within reach`, "In the dark nothing can be taken or opened; put a light before it.");
  }
  return dark;
}

function reportShut(survey: Survey, play: Playthrough): number {
  const { placed, report } = survey;
  let shut = 0;
  for (const room of play.rooms) {
    for (const exit of exitsOf(survey, room)) {
      const guard = play.guardAt(exit);
      const door = exit.door === null ? undefined : placed.doors.get(exit.door);
      if (!play.unlocks(exit) && door !== undefined) {
        report.mistake(door.at("key"), `the door '${door.id}' can never be opened: its key '${door.value.key}' is out of reach`, "It lies behind this door, or behind what depends on it.");
      } else if (guard !== undefined) {
        report.mistake(guard.at("guard"), `nobody can ever pass the guard '${guard.id}': what it asks for is out of reach`, "It lies behind this guard, or behind what depends on it.");
      } else {
        continue;
      }
      shut += 1;
    }
  }
  for (const spawn of placed.spawns.values()) {
    if (spawn.type !== "item" || !play.touches(spawn) || play.unlocksBox(spawn)) continue;
    shut += 1;
    report.mistake(spawn.place, `'${spawn.id}' can never be opened: its key is out of reach`, "It lies inside, or behind what depends on it.");
  }
  return shut;
}

function reportStuck(survey: Survey, play: Playthrough): void {
  const { raw, report } = survey;
  for (const quest of raw.quests.entries.values()) {
    if (play.isDone(quest)) continue;
    const stuck = play.steps.get(quest.id);
    const after = quest.value.requires.some((id) => {
      const required = raw.quests.entries.get(id);
      return required !== undefined && !play.isDone(required);
    });
    if (stuck !== undefined) {
      report.mistake(quest.at("steps", stuck), `the step '${quest.value.steps[stuck]?.id}' of '${quest.id}' can never be done: what it needs is out of reach`, "It depends on something that comes after it.");
    } else if (!after) {
      report.mistake(quest.at("giver"), `the quest '${quest.id}' can never begin: its giver, or what its dialogue waits for, is out of reach`, "It depends on something that comes after it.");
    }
  }
}
