/** The bots of one process, from coming in to what they have seen. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { chanceOf } from "../lib/chance.ts";
import { LogHistogram } from "../lib/log-histogram.ts";
import type { Way, WorldGraph } from "../lib/world-graph.ts";
import type { Mix } from "./choose-deed.ts";
import type { PackedHistogram } from "../lib/log-histogram.ts";
import { Player, type Entry, type Pace } from "./player.ts";
import { RawConnector } from "./raw-link.ts";
import { StockConnector } from "./stock-link.ts";
import { Tally, type Second, type TallyReport } from "./tally.ts";

export interface CrowdOrder {
  readonly endpoints: readonly string[];
  readonly kind: "raw" | "stock";
  readonly players: number;
  readonly graph: WorldGraph;
  readonly mix: Mix;
  /** Mean time between two commands of a player. */
  readonly pauseMs: number;
  /** Between two players who come in. */
  readonly enterEveryMs: number;
  readonly seed: number;
  /** True: everybody stays where everybody comes in. */
  readonly gathered: boolean;
  /** How each comes in; absent: as a new guest. */
  readonly entries?: readonly Entry[];
}

/** What came of playing for a while, and how much of this process it took. */
export interface WindowReport {
  readonly all: PackedHistogram;
  readonly delivery: PackedHistogram;
  readonly failed: number;
  readonly linesHeard: number;
  readonly cpuMs: number;
  readonly lagP99Ms: number;
}

export interface WindowOrder {
  readonly mix: Mix;
  readonly pauseMs: number;
  /** Before it counts. */
  readonly warmMs: number;
  readonly ms: number;
}

export interface CrowdReport extends TallyReport {
  readonly bytesIn: number;
  readonly bytesOut: number;
  /** Of this process while measuring. */
  readonly cpuMs: number;
  /** How late its timers were: what is in every latency it saw. */
  readonly lagP99Ms: number;
}

/** Players on their way in at a time. */
const ENTERING_AT_ONCE = 16;
const WALK_PAUSE_MS = 400;
/** Answers and lines that are on their way have come after so long. */
const TAIL_MS = 2_000;

export class Crowd {
  entered = 0;
  placed = 0;
  readonly tally = new Tally();
  readonly #order: CrowdOrder;
  readonly #players: Player[] = [];
  readonly #playing: Promise<void>[] = [];
  readonly #lag = monitorEventLoopDelay({ resolution: 5 });
  readonly #chance: () => number;
  readonly #pace: Pace;
  #wake: () => void = () => undefined;
  /** How long each took to come in. */
  readonly joins = new LogHistogram();
  #begun = { bytesIn: 0, bytesOut: 0, cpu: process.cpuUsage() };

  constructor(order: CrowdOrder) {
    this.#order = order;
    this.#chance = chanceOf(order.seed);
    this.#pace = { mix: order.mix, pauseMs: order.pauseMs, awake: Promise.resolve() };
    this.#rest(order.mix === "still");
  }

