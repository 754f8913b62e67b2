import { expect, test } from "vitest";
import { WEATHERS, type ClimateDef, type Weather } from "./content.ts";
import { weatherAt, WEATHER_LASTS_H } from "./weather.ts";

const climate = (id: string, weights: Partial<Record<Weather, number>>): ClimateDef => ({ id, seasons: { spring: weights, summer: weights, autumn: weights, winter: weights } });
const mild = climate("mild", { clear: 4, cloudy: 3, rain: 2, wind: 1 });

test("the same question has the same answer, whoever asks", () => {
  // Written down once: a change of the function would change the weather of every world that runs.
  const day = Array.from({ length: 24 }, (_, hour) => weatherAt(4711, mild, "spring", 900_000 + hour));
  expect(day.map((weather) => weather.slice(0, 2)).join(" ")).toMatchInlineSnapshot(`"ra ra ra cl cl cl cl cl cl cl cl cl cl cl cl cl cl cl wi wi wi ra ra ra"`);
  expect(Array.from({ length: 24 }, (_, hour) => weatherAt(4711, climate("mild", mild.seasons.spring), "spring", 900_000 + hour))).toEqual(day);
});

test("weathers come as often as their weights say", () => {
  const hours = 90_000;
  const count = new Map<Weather, number>(WEATHERS.map((weather) => [weather, 0]));
  for (let hour = 0; hour < hours; hour++) {
    const weather = weatherAt(7, mild, "summer", hour);
    count.set(weather, count.get(weather)! + 1);
  }
  const share = (weather: Weather): number => count.get(weather)! / hours;
  expect(share("clear")).toBeCloseTo(0.4, 1);
  expect(share("cloudy")).toBeCloseTo(0.3, 1);
  expect(share("rain")).toBeCloseTo(0.2, 1);
  expect(share("wind")).toBeCloseTo(0.1, 1);
  expect(share("snow")).toBe(0);
});

test("a weather lasts some hours, and changes at the hours of its climate", () => {
  for (const here of [mild, climate("coast", mild.seasons.spring), climate("moor", mild.seasons.spring)]) {
    const changes: number[] = [];
    for (let hour = 1; hour < 3000; hour++) if (weatherAt(1, here, "spring", hour) !== weatherAt(1, here, "spring", hour - 1)) changes.push(hour);
    expect(changes.length).toBeGreaterThan(500);
    expect(new Set(changes.map((hour) => hour % WEATHER_LASTS_H)).size).toBe(1);
  }
});

test("another seed, another climate: other weather", () => {
  const year = (seed: number, here: ClimateDef): string => Array.from({ length: 300 }, (_, block) => weatherAt(seed, here, "spring", block * WEATHER_LASTS_H)).join();
  expect(year(1, mild)).not.toBe(year(2, mild));
  expect(year(1, mild)).not.toBe(year(1, climate("coast", mild.seasons.spring)));
});

test("the season decides; a season without weather is clear", () => {
  const harsh: ClimateDef = { id: "harsh", seasons: { spring: { rain: 1 }, summer: {}, autumn: { fog: 1 }, winter: { snow: 1 } } };
  expect(weatherAt(1, harsh, "winter", 5)).toBe("snow");
  expect(weatherAt(1, harsh, "autumn", 5)).toBe("fog");
  expect(weatherAt(1, harsh, "summer", 5)).toBe("clear");
});
