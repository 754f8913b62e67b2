/** Where an NPC can go from a room, and how it gets there. */
import { DIRECTIONS, type Direction, type ExitDef } from "../content.ts";
import type { Noun } from "../decision.ts";
import type { RoomId } from "../ids.ts";
import { hasListeners, sleepersIn } from "../listeners.ts";
import type { Slate } from "../slate.ts";
import { OPPOSITE } from "../verbs/go.ts";
import type { Npc } from "../world.ts";

/** Names of exits that go with a verb as they are: "wanders out". */
const ADVERBS: ReadonlySet<string> = new Set(["in", "out", "inside", "outside"]);
const isDirection = (name: string): name is Direction => (DIRECTIONS as readonly string[]).includes(name);

/** The exits of a room that stay inside the area, stand open, are no secret, and that no other NPC guards. */
export function openWays(slate: Slate, npc: Readonly<Npc>, room: RoomId = npc.room): ExitDef[] {
  const guarded = new Set<string>();
  for (const other of slate.npcs(room)) {
    const guard = slate.npcKind(other).guard;
    if (guard !== null && other.id !== npc.id) guarded.add(guard.exit);
  }
  return slate.roomDef(room).exits.filter((exit) => slate.area.rooms.has(exit.to) && !exit.hidden && !guarded.has(exit.name) && (exit.door === null || slate.door(exit.door).open));
}

/** The first exit of a shortest way to a room of the area; undefined when there is none. */
export function wayTo(slate: Slate, npc: Readonly<Npc>, target: RoomId): ExitDef | undefined {
  const reached = new Set<RoomId>([npc.room]);
  let frontier: { readonly room: RoomId; readonly first: ExitDef | undefined }[] = [{ room: npc.room, first: undefined }];
  while (frontier.length > 0) {
    const next: typeof frontier = [];
    for (const { room, first } of frontier) {
      for (const exit of openWays(slate, npc, room)) {
        if (exit.to === target) return first ?? exit;
        if (reached.has(exit.to)) continue;
        reached.add(exit.to);
        next.push({ room: exit.to, first: first ?? exit });
      }
    }
    frontier = next;
  }
  return undefined;
}

/** Moves an NPC through an exit, and tells both rooms as far as somebody is there. */
export function moveNpc(slate: Slate, npc: Readonly<Npc>, exit: ExitDef, verb: "npc.wanders" | "npc.walks"): void {
  const noun = slate.npcNoun(npc);
  slate.event({ type: "npc-moved", npc: npc.id, from: npc.room, to: exit.to });
  if (hasListeners(slate, npc.room)) {
    if (!slate.isLit(npc.room)) tell(slate, npc.room, null, "npc.stirs", {});
    else if (exit.leaveText !== null) tell(slate, npc.room, noun, "prose.actor", { text: exit.leaveText, actor: noun });
    else tell(slate, npc.room, noun, isDirection(exit.name) || ADVERBS.has(exit.name) ? verb : "npc.leaves_by", { npc: noun, way: exit.name });
  }
  if (hasListeners(slate, exit.to)) {
    if (!slate.isLit(exit.to)) tell(slate, exit.to, null, "npc.stirs", {});
    else if (isDirection(exit.name)) tell(slate, exit.to, noun, "npc.arrives_from", { npc: noun, from: OPPOSITE[exit.name] });
    else tell(slate, exit.to, noun, "npc.arrives", { npc: noun });
  }
}

function tell(slate: Slate, room: RoomId, npc: Noun | null, key: string, params: Record<string, string | Noun>): void {
  slate.say({ to: "room", room, except: sleepersIn(slate, room) }, "move", key, params, npc?.text);
}
