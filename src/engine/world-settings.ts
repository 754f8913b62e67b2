/** What an operator has set for the whole world: it goes before what the clock and the seed say. */
import type { Weather } from "./content.ts";

/** Weather that holds until it is taken back, or for a time. */
export interface SetWeather {
  readonly weather: Weather;
  /** ms since 1970; null: until it is taken back. */
  readonly untilMs: number | null;
}

/** The state of a quest of the whole world, as clients and NPCs may be told of it. */
export interface WorldQuest {
  readonly state: string;
  readonly text: string | null;
}

export interface WorldSettings {
  /** By climate; `*` is every climate that has none of its own. */
  readonly weather: ReadonlyMap<string, SetWeather>;
  /** The world's clock is so much ahead of what real time says, in ms of real time. */
  readonly timeOffsetMs: number;
  readonly quests: ReadonlyMap<string, WorldQuest>;
}

export const NO_SETTINGS: WorldSettings = { weather: new Map(), timeOffsetMs: 0, quests: new Map() };

/** The weather set for a climate now; undefined: none. */
export function setWeatherOf(settings: WorldSettings, climate: string, nowMs: number): Weather | undefined {
  for (const key of [climate, "*"]) {
    const set = settings.weather.get(key);
    if (set !== undefined && (set.untilMs === null || set.untilMs > nowMs)) return set.weather;
  }
  return undefined;
}
