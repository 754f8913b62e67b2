/** Locks, guards: what is needed to pass must be somewhere. Where exactly is seen in play. */
import type { Place } from "../mistake.ts";
import type { Survey } from "./survey.ts";
import { obtainable } from "./survey.ts";

/** Something that opens only to who holds a thing. */
export interface Lock {
  readonly what: string;
  readonly key: string;
  readonly place: Place;
}

/** Checks that whatever is locked at first can be unlocked, and that guards want things that exist. */
export function checkLocks(survey: Survey): void {
  const { raw, placed, report } = survey;
  if (report.doubts("ids", "locks", "sources")) return;
  const locks: Lock[] = [];
  for (const door of placed.doors.values()) {
    const { initially, key } = door.value;
    if (initially === "locked" && key !== undefined) locks.push({ what: `the key of the door '${door.id}'`, key, place: door.at("key") });
  }
  for (const item of raw.items.entries.values()) {
    const { container } = item.value;
    if (container?.initially === "locked" && container.key !== undefined) locks.push({ what: `the key of '${item.id}'`, key: container.key, place: item.at("container", "key") });
  }
  for (const npc of raw.npcs.entries.values()) {
    const { guard } = npc.value;
    if (guard?.pass_item !== undefined && guard.pass_quest === undefined) locks.push({ what: `what the guard '${npc.id}' wants to see`, key: guard.pass_item, place: npc.at("guard", "pass_item") });
  }
  for (const { what, key, place } of locks) {
    const item = raw.items.entries.get(key);
    if (item?.value.fixed === true) report.mistake(place, `'${key}', ${what}, is fixed and cannot be carried`, "Take 'fixed' from its kind.", "locks");
    else if (item !== undefined && obtainable(survey, key) === 0) report.mistake(place, `nobody can get '${key}', ${what}`, "Put it in a room or a shop, or let a quest give it.", "locks");
  }
}
