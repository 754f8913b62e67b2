/** What NPCs do when somebody speaks: dialogue, the start of a quest, the `talk` steps of one. */
import { MAX_NPCS_ANSWERING } from "../../limits.ts";
import type { NpcKindId } from "../ids.ts";
import { awaitsTalk, questStanding } from "../quests/standing.ts";
import { pickOne } from "../rng.ts";
import type { Turn } from "../turn.ts";
import type { Npc } from "../world.ts";
import { answerTo } from "./dialogue.ts";
import { speak } from "./speak.ts";
import { mentions } from "./words.ts";

/**
 * Lets every NPC in the room (or only one) hear the actor's words. Those called by name answer first, one of
 * each kind, a few at most; one that is called and knows nothing of it may be puzzled.
 */
export function hear(turn: Turn, text: string, only?: Readonly<Npc>): void {
  const listeners = only === undefined ? turn.npcs() : [only];
  const isCalled = (npc: Readonly<Npc>): boolean => only !== undefined || mentions(text, turn.npcKind(npc).keywords);
  for (const npc of listeners) turn.signal({ type: "talked", npc: npc.kind, text });

  const called = listeners.filter(isCalled);
  const answered = new Set<NpcKindId>();
  let puzzled = false;
  for (const npc of [...called, ...listeners.filter((other) => !called.includes(other))]) {
    if (answered.size >= MAX_NPCS_ANSWERING) return;
    if (answered.has(npc.kind)) continue;
    const entry = answerTo(turn, npc, text);
    if (entry !== undefined) {
      answered.add(npc.kind);
      for (const line of entry.reply) speak(turn, npc, line, turn.actor.name);
      if (entry.gives !== null && questStanding(turn, entry.gives) === "new") turn.signal({ type: "quest-accepted", quest: entry.gives });
    } else if (!puzzled && called.includes(npc) && !awaitsTalk(turn, npc.kind, text)) {
      const line = pickOne(turn.ctx.rng, turn.npcKind(npc).puzzled);
      if (line === undefined) continue;
      puzzled = true;
      answered.add(npc.kind);
      speak(turn, npc, line, turn.actor.name);
    }
  }
}
