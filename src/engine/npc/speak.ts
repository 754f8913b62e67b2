/** How NPCs' lines are worded: a line in quotes is spoken, any other is an action after the name. */
import type { Noun } from "../decision.ts";
import type { CharacterId } from "../ids.ts";
import { SOMEONE } from "../nouns.ts";
import type { Slate } from "../slate.ts";
import type { Npc } from "../world.ts";

/** The message for a builder's line; `{name}` in it is the name of whom it is for. */
export function npcLine(npc: Noun, line: string, name: string): { readonly key: "npc.says" | "npc.does"; readonly params: { readonly npc: Noun; readonly text: string } } {
  const text = line.trim().replaceAll("{name}", () => name);
  const spoken = /^["“]([^]*)["”]$/.exec(text)?.[1];
  return spoken === undefined ? { key: "npc.does", params: { npc, text } } : { key: "npc.says", params: { npc, text: spoken } };
}

/** An NPC says or does a line before everybody in its room, but for those who are asleep (`except`). */
export function speak(slate: Slate, npc: Readonly<Npc>, line: string, name = "", except: readonly CharacterId[] = []): void {
  const { key, params } = npcLine(npcInSight(slate, npc), line, name);
  slate.say({ to: "room", room: npc.room, except }, "npc", key, params, slate.isLit(npc.room) ? slate.npcKind(npc).name : undefined);
}

/** The NPC as those in its room see it: nobody is recognised in the dark. */
export const npcInSight = (slate: Slate, npc: Readonly<Npc>): Noun => (slate.isLit(npc.room) ? slate.npcNoun(npc) : SOMEONE);
