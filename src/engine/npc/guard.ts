/** NPCs that stand in a way until they are shown something, or know what the walker has done. */
import type { ExitDef } from "../content.ts";
import type { Refused } from "../decision.ts";
import { conflict } from "../decision.ts";
import type { Turn } from "../turn.ts";
import { npcInSight, npcLine } from "./speak.ts";

/** The refusal of the guard at this exit; undefined when the actor may pass. */
export function guardAgainst(turn: Turn, exit: ExitDef): Refused | undefined {
  for (const npc of turn.npcs()) {
    const guard = turn.npcKind(npc).guard;
    if (guard === null || guard.exit !== exit.name) continue;
    const item = guard.passItem === null ? undefined : [...turn.carried(), ...turn.worn()].find((held) => held.kind === guard.passItem);
    if (item !== undefined) {
      turn.reads(conflict.item(item.id));
      continue;
    }
    if (guard.passQuest !== null) {
      turn.reads(conflict.quests(turn.actor.id));
      const progress = turn.actor.quests.get(guard.passQuest.quest);
      if (progress !== undefined && (guard.passQuest.state === "active" || progress.state === "done")) continue;
    }
    const { key, params } = npcLine(npcInSight(turn, npc), guard.refusal, turn.actor.name);
    return turn.refuse("guarded", key, params);
  }
  return undefined;
}
