import type { CommandModule } from "../command.ts";
import { ANY_POSITION } from "../command.ts";
import { countText } from "../nouns.ts";

export const time: CommandModule = {
  name: "time",
  aliases: ["date"],
  rank: 60,
  group: "world",
  usage: ["time"],
  help: "Tells the hour and the date in the world.",
  positions: ANY_POSITION,

  decide(turn) {
    const { hour, weekday, dayOfMonth, month, year, season } = turn.ctx.time;
    turn.toActor(keyFor(hour), { hour: countText(hour % 12 === 0 ? 12 : hour % 12) }, "info");
    turn.toActor("time.date", { weekday, day: dayOfMonth, month, year, season }, "info");
  },
};

/** Words for a part of the day, as people say them; `phaseAt` is about the light. */
function keyFor(hour: number): string {
  if (hour === 0) return "time.midnight";
  if (hour < 5 || hour >= 21) return "time.night";
  if (hour < 12) return "time.morning";
  if (hour === 12) return "time.noon";
  return hour < 18 ? "time.afternoon" : "time.evening";
}
