/** What is done to a running world, and how it is brought back. */
import type { Rng } from "../../src/engine/context.ts";
import { pickOne } from "../../src/engine/rng.ts";
import { LEASE_TTL_MS } from "../../src/limits.ts";
import type { ChaosOptions } from "./options.ts";
import type { Stage } from "./stage.ts";

export const FAULTS = [
  "kill", "kill-and-takeover", "database-restart",
  "stall", "stall-and-takeover",
  "database-reset", "database-black-hole", "database-delay", "database-half-close",
  "players-reset", "players-black-hole", "players-delay", "players-half-close",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Somebody dies of these: they count for `--kills`. */
export const KILLS: readonly Fault[] = ["kill", "kill-and-takeover", "database-restart"];
const CUTS = FAULTS.filter((fault) => fault.startsWith("database-") || fault.startsWith("players-")).filter((fault) => !KILLS.includes(fault));

/** Of the kills so many are aimed: they fall right behind a commit that has just gone out. */
const AIMED = 0.6;
/** So long is waited for a commit to aim at. */
const AIM_WAIT_MS = 2_000;
/** A former owner that woke up is watched this long before it is told to stop. */
const WOKEN_WATCHED_MS = 5_000;

export interface Injected {
  readonly fault: Fault;
  readonly atMs: number;
  /** Commits had gone out and not been answered when it fell. */
  readonly midCommit: boolean;
  readonly takeover: boolean;
}

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The faults of a run, in their order: all kills, a cut of a wire behind each, some stalls in between. */
export function planFaults({ kills, brief }: ChaosOptions, rng: Rng): Fault[] {
  const deaths: Fault[] = Array.from({ length: kills }, (_, index) => {
    if (brief) return index % 2 === 1 ? "database-restart" : "kill";
    if (index % 10 === 4) return "kill-and-takeover";
    return index % 4 === 2 ? "database-restart" : "kill";
  });
  const planned: Fault[] = [];
  deaths.forEach((death, index) => {
    planned.push(death, pickOne(rng, brief ? ["database-reset", "players-reset"] as const : CUTS) ?? "database-reset");
    if (!brief && index % 10 === 7) planned.push("stall");
    if (!brief && index % 15 === 1) planned.push("stall-and-takeover");
  });
  return planned;
}

export class Faults {
  readonly #stage: Stage;
  readonly #rng: Rng;
  readonly #stallMs: number;
  readonly #onKill: (fault: Fault, atMs: number) => void;
  readonly injected: Injected[] = [];
  /** Exit codes of servers that were told to end in order. */
  readonly goodbyes: (number | null)[] = [];

  /** How long a server that was started again took until it listened: a part of each recovery. */
  readonly openingsMs: number[] = [];

  constructor(stage: Stage, rng: Rng, stallMs: number, onKill: (fault: Fault, atMs: number) => void) {
    this.#stage = stage;
    this.#rng = rng;
    this.#stallMs = stallMs;
    this.#onKill = onKill;
  }

  /** Hurts it and brings it back, as far as that is ours to do. */
  async inject(fault: Fault): Promise<void> {
    const stage = this.#stage;
    switch (fault) {
      case "kill": return await this.#kill(fault, async () => { await stage.serving.start(); });
      case "kill-and-takeover": {
        await this.#readyStandby();
        return await this.#kill(fault, () => Promise.resolve(stage.switchOver()));
      }
      case "database-restart": {
        await this.#aim();
        const restarted = stage.postgres.restart();
        this.#note(fault);
        return await restarted;
      }
      case "stall": {
        stage.serving.server?.freeze();
        this.#note(fault);
        await pause(this.#stallMs);
        stage.serving.server?.thaw();
        return;
      }
      case "stall-and-takeover": return await this.#stallAndTakeOver();
      default: return await this.#hurtWire(fault);
    }
  }

  /** In a cluster the process that takes over runs already, and its lease has been steady long enough to take others'. */
  async #readyStandby(): Promise<void> {
    await this.#stage.standby.start();
    await pause(LEASE_TTL_MS);
  }

  /** Right behind a commit that has gone out, or at any time. */
  async #aim(): Promise<void> {
    if (this.#rng.next() >= AIMED) return;
    await new Promise<void>((resolve) => {
      const stop = this.#stage.serving.commits.onNextCommit(() => {
        clearTimeout(late);
        resolve();
      });
      const late = setTimeout(() => {
        stop();
        resolve();
      }, AIM_WAIT_MS);
    });
  }

  async #kill(fault: "kill" | "kill-and-takeover", comeBack: () => Promise<void>): Promise<void> {
    await this.#aim();
    // Before anything else can happen here: the signal, and what was on its way in that moment.
    const killed = this.#stage.serving.kill();
    this.#note(fault, { killed: true, takeover: fault === "kill-and-takeover" });
    await killed;
    const startedMs = performance.now();
    await comeBack();
    if (fault === "kill") this.openingsMs.push(performance.now() - startedMs);
  }

  /** The owner stands still, another one takes over, the former wakes up in the middle of what it was doing. */
  async #stallAndTakeOver(): Promise<void> {
    const stage = this.#stage;
    const former = stage.serving;
    await this.#readyStandby();
    await this.#aim();
    former.server?.freeze();
    this.#note("stall-and-takeover", { takeover: true });
    const startedMs = performance.now();
    stage.switchOver();
    // Half of the players find out at once, the others wait at the frozen one.
    stage.front.reset((index) => index % 2 === 0);
    await pause(Math.max(0, this.#stallMs - (performance.now() - startedMs)));
    former.server?.thaw();
    await pause(WOKEN_WATCHED_MS);
    this.goodbyes.push(await former.server?.stop() ?? null);
  }

  async #hurtWire(fault: Fault): Promise<void> {
    const wire = fault.startsWith("players-") ? this.#stage.front : this.#stage.serving.wire;
    if (fault.startsWith("database-")) await this.#aim();
    this.#note(fault);
    switch (fault.slice(fault.indexOf("-") + 1)) {
      case "reset": return wire.reset(() => this.#rng.next() < 0.7);
      case "half-close": return wire.halfClose(this.#rng.next() < 0.5 ? "client" : "target");
      case "black-hole": wire.blackHole(); break;
      default: wire.delay(50 + 450 * this.#rng.next());
    }
    await pause(3_000 + 5_000 * this.#rng.next());
    wire.mend();
  }

  #note(fault: Fault, { killed = false, takeover = false }: { killed?: boolean; takeover?: boolean } = {}): void {
    const atMs = performance.now();
    this.injected.push({ fault, atMs, midCommit: this.#stage.serving.commits.outstanding > 0, takeover });
    if (killed) this.#onKill(fault, atMs);
  }
}
