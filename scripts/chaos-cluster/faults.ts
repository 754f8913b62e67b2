/** What is done to many processes, when, and how it is brought back. */
import type { Rng } from "../../src/engine/context.ts";
import { pickOne } from "../../src/engine/rng.ts";
import type { ClusterBot } from "./bot.ts";
import { BUS_AWAY, type FaultKind, type FaultRecord, type InTheMiddle, type Strike } from "./evidence.ts";
import type { Machine } from "./machine.ts";
import type { ClusterChaosOptions } from "./options.ts";
import { playersWire } from "./players-wire.ts";
import type { ClusterStage } from "./stage.ts";

/** So long is waited for enough players to be in the middle of something. */
const AIM_WAIT_MS = 3_000;
/** Between two looks at it; after each, those who do nothing begin something. */
const AIM_LOOK_MS = 4;
/** Everybody plays undisturbed when no answer is waited for longer than this. */
const CALM_MS = 1_000;
const CALM_WITHIN_MS = 60_000;
const NOTICED_MS = 300;
const HANG_SECONDS = [3, 8] as const;
/** Processes find a Redis again after so long at the latest. */
const BUS_BACK_WITHIN_MS = 20_000;
/** A process that is told to stop is given up after this; it has a deadline of its own below. */
const STOP_WITHIN_MS = 45_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The smallest crowd in the middle of something that makes a fault count. */
export function enough({ command, transfer, line }: InTheMiddle, players: number): boolean {
  const least = Math.max(2, Math.ceil(players * 0.05));
  return command >= least && line >= least && transfer >= Math.max(1, Math.ceil(players * 0.01));
}

/** Every kind in turn, each round in an order drawn anew. */
export function* planFaults(kinds: readonly FaultKind[], rng: Rng): Generator<FaultKind> {
  while (kinds.length > 0) {
    const round = kinds.map((kind) => ({ kind, at: rng.next() })).sort((a, b) => a.at - b.at);
    for (const { kind } of round) yield kind;
  }
}

export class ClusterFaults {
  readonly records: FaultRecord[] = [];
  /** What went wrong in doing it or in bringing it back. */
  readonly troubles: string[] = [];
  readonly #stage: ClusterStage;
  readonly #rng: Rng;
  readonly #bots: readonly ClusterBot[];
  readonly #options: ClusterChaosOptions;

  constructor(stage: ClusterStage, rng: Rng, bots: readonly ClusterBot[], options: ClusterChaosOptions) {
    this.#stage = stage;
    this.#rng = rng;
    this.#bots = bots;
    this.#options = options;
  }

