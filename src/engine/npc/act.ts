/** What the NPCs of an area do in one tick: each at most one thing, the longest due first. */
import { MAX_NPCS_PER_TICK, OVERDUE_MS } from "../../limits.ts";
import type { NpcKind } from "../content.ts";
import type { EngineContext } from "../context.ts";
import type { Accepted } from "../decision.ts";
import { Slate } from "../slate.ts";
import type { Npc, ReadonlyArea } from "../world.ts";
import { comeBack, patrol, wander } from "./roam.ts";
import { chatter, greet, greetingDue, type Presence } from "./talk.ts";

interface Act {
  readonly dueMs: number;
  readonly carryOut: (slate: Slate) => void;
}

/** The acts that are due, each a decision of its own, and one that plans what has no time yet. */
export function npcActs(area: ReadonlyArea, ctx: EngineContext, presence: Presence): Accepted[] {
  const plans = new Slate(area, ctx);
  const acts: Act[] = [];
  for (const each of area.npcs.values()) {
    const npc = each as Readonly<Npc>;
    const kind = ctx.content.npcs.get(npc.kind);
    if (kind === undefined) continue;
    if (npc.goneUntilMs !== null) {
      if (npc.goneUntilMs <= ctx.nowMs) acts.push({ dueMs: npc.goneUntilMs, carryOut: (slate) => comeBack(slate, npc) });
      continue;
    }
    plan(plans, npc, kind);
    const act = actOf(plans, npc, kind, presence);
    if (act !== undefined) acts.push(act);
  }
  const chosen = acts.toSorted((a, b) => a.dueMs - b.dueMs).slice(0, MAX_NPCS_PER_TICK);
  const decisions = chosen.map(({ carryOut }) => {
    const slate = new Slate(area, ctx);
    carryOut(slate);
    return slate.accept();
  });
  return plans.events.length === 0 ? decisions : [...decisions, plans.accept()];
}

const isStale = (atMs: number, nowMs: number): boolean => nowMs - atMs > OVERDUE_MS;

/** Gives each behaviour without a time (or with one long past) a time of its own, anywhere in its interval. */
function plan(slate: Slate, npc: Readonly<Npc>, kind: NpcKind): void {
  const { nowMs, rng } = slate.ctx;
  const soon = (everyS: number): number => nowMs + 1 + Math.floor(everyS * 1000 * rng.next());
  const times = {
    ...(kind.wander !== null && isStale(npc.wanderAtMs, nowMs) ? { wanderAtMs: soon(kind.wander.everyS) } : {}),
    ...(kind.patrol !== null && isStale(npc.patrolAtMs, nowMs) ? { patrolAtMs: soon(kind.patrol.everyS), ...placeOnRound(npc, kind.patrol.route) } : {}),
    ...(kind.chatter !== null && isStale(npc.chatterAtMs, nowMs) ? { chatterAtMs: soon(kind.chatter.everyS) } : {}),
  };
  if (Object.keys(times).length > 0) slate.event({ type: "npc-scheduled", npc: npc.id, ...times });
}

/** Where on its round an NPC is that has just been loaded: where it stands, if that is on it. */
function placeOnRound(npc: Readonly<Npc>, route: readonly string[]): { patrolIndex?: number } {
  if (route[npc.patrolIndex] === npc.room) return {};
  const index = route.indexOf(npc.room);
  return index < 0 ? {} : { patrolIndex: index };
}

function actOf(slate: Slate, npc: Readonly<Npc>, kind: NpcKind, presence: Presence): Act | undefined {
  const { nowMs } = slate.ctx;
  const isDue = (behaviour: object | null, atMs: number): boolean => behaviour !== null && atMs <= nowMs && !isStale(atMs, nowMs);
  const greeting = greetingDue(slate, npc, presence);
  if (greeting !== undefined) return { dueMs: greeting.dueMs, carryOut: (on) => greet(on, npc, greeting.whom) };
  if (isDue(kind.patrol, npc.patrolAtMs)) return { dueMs: npc.patrolAtMs, carryOut: (on) => patrol(on, npc) };
  if (isDue(kind.wander, npc.wanderAtMs)) return { dueMs: npc.wanderAtMs, carryOut: (on) => wander(on, npc) };
  if (isDue(kind.chatter, npc.chatterAtMs)) return { dueMs: npc.chatterAtMs, carryOut: (on) => chatter(on, npc) };
  return undefined;
}
