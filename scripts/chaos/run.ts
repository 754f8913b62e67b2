/** One run of chaos from the first start to the verdict. */
import { openDatabase } from "../../src/persistence/orm.ts";
import { loadWorld } from "../../src/content/load.ts";
import type { ContentIndex } from "../../src/engine/content.ts";
import { seededRng } from "../../src/engine/rng.ts";
import { systemClock } from "../../src/timers.ts";
import { fileURLToPath } from "node:url";
import { Bot } from "./bot.ts";
import { checkWorld } from "./checks.ts";
import { roomsNear } from "./choose-line.ts";
import type { Acknowledged, Believed, Violation } from "./evidence.ts";
import { Faults, pause, planFaults, type Fault, type Injected } from "./faults.ts";
import type { ChaosOptions } from "./options.ts";
import type { Replay } from "./replay.ts";
import { sabotageAll, type Caught } from "./sabotage.ts";
import { Stage } from "./stage.ts";

export interface Recovery {
  readonly after: Fault;
  readonly ms: number;
}

export interface ChaosReport {
  readonly seed: number;
  readonly injected: readonly Injected[];
  readonly acknowledged: readonly Acknowledged[];
  readonly violations: readonly Violation[];
  readonly replay: Pick<Replay, "entries" | "minted" | "epochs">;
  readonly items: number;
  /** From each kill of a server to the first command that a player's new connection saw done. */
  readonly recoveries: readonly Recovery[];
  readonly openingsMs: readonly number[];
  readonly commitsSent: number;
  readonly seconds: number;
  readonly sabotage: readonly Caught[];
}

/** Steps from the start within which bots stay: two or three areas, so that they meet and still cross borders. */
const NEAR_STEPS = 3;
/** Bots by which the time of recovery is measured. */
const IMPATIENT = 2;
const BOT_PAUSE_MS = 180;
/** Bots that come in at the same time: each needs an account and a place. */
const ENTER_AT_ONCE = 5;
/** After the last fault everybody must have been answered within this. */
const ANSWER_WITHIN_MS = 60_000;
/** What a server says when it has met something that the program does not allow for. */
export const BUGS = /fault of the program|not as memory says|could not be applied|decided what cannot be|rule of the program was broken|background task failed/;
const WORLD = fileURLToPath(new URL("../../world", import.meta.url));

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** `say` hears how it goes. `abandon` ends it early; whatever was started is stopped and removed in any case. */
export async function runChaos(options: ChaosOptions, say: (line: string) => void, abandon: AbortSignal): Promise<ChaosReport> {
  const world = await loadWorld(WORLD);
  if ("mistakes" in world) throw new Error("the bundled world has mistakes");
  const stage = await Stage.open();
  // Closed at once, so that whatever waits for it goes on (and fails).
  const closed = new Promise<never>((_, reject) => {
    abandon.addEventListener("abort", () => void stage.close().then(() => reject(new Error("abandoned")), reject), { once: true });
  });
  closed.catch(() => undefined); // Heard by the race below, if that is still running.
  try {
    abandon.throwIfAborted();
    return await Promise.race([new Run(options, say, stage, world.content).play(), closed]);
  } finally {
    // Abandoned: it is being closed already, and what still runs here fails over it.
    if (!abandon.aborted) await stage.close();
    else await closed.catch(() => undefined);
  }
}

class Run {
  readonly #options: ChaosOptions;
  readonly #say: (line: string) => void;
  readonly #stage: Stage;
  readonly #content: ContentIndex;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #bots: Bot[] = [];
  readonly #recoveries: Recovery[] = [];
  readonly #startedMs = performance.now();
  #killed: { readonly fault: Fault; readonly atMs: number } | undefined;

  constructor(options: ChaosOptions, say: (line: string) => void, stage: Stage, content: ContentIndex) {
    this.#options = options;
    this.#say = say;
    this.#stage = stage;
    this.#content = content;
  }

