/** Plays schedule after schedule; a failure is made short and reported so that anybody can play it again. */
import { Tally } from "./database.ts";
import { printSchedule, scheduleOf } from "./schedule.ts";
import { shrink } from "./shrink.ts";
import { simulate, type Mutant } from "./simulation.ts";

export interface Failure {
  readonly seed: number;
  readonly violation: string;
  /** The seed, what was violated, the shortest schedule, and its trace. */
  readonly report: string;
}

export interface Played {
  readonly schedules: number;
  readonly failures: readonly Failure[];
  readonly tally: Tally;
}

/** Seeds `from`, `from + step`, …; stops early after `maxFailures`, and at `endAtMs` (ms since 1970). */
export async function playMany(options: { from: number; count: number; step?: number; maxFailures?: number; endAtMs?: number; onProgress?: (played: number, tally: Tally) => void }): Promise<Played> {
  const { from, count, step = 1, maxFailures = 3, endAtMs = Infinity } = options;
  const tally = new Tally();
  const failures: Failure[] = [];
  let played = 0;
  for (; played < count && failures.length < maxFailures && Date.now() < endAtMs; played += 1) {
    const seed = from + played * step;
    const outcome = await simulate(scheduleOf(seed));
    tally.add(outcome.tally);
    if (outcome.violation !== undefined) failures.push(await failureOf(seed, outcome.violation));
    options.onProgress?.(played + 1, tally);
  }
  return { schedules: played, failures, tally };
}

export async function failureOf(seed: number, violation: string, mutant?: Mutant): Promise<Failure> {
  const shortest = await shrink(scheduleOf(seed), async (schedule) => (await simulate(schedule, mutant)).violation !== undefined);
  const again = await simulate(shortest, mutant, true);
  const report = [
    `seed ${seed}: ${violation}`, `the shortest schedule that fails (${again.violation ?? "not any more"}):`, printSchedule(shortest),
    "what happens in it:", ...again.trace,
  ].join("\n");
  return { seed, violation, report };
}