  /** Strikes, brings back what is ours to bring back, and waits until everybody plays again. */
  async inject(kind: FaultKind): Promise<FaultRecord> {
    const strikes: Strike[] = [];
    const affected = new Set<string>();
    const busBefore = await this.#busClients();
    await this.#do(kind, async (server, run) => {
      const players = server === null ? this.#bots : this.#playersOf(server);
      const strike = await this.#aim(players, run);
      strikes.push(strike);
      for (const { name } of players) affected.add(name);
    });
    if (BUS_AWAY.has(kind)) await this.#busBack(busBefore);
    await this.#calm(kind);
    const record: FaultRecord = { kind, strikes, affected, healedMs: performance.now(), counts: enough(sum(strikes), affected.size) };
    this.records.push(record);
    return record;
  }

  async #do(kind: FaultKind, strike: (server: Machine | null, run: () => void) => Promise<void>): Promise<void> {
    const { redis, redisWire, front, postgres, way } = this.#stage;
    switch (kind) {
      case "kill":
      case "kill-and-takeover": {
        const server = this.#pickServer();
        let dead: Promise<void> | undefined;
        await strike(server, () => { dead = server.kill(); });
        await dead;
        if (kind === "kill-and-takeover") await pause(this.#options.awaySeconds * 1_000);
        return await this.#stage.start(server);
      }
      case "stall": {
        const server = this.#pickServer();
        const [least, most] = this.#options.stallSeconds;
        await strike(server, () => server.freeze());
        await pause(1_000 * (least + (most - least) * this.#rng.next()));
        return server.thaw();
      }
      case "redis-kill":
      case "redis-empty": {
        let dead: Promise<void> | undefined;
        await strike(null, () => { dead = redis.kill(); });
        await dead;
        if (kind === "redis-kill") await pause(3_000 + 3_000 * this.#rng.next());
        return await way.start(() => redis.start());
      }
      case "redis-hang": {
        await strike(null, () => redisWire!.blackHole());
        await pause(4_000 + 4_000 * this.#rng.next());
        return redisWire!.mend();
      }
      case "database-restart": {
        let restarted: Promise<void> | undefined;
        await strike(null, () => { restarted = way.start(() => postgres.restart()); });
        return await restarted;
      }
      case "players-cut": return await strike(null, () => {
        for (const wire of [front, playersWire]) wire.reset(() => this.#rng.next() < 0.7);
      });
      case "players-silence": {
        await strike(null, () => {
          for (const wire of [front, playersWire]) wire.blackHole();
        });
        await pause(3_000 + 4_000 * this.#rng.next());
        for (const wire of [front, playersWire]) wire.mend();
        return;
      }
      case "database-partition": return await this.#part(strike, this.#options.partSeconds, ({ wires }) => wires.database!.partition());
      case "peers-hang": return await this.#part(strike, HANG_SECONDS, ({ wires }) => wires.peers!.blackHole());
      case "rolling-reload": return await this.#reload(strike);
    }
  }

  /** One process is on its own for a while, as far as what `hurt` takes from it goes. */
  async #part(strike: (server: Machine, run: () => void) => Promise<void>, [least, most]: readonly [number, number], hurt: (server: Machine) => void): Promise<void> {
    const server = this.#pickServer();
    await strike(server, () => hurt(server));
    await pause(1_000 * (least + (most - least) * this.#rng.next()));
    server.mend();
  }

  /** As a process manager does: each in its turn is told to stop, and started again. */
  async #reload(strike: (server: Machine, run: () => void) => Promise<void>): Promise<void> {
    for (const server of this.#stage.processes) {
      let ended: Promise<number | null> | undefined;
      await strike(server, () => { ended = server.stop(); });
      const code = await Promise.race([ended, pause(STOP_WITHIN_MS).then(() => "never" as const)]);
      if (code !== 0) this.troubles.push(`${server.name}, told to stop, ended with ${code}`);
      if (code === "never") await server.kill();
      await this.#stage.start(server);
    }
  }

  /** One of those with a good part of the players, or the one with most. */
  #pickServer(): Machine {
    const players = (server: Machine): number => this.#playersOf(server).length;
    const alive = this.#stage.processes.filter((server) => server.alive).sort((a, b) => players(b) - players(a));
    const busy = alive.filter((server, index) => index === 0 || players(server) >= this.#bots.length / (2 * this.#stage.processes.length));
    const server = pickOne(this.#rng, busy);
    if (server === undefined) throw new Error("no process is alive");
    return server;
  }

  /** Where servers name no port there is one process, and everybody is there. */
  #playersOf(server: Machine): ClusterBot[] {
    return this.#bots.filter(({ port }) => port === null || port === server.port);
  }

  /** Strikes when enough are in the middle of something, or in the end anyway. */
  async #aim(players: readonly ClusterBot[], run: () => void): Promise<Strike> {
    const untilMs = performance.now() + AIM_WAIT_MS;
    for (;;) {
      const middle = inTheMiddle(players);
      if (enough(middle, players.length) || performance.now() > untilMs) {
        const atMs = performance.now();
        run();
        return { atMs, middle };
      }
      for (const player of players) if (this.#rng.next() < 0.3) player.act();
      // What has been asked for leaves with the end of this turn.
      await new Promise((resolve) => setImmediate(resolve));
      const soon = inTheMiddle(players);
      if (!enough(soon, players.length)) await pause(AIM_LOOK_MS);
    }
  }

  async #calm(kind: FaultKind): Promise<void> {
    // Clients notice a cut, and begin to feel a stall, a moment later.
    await pause(NOTICED_MS);
    const untilMs = performance.now() + CALM_WITHIN_MS;
    while (!this.#bots.every((bot) => bot.calm(CALM_MS))) {
      if (performance.now() > untilMs) {
        const restless = this.#bots.filter((bot) => !bot.calm(CALM_MS));
        this.troubles.push(`${CALM_WITHIN_MS} ms after a ${kind}, ${restless.length} players still wait (${restless.slice(0, 5).map(({ name }) => name).join(", ")})`);
        return;
      }
      await pause(20);
    }
    if (!await this.#stage.ready()) await pause(500);
  }

  /** The names of the connections that Redis has, beside the one that asks. */
  async #busClients(): Promise<string[]> {
    const cli = this.#stage.redis.cli();
    try {
      return [...String(await cli.client("LIST")).matchAll(/\bname=(\S+)/g)].map(([, name]) => name!).sort();
    } finally {
      cli.disconnect();
    }
  }

  async #busBack(before: readonly string[]): Promise<void> {
    const untilMs = performance.now() + BUS_BACK_WITHIN_MS;
    for (let now = await this.#busClients(); now.length < before.length; now = await this.#busClients()) {
      if (performance.now() > untilMs) {
        this.troubles.push(`${BUS_BACK_WITHIN_MS} ms after Redis was back, it has the connections ${now.join(" ")}; it had ${before.join(" ")}`);
        return;
      }
      await pause(100);
    }
    await pause(500);
  }
}

/** Of a rolling reload: whoever was in the middle of something at each of its strikes. */
function sum(strikes: readonly Strike[]): InTheMiddle {
  const all = (what: keyof InTheMiddle): number => strikes.reduce((total, { middle }) => total + middle[what], 0);
  return { command: all("command"), transfer: all("transfer"), line: all("line") };
}

export function inTheMiddle(players: readonly ClusterBot[]): InTheMiddle {
  const all = players.map(({ middle }) => middle);
  return { command: all.filter(({ command }) => command).length, transfer: all.filter(({ transfer }) => transfer).length, line: all.filter(({ line }) => line).length };
}