  async play(): Promise<ChaosReport> {
    await this.#enter();
    for (const bot of this.#bots) bot.start();
    const faults = await this.#hurt();
    const { believed, violations } = await this.#settle(faults);
    return await this.#judge(faults, believed, violations);
  }

  async #enter(): Promise<void> {
    const { bots, seed } = this.#options;
    const names: string[] = [];
    const near = roomsNear(this.#content, NEAR_STEPS);
    for (let first = 0; first < bots; first += ENTER_AT_ONCE) {
      const entering = Array.from({ length: Math.min(ENTER_AT_ONCE, bots - first) }, (_, n) => Bot.enter({
        endpoint: this.#stage.endpoint, rng: seededRng(`${seed} bot ${first + n}`), content: this.#content, near, names, pauseMs: BOT_PAUSE_MS, impatient: first + n < IMPATIENT,
        answered: (answer, welcomedMs) => this.#answered(answer, welcomedMs),
      }));
      for (const bot of await Promise.all(entering)) {
        this.#bots.push(bot);
        names.push(bot.name);
      }
    }
    this.#say(`${bots} bots are in`);
  }

  #answered(answer: Acknowledged, welcomedMs: number): void {
    this.#acknowledged.push(answer);
    const killed = this.#killed;
    if (killed === undefined || answer.status !== "ok" || welcomedMs < killed.atMs) return;
    this.#killed = undefined;
    this.#recoveries.push({ after: killed.fault, ms: performance.now() - killed.atMs });
  }

  async #hurt(): Promise<Faults> {
    const { seed, secondsBetween, stallSeconds, commands } = this.#options;
    const rng = seededRng(`${seed} faults`);
    const faults = new Faults(this.#stage, rng, stallSeconds * 1000, (fault, atMs) => (this.#killed = { fault, atMs }));
    for (const fault of planFaults(this.#options, rng)) {
      await pause(secondsBetween * 1000 * (0.5 + rng.next()));
      await faults.inject(fault);
      const { midCommit } = faults.injected.at(-1)!;
      this.#say(`${this.#elapsed()} ${fault}${midCommit ? " (between a commit and its answer)" : ""}; ${this.#acknowledged.length} commands acknowledged`);
    }
    while (this.#acknowledged.length < commands) await pause(500);
    return faults;
  }

  /** Lets everything come to rest; answers what the bots believe by then, and what has already gone wrong. */
  async #settle(faults: Faults): Promise<{ believed: Believed[]; violations: Violation[] }> {
    this.#stage.mend();
    await Promise.all(this.#bots.map((bot) => bot.stop(ANSWER_WITHIN_MS)));
    this.#say(`${this.#elapsed()} everybody has stopped`);
    const believed = await Promise.all(this.#bots.map((bot) => bot.believes()));
    await Promise.all(this.#bots.map((bot) => bot.leave()));
    const codes = [...faults.goodbyes, ...await Promise.all(this.#stage.hosts.filter((host) => host.server?.alive === true).map(async (host) => await host.server?.stop() ?? null))];
    const violations = [
      ...this.#bots.flatMap((bot): Violation[] => bot.troubles.map((detail) => ({ check: "everybody is answered", harm: "lost", detail: `${bot.name}: ${detail}` }))),
      ...codes.filter((code) => code !== 0).map((code): Violation => ({ check: "ends in order", harm: "wrong", detail: `a server told to stop ended with ${code}` })),
      ...this.#stage.hosts.flatMap((host): Violation[] => (host.server?.output ?? "").split("\n").filter((line) => BUGS.test(line))
        .map((line) => ({ check: "faults of the program", harm: "wrong", detail: `${host.name}: ${line.slice(0, 2_000)}` }))),
    ];
    return { believed, violations };
  }

  async #judge(faults: Faults, believed: Believed[], violations: Violation[]): Promise<ChaosReport> {
    const db = await openDatabase({ databaseUrl: this.#stage.databaseUrl, dataDir: "unused", log: silent, clock: systemClock((error) => { throw error; }) });
    try {
      const evidence = { content: this.#content, acknowledged: this.#acknowledged, believed };
      const checked = await checkWorld(db.sql, evidence);
      const [count] = await db.sql.query<{ n: number }>("select count(*)::int as n from item");
      return {
        seed: this.#options.seed, injected: faults.injected, acknowledged: this.#acknowledged, violations: [...violations, ...checked.violations],
        replay: checked.replay, items: count?.n ?? 0, recoveries: this.#recoveries, openingsMs: faults.openingsMs,
        commitsSent: this.#stage.hosts.reduce((sum, host) => sum + host.commits.sentCount, 0), seconds: (performance.now() - this.#startedMs) / 1000,
        sabotage: this.#options.sabotage ? await sabotageAll(db.sql, evidence) : [],
      };
    } finally {
      await db.close();
    }
  }

  #elapsed(): string {
    return `${((performance.now() - this.#startedMs) / 1000).toFixed(1)} s:`;
  }
}