  /** Resolves when everybody is in and stands where they are to begin. Rejects when somebody cannot come in. */
  async assemble(): Promise<void> {
    const rooms = Object.keys(this.#order.graph.ways);
    let next = 0;
    const beganMs = performance.now();
    const enterSome = async (): Promise<void> => {
      while (next < this.#order.players) {
        const number = next;
        next += 1;
        await sleep(Math.max(0, beganMs + number * this.#order.enterEveryMs - performance.now()));
        await this.#enter(number, rooms);
      }
    };
    await Promise.all(Array.from({ length: ENTERING_AT_ONCE }, enterSome));
    while (this.placed < this.#order.players) await sleep(50);
  }

  async #enter(number: number, rooms: readonly string[]): Promise<void> {
    const { endpoints, kind, graph, gathered, entries } = this.#order;
    const ways = graph.ways as Record<string, readonly Way[]>;
    const endpoint = endpoints[number % endpoints.length]!;
    const player = new Player({
      endpoint, graph, tally: this.tally, chance: this.#chance,
      connector: kind === "raw" ? new RawConnector(endpoint) : new StockConnector(endpoint),
      friend: () => this.#players[Math.floor(this.#chance() * this.#players.length)]?.name ?? null,
      barred: (room, way) => void (ways[room] = (ways[room] ?? []).filter((other) => other !== way)),
      ...(entries === undefined ? {} : { entry: entries[number]! }),
    });
    const sinceMs = performance.now();
    await player.enter();
    this.joins.add(performance.now() - sinceMs);
    this.#players.push(player);
    this.entered += 1;
    const settles = gathered ? Promise.resolve() : player.walkTo(rooms[Math.floor(this.#chance() * rooms.length)]!, WALK_PAUSE_MS);
    this.#playing.push(settles.then(() => {
      this.placed += 1;
      return player.play(this.#pace);
    }));
  }

  /** Plays for a while, in a mix of its own; `opened` and `closed` are called when it begins and ends to count. */
  async window({ mix, pauseMs, warmMs, ms }: WindowOrder, opened: () => void, closed: () => void): Promise<WindowReport> {
    Object.assign(this.#pace, { mix, pauseMs });
    this.#rest(false);
    await sleep(warmMs);
    const before = this.tally.report();
    const cpu = process.cpuUsage();
    this.tally.clear();
    this.#lag.reset();
    this.#lag.enable();
    this.tally.measuring = true;
    opened();
    await sleep(ms);
    this.tally.measuring = false;
    closed();
    const { user, system } = process.cpuUsage(cpu);
    this.#lag.disable();
    this.#rest(true);
    const { delivery, failed, linesHeard, classes } = this.tally.report();
    return {
      all: LogHistogram.of(...Object.values(classes)).pack(), delivery, linesHeard, cpuMs: (user + system) / 1000, lagP99Ms: this.#lag.percentile(99) / 1e6,
      failed: sum(failed) - sum(before.failed),
    };
  }

  #rest(still: boolean): void {
    if (!still) {
      this.#wake();
      return;
    }
    this.#pace.mix = "still";
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#pace.awake = promise;
    this.#wake = resolve;
  }

  measure(): void {
    this.#begun = { ...this.#bytes(), cpu: process.cpuUsage() };
    this.#lag.enable();
    this.tally.measuring = true;
  }

  /** What the last second brought. */
  second(): Second {
    return this.tally.takeSecond(this.#players.filter(({ online }) => online).length);
  }

  /** Ends the play; what is still on its way is waited for. */
  async report(): Promise<CrowdReport> {
    const { user, system } = process.cpuUsage(this.#begun.cpu);
    const bytes = this.#bytes();
    this.#lag.disable();
    for (const player of this.#players) player.stop();
    this.#wake();
    await Promise.race([Promise.all(this.#playing), sleep(30_000)]);
    this.tally.measuring = false;
    await sleep(TAIL_MS);
    return {
      ...this.tally.report(), bytesIn: bytes.bytesIn - this.#begun.bytesIn, bytesOut: bytes.bytesOut - this.#begun.bytesOut,
      cpuMs: (user + system) / 1000, lagP99Ms: this.#lag.percentile(99) / 1e6,
    };
  }

  /** Everybody leaves by their own wish. */
  async leave(): Promise<void> {
    for (const player of this.#players) player.leave();
    await sleep(500);
  }

  #bytes(): { bytesIn: number; bytesOut: number } {
    let [bytesIn, bytesOut] = [0, 0];
    for (const player of this.#players) {
      bytesIn += player.bytesIn;
      bytesOut += player.bytesOut;
    }
    return { bytesIn, bytesOut };
  }
}

const sum = (counts: Readonly<Record<string, number>>): number => Object.values(counts).reduce((total, count) => total + count, 0);
