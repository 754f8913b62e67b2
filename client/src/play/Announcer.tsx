import type { Game } from "../state/game.ts";
import { useStore } from "../state/store.ts";

/** Says to a screen reader what stands nowhere in the log. */
export function Announcer({ game }: { game: Game }) {
  const { text, nth } = useStore(game.aside);
  return <div className="sr-only" role="status"><span key={nth}>{text}</span></div>;
}
