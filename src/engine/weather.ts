/** The weather: a function of the world's seed, the climate and the hour, so that every process agrees without asking. */
import { WEATHERS, type ClimateDef, type Season, type Weather } from "./content.ts";
import { hashNumbers, hashText } from "./hash.ts";

/** Hours of the world for which a weather lasts at least. */
export const WEATHER_LASTS_H = 3;

/**
 * The weather of a climate in an hour of the world (`WorldTime.hourNumber`). It is drawn anew every
 * WEATHER_LASTS_H hours by the weights of the season; climates do not change all in the same hour.
 */
export function weatherAt(seed: number, climate: ClimateDef, season: Season, hourNumber: number): Weather {
  const own = hashText(climate.id);
  const block = Math.floor((hourNumber + (own % WEATHER_LASTS_H)) / WEATHER_LASTS_H);
  const weights = climate.seasons[season];
  let total = 0;
  for (const weather of WEATHERS) total += weights[weather] ?? 0;

  let left = (hashNumbers(seed, own, block) / 0x1_0000_0000) * total;
  for (const weather of WEATHERS) {
    const weight = weights[weather] ?? 0;
    if (left < weight) return weather;
    left -= weight;
  }
  return "clear";
}
