/** What an NPC has to say to words it hears. */
import type { DialogueDef } from "../content.ts";
import { questStanding } from "../quests/standing.ts";
import type { Turn } from "../turn.ts";
import type { Npc } from "../world.ts";
import { mentions } from "./words.ts";

/** The first entry that the text names and that is meant for how the actor stands to its quest. */
export function answerTo(turn: Turn, npc: Readonly<Npc>, text: string): DialogueDef | undefined {
  return turn.npcKind(npc).dialogue.find((entry) => (entry.when === null || questStanding(turn, entry.when.quest) === entry.when.state) && mentions(text, entry.words));
}
