import { defineEntity, p } from "@mikro-orm/core";
import { Character } from "./character.ts";

/** How far a character is with a quest. */
export const QuestProgress = defineEntity({
  name: "QuestProgress",
  tableName: "quest_progress",
  properties: {
    characterId: () => p.manyToOne(Character).mapToPk().primary().fieldName("character_id").updateRule("no action").deleteRule("cascade"),
    questId: p.text().primary(),
    state: p.text().$type<"active" | "done">(),
    step: p.integer(),
    count: p.integer(),
  },
});
