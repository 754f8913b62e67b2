/** Quests. */
import type { QuestDef, QuestTrigger } from "../../engine/content.ts";
import type { KindId, NpcKindId, QuestId, RoomId } from "../../engine/ids.ts";
import { asId } from "../../engine/ids.ts";
import type { Entry } from "../raw-world.ts";
import type { RawQuest, RawStep } from "../schema/quest.ts";
import { buildStacks, optionalId } from "./parts.ts";

/** A quest as the engine reads it. */
export function buildQuest({ id, value }: Entry<RawQuest>): QuestDef {
  return {
    id: asId<QuestId>(id),
    name: value.name,
    summary: value.summary,
    giver: asId<NpcKindId>(value.giver),
    requires: value.requires.map((quest) => asId<QuestId>(quest)),
    steps: value.steps.map((step) => ({
      id: step.id,
      text: step.text,
      trigger: buildTrigger(step),
      doneText: step.done_text ?? null,
      gives: buildStacks(step.gives),
    })),
    startGives: buildStacks(value.start_gives),
    rewards: { coins: value.rewards.coins, items: buildStacks(value.rewards.items) },
    doneText: value.done_text ?? `You have completed "${value.name}".`,
  };
}

/** The schema has made sure that a step has exactly one trigger. */
export function buildTrigger(step: RawStep): QuestTrigger {
  if (step.visit !== undefined) return { type: "visit", room: asId<RoomId>(step.visit) };
  if (step.fetch !== undefined) return { type: "fetch", kind: asId<KindId>(step.fetch.kind), count: step.fetch.count };
  if (step.deliver !== undefined) {
    return { type: "deliver", kind: asId<KindId>(step.deliver.kind), npc: asId<NpcKindId>(step.deliver.npc), count: step.deliver.count };
  }
  if (step.talk !== undefined) return { type: "talk", npc: asId<NpcKindId>(step.talk.npc), words: step.talk.words };
  if (step.use !== undefined) return { type: "use", kind: asId<KindId>(step.use.kind), room: optionalId<RoomId>(step.use.room) };
  throw new Error("a quest step without a trigger came past its schema");
}
