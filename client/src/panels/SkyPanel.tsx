import type { ClockView } from "../../sdk/index.ts";
import { capitalised, skyOf } from "../state/words.ts";

const timeOf = ({ hour, minute }: ClockView): string => `${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`;

/** The time of the world and its weather, in one line for the head of the page. */
export function SkyLine({ clock, weather }: { clock: ClockView | null; weather: string }) {
  if (clock === null) return <p className="sky" />;
  return (
    <p className="sky" data-phase={clock.phase}>
      <span className="sky-phase">{capitalised(clock.phase)}, {timeOf(clock)}</span>
      <span className="sky-weather">{skyOf(weather)}</span>
    </p>
  );
}

/** The clock, the calendar and the weather of the world. */
export function SkyPanel({ clock, weather }: { clock: ClockView | null; weather: string }) {
  if (clock === null) return <p className="empty">{"\u2026"}</p>;
  return (
    <dl className="facts">
      <div><dt>Time</dt><dd>{timeOf(clock)}, {clock.phase}</dd></div>
      <div><dt>Weather</dt><dd>{skyOf(weather)}</dd></div>
      <div><dt>Date</dt><dd>{clock.weekday}, {clock.day} {clock.month} {clock.year}</dd></div>
      <div><dt>Season</dt><dd>{clock.season}</dd></div>
    </dl>
  );
}
