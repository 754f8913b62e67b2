/**
 * What an area does by itself, about once a second while somebody is in it. Each decision stands alone; all are
 * made from the same state, so none of them builds on another. After a pause everything goes on from the times
 * that are written down: what was to come back comes at once, what was to be said is planned anew.
 */
import { ambience } from "./ambience.ts";
import type { Weather } from "./content.ts";
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import type { CharacterId } from "./ids.ts";
import { npcActs } from "./npc/act.ts";
import type { Presence } from "./npc/talk.ts";
import { respawns } from "./respawn.ts";
import { skyChanges } from "./sky.ts";
import { vitals } from "./vitals.ts";
import type { ReadonlyArea } from "./world.ts";

/** What one tick leaves to the next. In memory only. */
export interface TickState {
  readonly lastHourNumber: number;
  readonly lastWeather: Weather;
  readonly lastTickMs: number;
  readonly presence: Presence;
}

/** How long after now, in ms, an area with people in it wants its next tick. */
const TICK_MS = 1_000;

/** `state` is what the tick before has left; null for the first one. */
export function decideTick(area: ReadonlyArea, ctx: EngineContext, state: TickState | null): { readonly decisions: readonly Accepted[]; readonly state: TickState } {
  const presence = presenceAt(area, ctx.nowMs, state?.presence);
  const decisions = [
    ...respawns(area, ctx),
    ...(state === null ? [] : skyChanges(area, ctx, state)),
    ...npcActs(area, ctx, presence),
    ...ambience(area, ctx),
    ...(state === null ? [] : vitals(area, ctx, state.lastTickMs)),
  ];
  return { decisions, state: { lastHourNumber: ctx.time.hourNumber, lastWeather: ctx.weather(area.def.climate), lastTickMs: ctx.nowMs, presence } };
}

/** Who stands where, since when. */
function presenceAt(area: ReadonlyArea, nowMs: number, before: Presence | undefined): Presence {
  const presence = new Map<CharacterId, { readonly room: string; readonly sinceMs: number }>();
  for (const { id, room } of area.characters.values()) {
    const known = before?.get(id);
    presence.set(id, known?.room === room ? known : { room, sinceMs: nowMs });
  }
  return presence;
}

/**
 * When the area should be ticked next (ms since 1970): soon while somebody is in it, otherwise when the next thing
 * or NPC comes back; null when nothing will. What is overdue waits for somebody to come: it then comes at once.
 */
export function nextTickMs(area: ReadonlyArea, nowMs: number): number | null {
  if (area.characters.size > 0) return nowMs + TICK_MS;
  let next: number | null = null;
  const consider = (atMs: number | null): void => {
    if (atMs !== null && atMs > nowMs && (next === null || atMs < next)) next = atMs;
  };
  for (const spawn of area.spawns.values()) consider(spawn.dueAtMs);
  for (const npc of area.npcs.values()) consider(npc.goneUntilMs);
  return next;
}
