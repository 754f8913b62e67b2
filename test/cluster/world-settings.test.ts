import { expect, test } from "vitest";
import { readSettings } from "../../src/cluster/world-settings.ts";
import { setWeatherOf } from "../../src/engine/world-settings.ts";
import { worldTimeAt } from "../../src/engine/clock.ts";
import { Online } from "../../src/runtime/online.ts";
import { WorldNow } from "../../src/world-now.ts";
import { aWorld } from "../support/transcript.ts";

test("weather is set for one climate or for all, for a time or until it is taken back", () => {
  const settings = readSettings([
    { key: "weather", value: { weather: "rain" } },
    { key: "weather:high", value: { weather: "snow", until: "2030-01-01T00:00:00Z" } },
  ], () => undefined);
  const new2030Ms = Date.parse("2030-01-01T00:00:00Z");
  expect(setWeatherOf(settings, "high", new2030Ms - 1)).toBe("snow");
  expect(setWeatherOf(settings, "high", new2030Ms)).toBe("rain");
  expect(setWeatherOf(settings, "mild", 0)).toBe("rain");
  expect(setWeatherOf(readSettings([], () => undefined), "mild", 0)).toBeUndefined();
});

test("a row that makes no sense is named and left out; the others count", () => {
  const bad: string[] = [];
  const settings = readSettings([
    { key: "weather", value: { weather: "frogs" } }, { key: "weather:mild", value: null }, { key: "time_offset", value: "late" },
    { key: "colour", value: 1 }, { key: "quest:", value: { state: "begun" } }, { key: "quest:bridge", value: { state: "begun", text: "They build." } },
  ], (key) => bad.push(key));
  expect(bad).toEqual(["weather", "weather:mild", "time_offset", "colour", "quest:"]);
  expect(settings.quests).toEqual(new Map([["bridge", { state: "begun", text: "They build." }]]));
});

test("the world's clock and weather go by what is set, and by the seed otherwise", () => {
  const { content } = aWorld();
  const nowMs = 1_700_000_000_000;
  let settings = readSettings([], () => undefined);
  const now = new WorldNow({ content, clock: { nowMs: () => nowMs, after: () => () => undefined }, rng: { next: () => 0 }, ids: { item: () => "i" as never }, online: new Online(), settings: () => settings, farTalk: () => true });
  expect(now.time()).toEqual(worldTimeAt(content.world.calendar, nowMs));
  expect(now.weather("mild")).toBe("clear");
  settings = readSettings([{ key: "time_offset", value: 600 }, { key: "weather", value: { weather: "storm" } }], () => undefined);
  expect(now.time()).toEqual(worldTimeAt(content.world.calendar, nowMs + 600_000));
  expect(now.context().weather("mild")).toBe("storm");
});
