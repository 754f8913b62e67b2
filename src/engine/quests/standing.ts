/** How a character stands to a quest, and what its quests wait for. Questions only; `advance.ts` answers them with events. */
import type { QuestDef, QuestStepDef } from "../content.ts";
import type { KindId, NpcKindId, QuestId } from "../ids.ts";
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

/** The actor's active quests with the step to do next. */
export function activeSteps(turn: Turn): { readonly quest: QuestDef; readonly step: QuestStepDef; readonly count: number }[] {
  const found = [];
  for (const [id, progress] of turn.actor.quests) {
    if (progress.state !== "active") continue;
    const quest = turn.ctx.content.quests.get(id);
    const step = quest?.steps[progress.step];
    if (quest !== undefined && step !== undefined) found.push({ quest, step, count: progress.count });
  }
  return found;
}

/** True when a quest waits for just these words to this kind of NPC. */
export function awaitsTalk(turn: Turn, npc: NpcKindId, text: string): boolean {
  return activeSteps(turn).some(({ step }) => step.trigger.type === "talk" && step.trigger.npc === npc && (step.trigger.words.length === 0 || mentions(text, step.trigger.words)));
}

/** How many of a kind the actor's quests still want brought to this kind of NPC; 0: it has no use for it. */
export function deliveryWanted(turn: Turn, npc: NpcKindId, kind: KindId): number {
  let wanted = 0;
  for (const { step, count } of activeSteps(turn)) {
    if (step.trigger.type === "deliver" && step.trigger.npc === npc && step.trigger.kind === kind) wanted += step.trigger.count - count;
  }
  return wanted;
}
