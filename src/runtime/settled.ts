/** Waiting until what a character has asked for is done, as far as it was asked before now. */
import type { CharacterId } from "../engine/ids.ts";
import { AppError } from "../protocol/codes.ts";
import type { ActiveArea } from "./active-area.ts";
import type { Clock } from "./ports.ts";

/**
 * Resolves when nothing of it is left in that area, or after `withinMs`. A step over a border is in the database before the
 * area it leads out of knows that it is done: whoever has read the row may be here before.
 */
export function settled(active: Pick<ActiveArea, "post">, id: CharacterId, clock: Clock, withinMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(withinMs, resolve);
    const done = (): void => {
      cancel();
      resolve();
    };
    try {
      active.post({
        lane: id,
        decide: () => {
          done();
          return "done";
        },
        unit: () => ({ actor: null, room: null, command: "", request: null, reply: null }),
        applied: () => "over", refused: done, failed: done,
      });
    } catch (error) {
      // Nothing more is taken on there.
      if (!(error instanceof AppError)) throw error;
      done();
    }
  });
}
