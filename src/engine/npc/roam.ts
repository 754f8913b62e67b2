/** NPCs that move by themselves: those that wander where they like, those that walk a round, those that come back. */
import { around, pickOne } from "../rng.ts";
import type { Slate } from "../slate.ts";
import type { Npc } from "../world.ts";
import { hasListeners, sleepersIn } from "../listeners.ts";
import { npcInSight } from "./speak.ts";
import { moveNpc, openWays, waysOut, wayTo } from "./ways.ts";

/** One step somewhere it may go, or none when every way is closed to it. */
export function wander(slate: Slate, npc: Readonly<Npc>): void {
  const { wander: how } = slate.npcKind(npc);
  if (how === null) return;
  const { rng, nowMs } = slate.ctx;
  const inside = openWays(slate, npc).filter(({ to }) => how.rooms === "area" || how.rooms.includes(to));
  const exit = pickOne(rng, [...inside, ...waysOut(slate, npc, how.rooms === "area" ? [] : how.rooms)].filter(({ to }) => !slate.roomDef(to).noWander));
  slate.event({ type: "npc-scheduled", npc: npc.id, wanderAtMs: nowMs + around(rng, how.everyS * 1000) });
  if (exit !== undefined) moveNpc(slate, npc, exit, "npc.wanders");
}

/** One step along its round. Where the round cannot be followed it waits for the next time. */
export function patrol(slate: Slate, npc: Readonly<Npc>): void {
  const { patrol: how } = slate.npcKind(npc);
  if (how === null) return;
  // A room of the round that it is in already is left out; one in another area is gone to from next to it.
  const { route } = how;
  const ahead = route.map((_, index) => (npc.patrolIndex + 1 + index) % route.length);
  const out = waysOut(slate, npc, route);
  const next = ahead.find((index) => route[index] !== npc.room && (slate.area.rooms.has(route[index]!) || out.some(({ to }) => to === route[index])));
  const exit = next === undefined ? undefined : out.find(({ to }) => to === route[next]) ?? wayTo(slate, npc, route[next]!);
  const patrolAtMs = slate.ctx.nowMs + around(slate.ctx.rng, how.everyS * 1000);
  const reached = next !== undefined && exit?.to === route[next];
  slate.event({ type: "npc-scheduled", npc: npc.id, patrolAtMs, ...(reached ? { patrolIndex: next } : {}) });
  if (exit !== undefined) moveNpc(slate, reached ? { ...npc, patrolIndex: next } : npc, exit, "npc.walks");
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
