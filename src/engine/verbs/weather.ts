import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import type { DayPhase, Weather } from "../content.ts";

const CLEAR: Readonly<Record<DayPhase, string>> = { night: "weather_now.clear_night", dawn: "weather_now.clear_dawn", day: "weather_now.clear_day", dusk: "weather_now.clear_dusk" };
const OUTDOORS: Readonly<Record<Exclude<Weather, "clear">, string>> = {
  cloudy: "weather_now.cloudy", fog: "weather_now.fog", rain: "weather_now.rain", storm: "weather_now.storm", snow: "weather_now.snow", wind: "weather_now.wind",
};
/** What is heard through a roof; the rest is silent. */
const INDOORS: Readonly<Partial<Record<Weather, string>>> = { rain: "weather_now.indoors_rain", storm: "weather_now.indoors_storm", wind: "weather_now.indoors_wind" };

export const weather: CommandModule = {
  name: "weather",
  aliases: [],
  rank: 60,
  group: "world",
  usage: ["weather"],
  help: "Tells what the sky looks like. Under a roof you can only listen.",
  positions: ANY_POSITION,

  decide(turn) {
    const climate = turn.ctx.content.areas.get(turn.room.area)?.climate ?? "";
    const now = turn.ctx.weather(climate);
    if (turn.room.indoors) return turn.toActor(INDOORS[now] ?? "weather_now.indoors", {}, "info");
    const { phase } = turn.ctx.time;
    if (now === "clear") return turn.toActor(CLEAR[phase], {}, "info");
    turn.toActor(now === "cloudy" && phase === "night" ? "weather_now.cloudy_night" : OUTDOORS[now], {}, "info");
  },
};
