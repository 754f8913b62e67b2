/** Where an NPC can go from a room, and how it gets there. */
import { DIRECTIONS, type Direction, type ExitDef } from "../content.ts";
import { restedNpc } from "../apply.ts";
import type { EngineContext } from "../context.ts";
import type { Accepted, Noun } from "../decision.ts";
import type { Walker } from "../events.ts";
import type { RoomId } from "../ids.ts";
import { hasListeners, sleepersIn } from "../listeners.ts";
import { Slate } from "../slate.ts";
import { OPPOSITE } from "../verbs/go.ts";
import type { Npc, ReadonlyArea } from "../world.ts";

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

/** The exits that lead out of the area, open to an NPC that the world lets go there (`rooms`) and that carries nothing. */
export function waysOut(slate: Slate, npc: Readonly<Npc>, rooms: readonly RoomId[]): ExitDef[] {
  if (slate.contents(`npc:${npc.id}`).length > 0) return [];
  return slate.roomDef(npc.room).exits.filter((exit) => !slate.area.rooms.has(exit.to) && rooms.includes(exit.to) && !exit.hidden && (exit.door === null || slate.door(exit.door).open));
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
  const toArea = slate.roomDef(exit.to).area;
  if (toArea === slate.area.id) slate.event({ type: "npc-moved", npc: npc.id, from: npc.room, to: exit.to });
  else {
    const { id, kind, spawn, patrolIndex } = npc;
    slate.event({ type: "npc-left", npc: { id, kind, spawn, patrolIndex }, from: npc.room, to: exit.to, toArea, came: isDirection(exit.name) ? OPPOSITE[exit.name] : "" });
  }
  if (hasListeners(slate, npc.room)) {
    if (!slate.isLit(npc.room)) tell(slate, npc.room, null, "npc.stirs", {});
    else if (exit.leaveText !== null) tell(slate, npc.room, noun, "prose.actor", { text: exit.leaveText, actor: noun });
    else tell(slate, npc.room, noun, isDirection(exit.name) || ADVERBS.has(exit.name) ? verb : "npc.leaves_by", { npc: noun, way: exit.name });
  }
  if (toArea === slate.area.id) announce(slate, noun, exit.to, isDirection(exit.name) ? OPPOSITE[exit.name] : "");
}

/** Tells a room that somebody comes in, from a direction or "". */
function announce(slate: Slate, noun: Noun, room: RoomId, from: string): void {
  if (!hasListeners(slate, room)) return;
  if (!slate.isLit(room)) tell(slate, room, null, "npc.stirs", {});
  else if (from !== "") tell(slate, room, noun, "npc.arrives_from", { npc: noun, from });
  else tell(slate, room, noun, "npc.arrives", { npc: noun });
}

/** An NPC of another area comes into a room of this one; null when it is here already, as its row has said. */
export function decideNpcCame(area: ReadonlyArea, npc: Walker, room: RoomId, from: string, ctx: EngineContext): Accepted | null {
  if (area.npcs.has(npc.id) || !area.rooms.has(room)) return null;
  const slate = new Slate(area, ctx);
  slate.event({ type: "npc-came", npc, room, goneUntilMs: null });
  announce(slate, slate.npcNoun(restedNpc(npc, room, null)), room, from);
  return slate.accept();
}

/** Where it wanted to go nobody is: it is away for a step there and a step back, and comes back to the room it left. */
export function decideNpcTurnedBack(area: ReadonlyArea, npc: Walker, room: RoomId, ctx: EngineContext): Accepted | null {
  if (area.npcs.has(npc.id)) return null;
  const slate = new Slate(area, ctx);
  const kind = ctx.content.npcs.get(npc.kind);
  const stepS = kind?.patrol?.everyS ?? kind?.wander?.everyS ?? 0;
  slate.event({ type: "npc-came", npc, room, goneUntilMs: ctx.nowMs + 2 * stepS * 1000 });
  return slate.accept();
}

function tell(slate: Slate, room: RoomId, npc: Noun | null, key: string, params: Record<string, string | Noun>): void {
  slate.say({ to: "room", room, except: sleepersIn(slate, room) }, "move", key, params, npc?.text);
}
