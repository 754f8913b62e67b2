/** NPCs that move by themselves: those that wander where they like, those that walk a round, those that come back. */
import { around, pickOne } from "../rng.ts";
import type { Slate } from "../slate.ts";
import type { Npc } from "../world.ts";
import { hasListeners, sleepersIn } from "../listeners.ts";
import { npcInSight } from "./speak.ts";
import { moveNpc, openWays, wayTo } from "./ways.ts";

/** One step somewhere it may go, or none when every way is closed to it. */
export function wander(slate: Slate, npc: Readonly<Npc>): void {
  const { wander: how } = slate.npcKind(npc);
  if (how === null) return;
  const { rng, nowMs } = slate.ctx;
  const exit = pickOne(rng, openWays(slate, npc).filter(({ to }) => !slate.roomDef(to).noWander && (how.rooms === "area" || how.rooms.includes(to))));
  slate.event({ type: "npc-scheduled", npc: npc.id, wanderAtMs: nowMs + around(rng, how.everyS * 1000) });
  if (exit !== undefined) moveNpc(slate, npc, exit, "npc.wanders");
}

/** One step along its round. Where the round cannot be followed it waits for the next time. */
export function patrol(slate: Slate, npc: Readonly<Npc>): void {
  const { patrol: how } = slate.npcKind(npc);
  if (how === null) return;
  // A room of the round that it is in already, or that lies in another area, is left out.
  const { route } = how;
  const ahead = route.map((_, index) => (npc.patrolIndex + 1 + index) % route.length);
  const next = ahead.find((index) => route[index] !== npc.room && slate.area.rooms.has(route[index]!));
  const exit = next === undefined ? undefined : wayTo(slate, npc, route[next]!);
  const patrolAtMs = slate.ctx.nowMs + around(slate.ctx.rng, how.everyS * 1000);
  const reached = next !== undefined && exit?.to === route[next];
  slate.event({ type: "npc-scheduled", npc: npc.id, patrolAtMs, ...(reached ? { patrolIndex: next } : {}) });
  if (exit !== undefined) moveNpc(slate, npc, exit, "npc.walks");
}

/** Back where it belongs, after it had gone away. */
export function comeBack(slate: Slate, npc: Readonly<Npc>): void {
  const home = slate.ctx.content.spawns.get(npc.spawn)?.room;
  const room = home !== undefined && slate.area.rooms.has(home) ? home : npc.room;
  slate.event({ type: "npc-returned", npc: npc.id, room });
  if (!hasListeners(slate, room)) return;
  const noun = npcInSight(slate, { ...npc, room });
  slate.say({ to: "room", room, except: sleepersIn(slate, room) }, "npc", "npc.returns", { npc: noun });
}
