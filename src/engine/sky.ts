/** Day phases and weather, told to whoever is outdoors. */
import { phaseAt } from "./clock.ts";
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import type { Weather } from "./content.ts";
import { hasListeners, sleepersIn } from "./listeners.ts";
import { Slate } from "./slate.ts";
import type { ReadonlyArea } from "./world.ts";

/** A change seen that late, in hours of the world, is no news: the area has slept. */
const NEWS_H = 2;
const ENDS: ReadonlySet<Weather> = new Set(["fog", "rain", "storm", "snow", "wind"]);

/** What changed in the sky since an hour; nothing to say is no decision. */
export function skyChanges(area: ReadonlyArea, ctx: EngineContext, before: { readonly lastHourNumber: number; readonly lastWeather: Weather }): Accepted[] {
  const { hourNumber, phase } = ctx.time;
  if (hourNumber < before.lastHourNumber || hourNumber - before.lastHourNumber > NEWS_H) return [];
  const weather = ctx.weather(area.def.climate);
  const keys: string[] = [];
  if (phaseAt(before.lastHourNumber % 24) !== phase) keys.push(`sky.${phase}`);
  if (weather !== before.lastWeather) {
    if (ENDS.has(before.lastWeather)) keys.push(`weather.ends.${before.lastWeather}`);
    keys.push(`weather.${weather}`);
  }
  if (keys.length === 0) return [];

  const slate = new Slate(area, ctx);
  let told = false;
  for (const room of area.rooms.keys()) {
    if (slate.roomDef(room).indoors || !hasListeners(slate, room)) continue;
    told = true;
    for (const key of keys) slate.say({ to: "room", room, except: sleepersIn(slate, room) }, "ambiance", key);
  }
  return told ? [slate.accept()] : [];
}
