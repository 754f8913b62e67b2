/**
 * The one queue of a simulated world: every await point of every port is a step in it, and nothing runs but what it
 * runs. Time stands still until it is told.
 */
import type { Clock } from "../../src/runtime/ports.ts";

/** Whose memory a step needs. The network is never paused and never dies. */
export interface Owner {
  readonly name: string;
  alive: boolean;
  paused: boolean;
}

export interface Step {
  readonly owner: Owner;
  /** The await point, as faults are counted by it: "commit: sending", "load: answer". */
  readonly point: string;
  /** For a trace. */
  readonly detail: string;
  /** Not before this time, in ms. */
  readonly dueMs: number;
  /** `chance` in [0, 1): for a step that may go one way or another; 0 is the way without trouble. */
  run(chance: number): void;
  /** What becomes of it when the message is lost on the way; undefined: it cannot be lost. */
  lose?(how: Loss): void;
}

/** `late`: whoever waits is told that it is lost, and yet it arrives some time. */
export type Loss = "lost" | "late";

const NETWORK: Owner = { name: "network", alive: true, paused: false };
/** Simulated ms that one step takes. */
const STEP_MS = 3;

export class Scheduler {
  nowMs: number;
  steps: Step[] = [];
  readonly network = NETWORK;

  constructor(nowMs: number) {
    this.nowMs = nowMs;
  }

  add(owner: Owner, point: string, run: Step["run"], more: { afterMs?: number; detail?: string; lose?: NonNullable<Step["lose"]> } = {}): Step {
    const step: Step = { owner, point, detail: more.detail ?? "", dueMs: this.nowMs + (more.afterMs ?? 0), run, ...(more.lose === undefined ? {} : { lose: more.lose }) };
    this.steps.push(step);
    return step;
  }

  remove(step: Step): void {
    const at = this.steps.indexOf(step);
    if (at >= 0) this.steps.splice(at, 1);
  }

  /** The process's memory is gone, and with it all that it waited for. */
  forget(owner: Owner): void {
    this.steps = this.steps.filter((step) => step.owner !== owner);
  }

  runnable(): Step[] {
    return this.steps.filter((step) => this.#isRunnable(step));
  }

  /** The one that has waited longest. */
  firstRunnable(): Step | undefined {
    return this.steps.find((step) => this.#isRunnable(step));
  }

  #isRunnable({ dueMs, owner }: Step): boolean {
    return dueMs <= this.nowMs && owner.alive && !owner.paused;
  }

  /** Runs one step, and all that follows from it without waiting. */
  async run(step: Step, chance: number): Promise<void> {
    this.remove(step);
    this.nowMs += STEP_MS;
    step.run(chance);
    await settled();
  }

  /** When the next step that waits for its time is due. */
  nextDueMs(): number | undefined {
    let next: number | undefined;
    for (const step of this.steps) if (step.owner.alive && !step.owner.paused && (next === undefined || step.dueMs < next)) next = step.dueMs;
    return next;
  }

  /** The clock of one process: its timers die and sleep with it. */
  clockOf(owner: Owner): Clock {
    return {
      nowMs: () => this.nowMs,
      after: (delayMs, run) => {
        const step = this.add(owner, "timer", () => run(), { afterMs: delayMs });
        return () => this.remove(step);
      },
    };
  }
}

/** What was left to the end of the turn of the event loop while a schedule is played. */
const leftForLater: (() => void)[] = [];

/**
 * Microtasks, and what a committer leaves to the end of the turn, are done. Node runs what is left to its next tick when no
 * microtask is left; a turn of the event loop for each step would cost more than the step.
 */
export async function settled(): Promise<void> {
  do {
    for (const run of leftForLater.splice(0)) run();
    await new Promise<void>((resolve) => process.nextTick(resolve));
  } while (leftForLater.length > 0);
}

/** Until the answer is called, `setImmediate` waits for `settled` and not for the event loop. */
export function turnsAreSteps(): () => void {
  const real = globalThis.setImmediate;
  const soon = (run: (...given: unknown[]) => void, ...given: unknown[]): void => void leftForLater.push(() => run(...given));
  globalThis.setImmediate = soon as unknown as typeof setImmediate;
  return () => {
    leftForLater.length = 0;
    globalThis.setImmediate = real;
  };
}
