/** The world's clock: a function of real time and the calendar, so that every process agrees without asking. */
import type { CalendarDef, DayPhase, Season } from "./content.ts";
import { SEASONS } from "./content.ts";

export interface WorldTime {
  /** Days of the world since real time 0. */
  readonly dayNumber: number;
  readonly year: number;
  readonly month: string;
  /** 1-based. */
  readonly dayOfMonth: number;
  readonly weekday: string;
  readonly hour: number;
  readonly minute: number;
  readonly phase: DayPhase;
  readonly season: Season;
  /** Hours of the world since real time 0: what changes once an hour derives from it. */
  readonly hourNumber: number;
}

/** Night until 5, dawn until 7, day until 19, dusk until 21, then night. */
export function phaseAt(hour: number): DayPhase {
  if (hour < 5 || hour >= 21) return "night";
  if (hour < 7) return "dawn";
  if (hour < 19) return "day";
  return "dusk";
}

/** The time in the world at a real time. `nowMs` is milliseconds since 1970. */
export function worldTimeAt(calendar: CalendarDef, nowMs: number): WorldTime {
  const dayMs = calendar.dayMinutes * 60_000;
  const dayNumber = Math.floor(nowMs / dayMs);
  const minuteOfDay = Math.floor(((nowMs - dayNumber * dayMs) / dayMs) * 1440);
  const hour = Math.floor(minuteOfDay / 60);
  const daysPerYear = calendar.daysPerMonth * calendar.months.length;
  const dayOfYear = dayNumber % daysPerYear;
  const month = Math.floor(dayOfYear / calendar.daysPerMonth);
  const quarter = Math.floor((dayOfYear * 4) / daysPerYear);
  return {
    dayNumber,
    year: calendar.yearAtEpoch + Math.floor(dayNumber / daysPerYear),
    month: calendar.months[month]!,
    dayOfMonth: (dayOfYear % calendar.daysPerMonth) + 1,
    weekday: calendar.weekdays[dayNumber % calendar.weekdays.length]!,
    hour,
    minute: minuteOfDay % 60,
    phase: phaseAt(hour),
    season: SEASONS[quarter]!,
    hourNumber: dayNumber * 24 + hour,
  };
}
