/** One run of chaos on many processes, from the first start to the verdict. */
import { playersWire } from "./players-wire.ts";
import { fileURLToPath } from "node:url";
import { StandStills, type StandStill } from "../stand-stills.ts";
import { loadWorld } from "../../src/content/load.ts";
import type { ContentIndex } from "../../src/engine/content.ts";
import { seededRng } from "../../src/engine/rng.ts";
import { openDatabase } from "../../src/persistence/orm.ts";
import { systemClock } from "../../src/timers.ts";
import { checkWorld } from "../chaos/checks.ts";
import { roomsNear } from "../chaos/choose-line.ts";
import type { Acknowledged, Believed, Violation } from "../chaos/evidence.ts";
import { BUGS } from "../chaos/run.ts";
import type { Replay } from "../chaos/replay.ts";
import { sabotageAll, type Caught } from "../chaos/sabotage.ts";
import { ClusterBot } from "./bot.ts";
import { CpuWatch, type Used } from "./cpu-watch.ts";
import type { FaultRecord, Player, Span } from "./evidence.ts";
import { ClusterFaults, pause, planFaults } from "./faults.ts";
import { keepOutputs } from "./keep.ts";
import { judge, type Verdict } from "./judge.ts";
import { Ledger } from "./ledger.ts";
import type { ClusterChaosOptions } from "./options.ts";
import { ClusterStage } from "./stage.ts";

export interface ClusterReport {
  readonly options: ClusterChaosOptions;
  readonly players: readonly Player[];
  readonly faults: readonly FaultRecord[];
  readonly startedMs: number;
  readonly seconds: number;
  /** When the players' own process stood still, while everybody played. */
  readonly stood: { readonly longestMs: number; readonly times: readonly StandStill[] };
  /** Processor time while everybody played. */
  readonly cpu: { readonly seconds: number; readonly used: readonly Used[]; /** Of `nice`, by which players stood behind servers. */ readonly stepsBack: number };
  readonly acknowledged: readonly Acknowledged[];
  /** When processes had no Redis, as they say themselves. */
  readonly busAway: readonly Span[];
  readonly verdict: Verdict;
  /** By SQL, by what the processes printed, by what went wrong in the run itself. */
  readonly violations: readonly Violation[];
  readonly replay: Pick<Replay, "entries" | "minted" | "epochs">;
  readonly sabotage: readonly Caught[];
}

/** Steps from the start within which players stay: a few areas, so that they meet and cross borders all the time. */
const NEAR_STEPS = 3;
/** One in so many measures recovery. */
const IMPATIENT_EVERY = 20;
/** Commands that all of them ask for in a second, about; it stays below what two cores do with everything else on them. */
const COMMANDS_PER_SECOND = 130;
const LEAST_PAUSE_MS = 250;
/** Lines on channels in a second, from all of them: each is heard by everybody. */
const CHANNEL_LINES_PER_SECOND = 1;
const ENTER_AT_ONCE = 5;
/** Before the first fault: everybody comes in at one place and walks away from it. */
const SPREAD_MS = 5_000;
/** After the last fault everybody must have been answered within this. */
const ANSWER_WITHIN_MS = 60_000;
/** The last words reach everybody within this. */
const LAST_WORDS_MS = 1_500;
/** A process knows that it has no Redis when a call has taken this long. */
const REDIS_TIMEOUT_MS = 1_000;
const WORLD = fileURLToPath(new URL("../../world", import.meta.url));

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** `say` hears how it goes. `abandon` ends it early; whatever was started is stopped and removed in any case. */
export async function runClusterChaos(options: ClusterChaosOptions, say: (line: string) => void, abandon: AbortSignal): Promise<ClusterReport> {
  const world = await loadWorld(WORLD);
  if ("mistakes" in world) throw new Error("the bundled world has mistakes");
  const stage = await ClusterStage.open(options.processes, options.kinds);
  const closed = new Promise<never>((_, reject) => {
    abandon.addEventListener("abort", () => void stage.close().then(() => reject(new Error("abandoned")), reject), { once: true });
  });
  closed.catch(() => undefined); // Heard by the race below, if that is still running.
  const run = new Run(options, say, stage, world.content);
  try {
    abandon.throwIfAborted();
    return await Promise.race([run.play(), closed]);
  } finally {
    if (options.keep !== null) await keepOutputs(options.keep, stage.processes.map((server) => ({ name: server.name, output: server.output })));
    // Abandoned: it is being closed already, and what still runs here fails over it.
    if (!abandon.aborted) await stage.close();
    else await closed.catch(() => undefined);
  }
}

