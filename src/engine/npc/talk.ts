/** NPCs that speak unasked: to those who have just come in, and to nobody in particular. */
import { GREETING_WINDOW_MS } from "../../limits.ts";
import { hashText } from "../hash.ts";
import type { CharacterId } from "../ids.ts";
import { hasListeners, sleepersIn } from "../listeners.ts";
import { around, pickOne } from "../rng.ts";
import type { Slate } from "../slate.ts";
import { holds } from "../verbs/room-text.ts";
import type { Npc } from "../world.ts";
import { speak } from "./speak.ts";

/** Since when a character has been in its room, as the ticks saw it. */
export type Presence = ReadonlyMap<CharacterId, { readonly room: string; readonly sinceMs: number }>;

/** Nobody is greeted at once: the greeter looks up first, for so long and up to so much longer. */
const LOOKS_UP_MS = 500;
const LOOKS_UP_SPREAD_MS = 2_000;

/** Whom the NPC greets now, and since when it would have: somebody awake who came in a moment ago. */
export function greetingDue(slate: Slate, npc: Readonly<Npc>, presence: Presence): { readonly whom: CharacterId; readonly dueMs: number } | undefined {
  const { greet } = slate.npcKind(npc);
  if (greet === null) return undefined;
  const { nowMs } = slate.ctx;
  for (const id of slate.area.rooms.get(npc.room)?.characters ?? []) {
    const sinceMs = presence.get(id)?.sinceMs ?? nowMs;
    if (nowMs - sinceMs > GREETING_WINDOW_MS) continue;
    const dueMs = sinceMs + LOOKS_UP_MS + (hashText(`${npc.id} ${id} ${sinceMs}`) % LOOKS_UP_SPREAD_MS);
    if (dueMs > nowMs || (npc.greetedMs.get(id) ?? -Infinity) + greet.cooldownS * 1000 > nowMs) continue;
    const character = slate.area.characters.get(id);
    if (character !== undefined && character.position !== "sleeping" && !character.linkDead && slate.isLit(npc.room)) return { whom: id, dueMs };
  }
  return undefined;
}

export function greet(slate: Slate, npc: Readonly<Npc>, whom: CharacterId): void {
  const line = pickOne(slate.ctx.rng, slate.npcKind(npc).greet?.lines ?? []);
  slate.event({ type: "npc-scheduled", npc: npc.id, greeted: whom, greetedAtMs: slate.ctx.nowMs });
  if (line !== undefined) speak(slate, npc, line, slate.area.characters.get(whom)?.name, sleepersIn(slate, npc.room));
}

/** A line to nobody in particular, when somebody is there to hear it. */
export function chatter(slate: Slate, npc: Readonly<Npc>): void {
  const { chatter: how } = slate.npcKind(npc);
  if (how === null) return;
  const { rng, nowMs } = slate.ctx;
  slate.event({ type: "npc-scheduled", npc: npc.id, chatterAtMs: nowMs + around(rng, how.everyS * 1000) });
  if (!hasListeners(slate, npc.room)) return;
  const room = slate.roomDef(npc.room);
  const line = pickOne(rng, how.lines.filter((candidate) => holds(candidate, room, slate.ctx)));
  if (line !== undefined) speak(slate, npc, line.text, "", sleepersIn(slate, npc.room));
}
