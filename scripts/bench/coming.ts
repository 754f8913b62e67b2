/** Coming in and crossing borders: joins, steps into another area of the same process, and areas that wake for whoever comes. */
import { readGraph } from "../../loadtest/lib/world-graph.ts";
import { startOurs } from "./contenders.ts";
import { ms, us, type Figures } from "./figures.ts";
import { makeWorld } from "../../loadtest/lib/made-world.ts";
import { assembleCrowd, disperse, inTurns, medianOf } from "./turns.ts";

const AREAS = 400;
const PLAYERS = 200;
const COME_IN_PER_S = 40;
const WARM_MS = 1_000;
const SECONDS = 6;
const ROUNDS = 3;
const PAUSE_MS = 1_000;

export async function coming(figures: Figures): Promise<void> {
  const world = await makeWorld(AREAS, 2);
  const graph = await readGraph(world.folder);
  const ours = await startOurs({ world: world.folder });
  const place = (area: number): string => world.rooms[area]![0]!;
  try {
    figures.heading(`Coming in: ${COME_IN_PER_S} a second, to a process with ${AREAS} areas`);
    const rows = [["", "server µs each", "p50 ms", "p99"]];
    // The first into one area each, which sleeps; the others into areas where somebody is.
    const asleep = await assembleCrowd(ours, { entries: await ours.entries(PLAYERS, (number) => place(number * 2)), graph, perSecond: COME_IN_PER_S });
    const awake = await assembleCrowd(ours, { entries: await ours.entries(PLAYERS, (number) => place(number * 2)), graph, perSecond: COME_IN_PER_S });
    for (const [name, crowd] of [["into an area that sleeps", asleep], ["into one that is awake", awake]] as const) {
      const key = crowd === asleep ? "join_asleep" : "join_awake";
      rows.push([name, us(figures.keep(`${key}_cpu_us`, crowd.joinCpuUs)), ms(figures.keep(`${key}_p50_ms`, crowd.joins.quantile(0.5))), ms(figures.keep(`${key}_p99_ms`, crowd.joins.quantile(0.99)))]);
    }
    figures.table(rows);
    console.log(`waking an area: ${us(figures.keep("wake_cpu_us", asleep.joinCpuUs - awake.joinCpuUs))} µs of processor time, ${ms(figures.keep("wake_p50_ms", asleep.joins.quantile(0.5) - awake.joins.quantile(0.5)))} ms more than coming in (goal 10 ms)`);
    console.log(`memory: ${us(figures.keep("area_awake_kb", (asleep.bytesPerPlayer - awake.bytesPerPlayer) / 1024))} kB for an area that is awake, ${us(figures.keep("player_kb", awake.bytesPerPlayer / 1024))} kB for a player`);
    const [list = []] = await inTurns([awake], ROUNDS, { mix: "borders", pauseMs: PAUSE_MS, warmMs: WARM_MS, ms: SECONDS * 1000 });
    figures.heading(`Steps into another area of the process, one a second from each of ${PLAYERS}`);
    figures.table([
      ["server µs", "PostgreSQL", "Redis", "there p50 ms", "p99"],
      [us(figures.keep("transfer_cpu_us", medianOf(list, ({ cpuUs }) => cpuUs.server))), us(medianOf(list, ({ cpuUs }) => cpuUs.postgres)), us(medianOf(list, ({ cpuUs }) => cpuUs.redis)),
        ms(figures.keep("transfer_p50_ms", medianOf(list, ({ p50Ms }) => p50Ms))), ms(figures.keep("transfer_p99_ms", medianOf(list, ({ p99Ms }) => p99Ms)))],
    ]);
    await disperse([asleep, awake]);
    for (const fault of ours.faults()) throw new Error(fault);
  } finally {
    await ours.close();
    await world.remove();
  }
}
