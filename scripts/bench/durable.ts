/** What is written before it is answered: steps within an area, and coins taken and laid down. By part, on both profiles of disks. */
import { startOurs, type Contender } from "./contenders.ts";
import { ms, slug, us, type Figures } from "./figures.ts";
import type { MadeWorld } from "../../loadtest/lib/made-world.ts";
import { assembleCrowd, disperse, inTurns, medianOf, warmUp, type Crowded } from "./turns.ts";
import type { WindowOrder } from "../../loadtest/bots/crowd.ts";
import { readGraph } from "../../loadtest/lib/world-graph.ts";

export interface DurableOptions {
  readonly players: number;
  /** Of all of them together, in each of the comparisons. */
  readonly perSecond: readonly number[];
  readonly seconds: number;
  readonly rounds: number;
}

const WARM_MS = 1_000;
/** Before anything is measured. */
const WARM_UP_MS = 4_000;
const COME_IN_PER_S = 100;
const GOAL_US = 100;

export async function measureDurable(figures: Figures, world: MadeWorld, { players, perSecond, seconds, rounds }: DurableOptions): Promise<void> {
  const graph = await readGraph(world.folder);
  const rooms = world.rooms.flat();
  const contenders: Contender[] = [];
  const crowds: Crowded[] = [];
  try {
    for (const cloudDisk of [false, true]) {
      const contender = await startOurs({ world: world.folder, cloudDisk, name: cloudDisk ? "flush of 2 ms" : "disk as it is" });
      contenders.push(contender);
      crowds.push(await assembleCrowd(contender, { entries: await contender.entries(players, (number) => rooms[number % rooms.length]!), graph, perSecond: COME_IN_PER_S }));
    }
    const play = (rate: number): Omit<WindowOrder, "warmMs" | "ms"> => ({ mix: "durable", pauseMs: (1000 * players) / rate });
    await warmUp(crowds, WARM_UP_MS, play(perSecond[0]!));
    for (const rate of perSecond) {
      const turns = await inTurns(crowds, rounds, { ...play(rate), warmMs: WARM_MS, ms: seconds * 1000 });
      figures.heading(`Durable commands, ${rate} a second from ${players} players in ${rooms.length} rooms; medians of ${rounds} turns of ${seconds} s`);
      figures.table([
        ["µs of processor time a command", "Node", "PostgreSQL", "Redis", "all", `goal ${GOAL_US}`, "answer p50 ms", "p99"],
        ...contenders.map(({ name }, index) => {
          const list = turns[index]!;
          const of = (what: string, value: number): number => figures.keep(`durable_${rate}_${slug(name)}_${what}`, value);
          const [node, postgres, redis] = [of("node_us", medianOf(list, ({ cpuUs }) => cpuUs.server)), of("postgres_us", medianOf(list, ({ cpuUs }) => cpuUs.postgres)), of("redis_us", medianOf(list, ({ cpuUs }) => cpuUs.redis))];
          const all = of("all_us", node + postgres + redis);
          return [name, us(node), us(postgres), us(redis), us(all), all <= GOAL_US ? "met" : "missed", ms(of("p50_ms", medianOf(list, ({ p50Ms }) => p50Ms))), ms(of("p99_ms", medianOf(list, ({ p99Ms }) => p99Ms)))];
        }),
      ]);
    }
  } finally {
    await disperse(crowds);
    for (const contender of contenders) await contender.close();
  }
}
