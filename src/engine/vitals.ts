/** Strength comes and goes with time: awake it ebbs, at rest it returns. Wounds heal by themselves. */
import type { EngineContext } from "./context.ts";
import type { Accepted } from "./decision.ts";
import { hashText } from "./hash.ts";
import { Slate } from "./slate.ts";
import { MAX_HEALTH, MAX_VIGOUR, type Character, type Position, type ReadonlyArea } from "./world.ts";

/** Once in so long each character's vitals are looked at. */
const BEAT_MS = 30_000;
/** Every so many beats somebody awake loses a point of vigour: one in two minutes. */
const EBB_BEATS = 4;
/** Nobody gets so tired that they could do nothing. */
const VIGOUR_FLOOR = 10;
/** After a pause so many beats count at most; a server that stood still heals nobody in one go. */
const MAX_BEATS = 4;

const REST: Record<Position, number> = { standing: 0, sitting: 0, resting: 1, sleeping: 2 };
const HEAL: Record<Position, number> = { standing: 1, sitting: 1, resting: 2, sleeping: 3 };

/** The vitals of those whose beat fell between two ticks. The beats of characters are spread over the time. */
export function vitals(area: ReadonlyArea, ctx: EngineContext, lastTickMs: number): Accepted[] {
  const slate = new Slate(area, ctx);
  for (const character of area.characters.values()) {
    if (character.linkDead) continue;
    const offset = hashText(character.id) % (BEAT_MS * EBB_BEATS);
    const last = Math.floor((lastTickMs + offset) / BEAT_MS);
    const now = Math.floor((ctx.nowMs + offset) / BEAT_MS);
    let { health, vigour } = character;
    for (let beat = Math.max(last, now - MAX_BEATS) + 1; beat <= now; beat++) ({ health, vigour } = afterBeat(character, health, vigour, beat));
    if (health !== character.health || vigour !== character.vigour) slate.event({ type: "vitals-changed", character: character.id, health, vigour });
  }
  return slate.events.length === 0 ? [] : [slate.accept()];
}

function afterBeat({ position }: Pick<Character, "position">, health: number, vigour: number, beat: number): { health: number; vigour: number } {
  const isEbb = REST[position] === 0 && beat % EBB_BEATS === 0 && vigour > VIGOUR_FLOOR;
  return { health: rise(health, HEAL[position], MAX_HEALTH), vigour: isEbb ? vigour - 1 : rise(vigour, REST[position], MAX_VIGOUR) };
}

/** Adds up to a bound; what is above it already stays. */
const rise = (value: number, by: number, max: number): number => Math.max(value, Math.min(max, value + by));
