/** Where words of a player's own are let through: whoever has been muted is told so, plainly, instead of being heard. */
import type { Refused } from "../decision.ts";
import { durationWords, muteOf } from "../staff.ts";
import type { Turn } from "../turn.ts";

/** Undefined: the actor may say these words, and the decision tells that it did. */
export function refuseIfMuted(turn: Turn, words: string): Refused | undefined {
  const mute = muteOf(turn.actor, turn.ctx.nowMs);
  if (mute === undefined) {
    turn.speaks(words);
    return undefined;
  }
  if (mute.untilMs === null) return turn.refuse("muted", "muted.ever", { reason: mute.reason });
  return turn.refuse("muted", "muted.for", { reason: mute.reason, time: durationWords(mute.untilMs - turn.ctx.nowMs) });
}
