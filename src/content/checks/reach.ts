/** Rooms that nobody can walk to, whatever they carry. */
import type { Survey } from "./survey.ts";
import { exitsOf } from "./survey.ts";

/** Checks that the exits, hidden and locked ones included, lead to every room. */
export function checkReach(survey: Survey): void {
  const { raw: { world, rooms }, report } = survey;
  if (world === null || report.doubts("ids", "exits")) return;
  const { start, safe } = world.value;
  // Who is put into the safe room must get out of it again.
  if (!reachable(survey, [safe]).has(start)) {
    report.mistake(world.at("safe"), `no way leads from the safe room '${safe}' to the start '${start}'`, "Give it an exit that leads back.", "exits");
    return;
  }
  const reached = reachable(survey, [start, safe]);
  for (const room of rooms.entries.values()) {
    if (!reached.has(room.id)) report.mistake(room.at(), `no way leads from the start to the room '${room.id}'`, "Give another room an exit to it.", "exits");
  }
}

/** The rooms that can be walked to from these. */
export function reachable(survey: Survey, from: readonly string[]): ReadonlySet<string> {
  const reached = new Set(from);
  // A set visits what is added while it is walked through.
  for (const room of reached) for (const exit of exitsOf(survey, room)) reached.add(exit.value.to);
  return reached;
}

/** Rooms from which the start cannot be reached again: all but those that a walk backwards from the start comes to. */
export function traps(survey: Survey): readonly string[] {
  const start = survey.raw.world?.value.start;
  if (start === undefined) return [];
  const cameFrom = Map.groupBy(survey.placed.exits, (exit) => exit.value.to);
  const home = new Set([start]);
  for (const room of home) for (const exit of cameFrom.get(room) ?? []) home.add(exit.room.id);
  return [...survey.raw.rooms.entries.keys()].filter((room) => !home.has(room));
}
