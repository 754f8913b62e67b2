/** What NPCs do when somebody speaks: dialogue, the start of a quest, the `talk` steps of one. */
import type { Turn } from "../turn.ts";
import type { Npc } from "../world.ts";

/** Lets every NPC in the room (or only one) hear the actor's words. */
export function hear(turn: Turn, text: string, only?: Readonly<Npc>): void {
  for (const npc of only === undefined ? turn.npcs() : [only]) turn.signal({ type: "talked", npc: npc.kind, text });
}
