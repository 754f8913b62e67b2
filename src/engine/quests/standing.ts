/** How a character stands to a quest, and what its quests wait for. Questions only; `advance.ts` answers them with events. */
import type { NpcKindId, QuestId } from "../ids.ts";
import { mentions } from "../npc/words.ts";
import type { Turn } from "../turn.ts";

/** `closed`: not begun, and what it requires is not done. */
export type Standing = "closed" | "new" | "active" | "done";

/** How the actor stands to a quest, one that this turn has begun included. */
export function questStanding(turn: Turn, id: QuestId): Standing {
  const progress = turn.actor.quests.get(id);
  if (progress !== undefined) return progress.state;
  if (turn.signals.some((signal) => signal.type === "quest-accepted" && signal.quest === id)) return "active";
  const quest = turn.ctx.content.quests.get(id);
  if (quest === undefined) return "closed";
  return quest.requires.every((required) => turn.actor.quests.get(required)?.state === "done") ? "new" : "closed";
}

/** True when a quest of the actor waits for just these words to this kind of NPC. */
export function awaitsTalk(turn: Turn, npc: NpcKindId, text: string): boolean {
  for (const [id, progress] of turn.actor.quests) {
    const trigger = progress.state === "active" ? turn.ctx.content.quests.get(id)?.steps[progress.step]?.trigger : undefined;
    if (trigger?.type === "talk" && trigger.npc === npc && (trigger.words.length === 0 || mentions(text, trigger.words))) return true;
  }
  return false;
}
