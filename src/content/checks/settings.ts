/** The files at the top, and areas: the calendar, channels, climates. */
import { SEASONS } from "../../engine/content.ts";
import type { Place } from "../mistake.ts";
import type { Survey } from "./survey.ts";

/** Checks what is not a room, a thing, somebody or a quest. */
export function checkSettings(survey: Survey): void {
  const { raw, report } = survey;
  const { world } = raw;
  if (world !== null) {
    const { channels, calendar } = world.value;
    checkTwice(survey, "month", calendar.months, (index) => world.at("calendar", "months", index));
    checkTwice(survey, "weekday", calendar.weekdays, (index) => world.at("calendar", "weekdays", index));
    checkTwice(survey, "channel", channels.map((channel) => channel.name), (index) => world.at("channels", index));
  }
  for (const climate of raw.climates.entries.values()) {
    for (const season of SEASONS) {
      const weights = Object.values(climate.value[season]);
      if (weights.some((weight) => weight > 0)) continue;
      report.mistake(climate.at(season), `the climate '${climate.id}' has no weather in ${season}`, `Give it weights: ${season}: {clear: 1}.`);
    }
  }
  if (report.doubts("ids")) return;
  for (const area of raw.areas.entries.values()) {
    const inhabited = [...raw.rooms.entries.values()].some((room) => room.area === area.id);
    // A room too broken to read is there all the same.
    if (!inhabited && raw.rooms.ids.size === raw.rooms.entries.size) {
      report.mistake(area.at(), `the area '${area.id}' has no rooms`, "Write its rooms.yaml, or move its files to another area.");
    }
  }
}

function checkTwice(survey: Survey, noun: string, names: readonly string[], place: (index: number) => Place): void {
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) survey.report.mistake(place(index), `the ${noun} '${name}' appears twice`, null);
  }
}
