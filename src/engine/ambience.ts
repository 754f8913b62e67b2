/** Small things that happen around those who are somewhere: gulls cry, something drips. */
import { MIN_AMBIENCE_GAP_MS, OVERDUE_MS } from "../limits.ts";
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import { hasListeners, sleepersIn } from "./listeners.ts";
import { around, pickOne } from "./rng.ts";
import { Slate } from "./slate.ts";
import { holds } from "./verbs/room-text.ts";
import type { ReadonlyArea } from "./world.ts";

/** Ambience of all rooms that are due and have listeners; a room that nobody was in for a while begins anew. */
export function ambience(area: ReadonlyArea, ctx: EngineContext): Accepted[] {
  const slate = new Slate(area, ctx);
  const everyMs = area.def.ambienceEveryS * 1000;
  for (const room of area.rooms.values()) {
    if (room.characters.size === 0 || room.ambienceAtMs > ctx.nowMs || !hasListeners(slate, room.id)) continue;
    const def = slate.roomDef(room.id);
    if (def.ambience.length === 0 && area.def.ambience.length === 0) continue;
    if (ctx.nowMs - room.ambienceAtMs > OVERDUE_MS) {
      slate.event({ type: "ambience-scheduled", room: room.id, atMs: ctx.nowMs + Math.round(everyMs * ctx.rng.next()) });
      continue;
    }
    // What the weather does outside is not seen from indoors, unless the room itself says so.
    const general = area.def.ambience.filter((line) => !(def.indoors && line.weathers !== undefined));
    const line = pickOne(ctx.rng, [...def.ambience, ...general].filter((candidate) => holds(candidate, def, ctx)));
    if (line !== undefined) slate.say({ to: "room", room: room.id, except: sleepersIn(slate, room.id) }, "ambiance", "prose", { text: line.text.trim() });
    slate.event({ type: "ambience-scheduled", room: room.id, atMs: ctx.nowMs + Math.max(MIN_AMBIENCE_GAP_MS, around(ctx.rng, everyMs)) });
  }
  return slate.events.length === 0 ? [] : [slate.accept()];
}
