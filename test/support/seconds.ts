/** Lets the world of a transcript go on by itself, second by second, with seeded chance. */
import type { Accepted } from "../../src/engine/decision.ts";
import { seededRng } from "../../src/engine/rng.ts";
import { decideTick, type TickState } from "../../src/engine/tick.ts";
import type { TestWorld } from "./transcript.ts";

export class Seconds {
  readonly world: TestWorld;
  /** Everything decided so far, in order. */
  readonly decided: Accepted[] = [];
  readonly #rng;
  #state: TickState | null = null;

  constructor(world: TestWorld, seed = 1) {
    this.world = world;
    this.#rng = seededRng(seed);
  }

  /** Ticks once a second; `each` looks at what every tick has decided. */
  pass(seconds: number, each: (decisions: readonly Accepted[]) => void = () => undefined): void {
    for (let second = 0; second < seconds; second++) {
      this.world.nowMs += 1000;
      each(this.tick());
    }
  }

  /** Time passes and nobody looks: the area sleeps. */
  sleep(seconds: number): void {
    this.world.nowMs += seconds * 1000;
  }

  /** One tick, applied. */
  tick(): readonly Accepted[] {
    const { decisions, state } = decideTick(this.world.area, { ...this.world.ctx, rng: this.#rng }, this.#state);
    this.#state = state;
    for (const decision of decisions) this.world.take(decision);
    this.decided.push(...decisions);
    return decisions;
  }
}