class Run {
  readonly #options: ClusterChaosOptions;
  readonly #say: (line: string) => void;
  readonly #stage: ClusterStage;
  readonly #content: ContentIndex;
  readonly #acknowledged: Acknowledged[] = [];
  readonly #bots: ClusterBot[] = [];
  readonly #startedMs = performance.now();
  #cpu: ClusterReport["cpu"] = { seconds: 0, used: [], stepsBack: 0 };
  #stood: ClusterReport["stood"] = { longestMs: 0, times: [] };

  constructor(options: ClusterChaosOptions, say: (line: string) => void, stage: ClusterStage, content: ContentIndex) {
    this.#options = options;
    this.#say = say;
    this.#stage = stage;
    this.#content = content;
  }

  async play(): Promise<ClusterReport> {
    try {
      await this.#enter();
    } catch (error) {
      throw new Error(`the world cannot be entered; ${this.#complaints().slice(0, 3).map((line) => line.slice(0, 1_000)).join("\n") || "no process says why"}`, { cause: error });
    }
    this.#stage.way.give();
    const standStills = new StandStills();
    const faults = await this.#hurtThem().finally(() => {
      this.#stood = standStills.take();
      standStills.stop();
    });
    const { believed, violations } = await this.#settle(faults);
    return await this.#judge(faults, believed, violations);
  }

  async #hurtThem(): Promise<ClusterFaults> {
    for (const bot of this.#bots) bot.start();
    await pause(SPREAD_MS);
    return await this.#watched(() => this.#hurt());
  }

  async #watched<T>(play: () => Promise<T>): Promise<T> {
    const { processes, postgres, redis, nginx } = this.#stage;
    const sinceMs = performance.now();
    const watch = new CpuWatch([
      { name: "servers", tree: false, pids: () => processes.map(({ pid }) => pid) }, { name: "PostgreSQL", tree: true, pids: () => [postgres.pid()] },
      { name: "Redis", tree: false, pids: () => [redis.pid()] }, { name: "nginx", tree: true, pids: () => [nginx.pid] }, { name: "players and wires", tree: false, pids: () => [process.pid] },
    ]);
    try {
      return await play();
    } finally {
      this.#cpu = { seconds: (performance.now() - sinceMs) / 1000, used: watch.stop(), stepsBack: this.#stage.way.steps };
    }
  }

  async #enter(): Promise<void> {
    const { bots, seed } = this.#options;
    const names: string[] = [];
    const ledger = new Ledger();
    const near = roomsNear(this.#content, NEAR_STEPS);
    const pauseMs = Math.max(LEAST_PAUSE_MS, (bots / COMMANDS_PER_SECOND) * 1_000);
    const channelShare = CHANNEL_LINES_PER_SECOND / ((bots / pauseMs) * 1_000);
    for (let first = 0; first < bots; first += ENTER_AT_ONCE) {
      const entering = Array.from({ length: Math.min(ENTER_AT_ONCE, bots - first) }, (_, n) => ClusterBot.enter({
        endpoint: this.#stage.endpoint, rng: seededRng(`${seed} bot ${first + n}`), content: this.#content, near, names, ledger, pauseMs, channelShare,
        impatient: (first + n) % IMPATIENT_EVERY === 0, answered: (answer) => this.#acknowledged.push(answer),
      }));
      for (const bot of await Promise.all(entering)) {
        this.#bots.push(bot);
        names.push(bot.name);
      }
    }
    this.#say(`${this.#elapsed()} ${bots} players are in`);
  }

  async #hurt(): Promise<ClusterFaults> {
    const { seed, secondsBetween, minutes, faults: wanted, kinds } = this.#options;
    const rng = seededRng(`${seed} faults`);
    const faults = new ClusterFaults(this.#stage, rng, this.#bots, this.#options);
    const untilMs = performance.now() + minutes * 60_000;
    if (kinds.length === 0) await pause(minutes * 60_000);
    for (const kind of planFaults(kinds, rng)) {
      if (performance.now() >= untilMs || (wanted !== null && faults.records.filter(({ counts }) => counts).length >= wanted)) break;
      await pause(secondsBetween * 1_000 * (0.5 + rng.next()));
      const { strikes, counts, healedMs, affected } = await faults.inject(kind);
      const middles = strikes.map(({ middle: { command, transfer, line } }) => `${command} in a command, ${transfer} on the way, ${line} in a line`).join("; ");
      this.#say(`${this.#elapsed()} ${kind}${counts ? "" : " (does not count)"}, ${affected.size} players: ${middles}; everybody plays again after ${((healedMs - strikes[0]!.atMs) / 1000).toFixed(1)} s`);
    }
    return faults;
  }

  /** Lets everything come to rest; answers what the players believe by then, and what has already gone wrong. */
  async #settle(faults: ClusterFaults): Promise<{ believed: Believed[]; violations: Violation[] }> {
    this.#stage.mend();
    playersWire.mend();
    await Promise.all(this.#bots.map((bot) => bot.stop(ANSWER_WITHIN_MS)));
    await Promise.all(this.#bots.map((bot) => bot.sayLastWord()));
    await pause(LAST_WORDS_MS);
    this.#say(`${this.#elapsed()} everybody has stopped`);
    const believed = await Promise.all(this.#bots.map((bot) => bot.believes()));
    await Promise.all(this.#bots.map((bot) => bot.leave()));
    const codes = await Promise.all(this.#stage.processes.filter((server) => server.alive).map((server) => server.stop()));
    const violations = [
      ...this.#bots.flatMap((bot): Violation[] => bot.troubles.map((detail) => ({ check: "everybody is answered", harm: "lost", detail: `${bot.name}: ${detail}` }))),
      ...faults.troubles.map((detail): Violation => ({ check: "comes back", harm: "wrong", detail })),
      ...codes.filter((code) => code !== 0).map((code): Violation => ({ check: "ends in order", harm: "wrong", detail: `a process told to stop ended with ${code}` })),
      ...this.#stage.processes.flatMap((server): Violation[] => server.output.split("\n").filter((line) => BUGS.test(line))
        .map((line) => ({ check: "faults of the program", harm: "wrong", detail: `${server.name}: ${line.slice(0, 2_000)}` }))),
    ];
    return { believed, violations };
  }

  async #judge(faults: ClusterFaults, believed: Believed[], violations: Violation[]): Promise<ClusterReport> {
    const seconds = (performance.now() - this.#startedMs) / 1000;
    const db = await openDatabase({ databaseUrl: this.#stage.databaseUrl, dataDir: "unused", log: silent, clock: systemClock((error) => { throw error; }) });
    try {
      const evidence = { content: this.#content, acknowledged: this.#acknowledged, believed };
      const checked = await checkWorld(db.sql, evidence);
      return {
        options: this.#options, players: this.#bots, faults: faults.records, startedMs: this.#startedMs, seconds, cpu: this.#cpu, stood: this.#stood, acknowledged: this.#acknowledged,
        busAway: this.#busAway, verdict: judge({ players: this.#bots, faults: faults.records, busAway: this.#busAway }), violations: [...violations, ...checked.violations],
        replay: checked.replay, sabotage: this.#options.sabotage ? await sabotageAll(db.sql, evidence) : [],
      };
    } finally {
      await db.close();
    }
  }

  /** By their own words, which come when it is over. */
  get #busAway(): Span[] {
    return this.#stage.processes.flatMap(({ output }) => [...output.matchAll(/^\{.*"message":"Redis is back".*$/gm)].map(([line]) => {
      const { time, downMs } = JSON.parse(line) as { time: string; downMs: number };
      const toMs = Date.parse(time) - performance.timeOrigin;
      return { fromMs: toMs - downMs - REDIS_TIMEOUT_MS, toMs };
    }));
  }

  /** What the processes have printed as errors. */
  #complaints(): string[] {
    return this.#stage.processes.flatMap((server) => server.output.split("\n").filter((line) => line.includes('"level":"error"') || BUGS.test(line)).map((line) => `${server.name}: ${line}`));
  }

  #elapsed(): string {
    return `${((performance.now() - this.#startedMs) / 1000).toFixed(1)} s:`;
  }
}
