import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";
import { capitalised, skyOf } from "../state/words.ts";

/** The time of the world and its weather. */
export function Sky({ game }: { game: Game }) {
  const { clock, weather } = useStore(game.view);
  if (clock === null) return <p className="sky" />;
  const time = `${String(clock.hour).padStart(2, "0")}:${String(clock.minute).padStart(2, "0")}`;
  return (
    <p className="sky" data-phase={clock.phase}>
      <span className="sky-phase">{capitalised(clock.phase)}, {time}</span>
      <span className="sky-weather">{skyOf(weather)}</span>
      <span className="sky-date">{clock.weekday}, {clock.day} {clock.month}, {clock.season}</span>
    </p>
  );
}
