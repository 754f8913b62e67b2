/** Talk alone, as many to a room as said: against Colyseus as one would use it without us, and against bare `ws`. */
import type { Contender } from "./contenders.ts";
import { slug, times, us, ms, type Figures } from "./figures.ts";
import { assembleCrowd, disperse, inTurns, medianOf, warmUp, type Crowded } from "./turns.ts";
import type { MadeWorld } from "../../loadtest/lib/made-world.ts";

export interface TalkOptions {
  readonly players: number;
  /** Players to a room, one comparison each. */
  readonly sizes: readonly number[];
  readonly pauseMs: number;
  /** How long all are talked to before the first comparison; half of it before each other. */
  readonly warmUpS: number;
  readonly seconds: number;
  readonly rounds: number;
}

const WARM_MS = 800;
const COME_IN_PER_S = 300;

/** The first contender is ours; what the others cost is given as a share of its. */
export async function compareTalk(figures: Figures, contenders: readonly Contender[], world: MadeWorld, { players, sizes, pauseMs, warmUpS, seconds, rounds }: TalkOptions): Promise<void> {
  const rooms = world.rooms.flat();
  for (const size of sizes) {
    const crowds: Crowded[] = [];
    try {
      for (const contender of contenders) {
        const entries = await contender.entries(players, (number) => rooms[Math.floor(number / size)]!);
        crowds.push(await assembleCrowd(contender, { entries, graph: { start: "", ways: {}, askable: {} }, perSecond: COME_IN_PER_S }));
      }
      await warmUp(crowds, (size === sizes[0] ? 1000 : 500) * warmUpS, { mix: "say", pauseMs });
      const turns = await inTurns(crowds, rounds, { mix: "say", pauseMs, warmMs: WARM_MS, ms: seconds * 1000 });
      figures.heading(`Talk: ${players} players, ${size} to a room, each says something every ${pauseMs / 1000} s; medians of ${rounds} turns of ${seconds} s`);
      const cpu = turns.map((list) => medianOf(list, (turn) => turn.cpuUs.server));
      figures.table([
        ["", "server µs/command", "ours is", "of a core", "answer p50 ms", "p99", "heard p50 ms", "p99", "kB/player", "join µs", "join p50 ms", "bots µs", "failed"],
        ...crowds.map(({ contender, bytesPerPlayer, joinCpuUs, joins }, index) => {
          const list = turns[index]!;
          const name = `talk_${size}_${slug(contender.name)}`;
          const of = (what: string, value: number): number => figures.keep(`${name}_${what}`, value);
          const ratio = index === 0 ? 1 : figures.keep(`talk_${size}_cpu_ours_to_${slug(contender.name)}`, cpu[0]! / cpu[index]!);
          return [
            contender.name, us(of("cpu_us", cpu[index]!)), index === 0 ? "" : times(ratio), `${(100 * of("core", medianOf(list, ({ share }) => share))).toFixed(0)} %`,
            ms(of("p50_ms", medianOf(list, ({ p50Ms }) => p50Ms))), ms(of("p99_ms", medianOf(list, ({ p99Ms }) => p99Ms))),
            ms(of("heard_p50_ms", medianOf(list, ({ heardP50Ms }) => heardP50Ms))), ms(of("heard_p99_ms", medianOf(list, ({ heardP99Ms }) => heardP99Ms))),
            us(of("kb_per_player", bytesPerPlayer / 1024)), us(of("join_cpu_us", joinCpuUs)), ms(of("join_p50_ms", joins.quantile(0.5))),
            us(medianOf(list, ({ botsCpuUs }) => botsCpuUs)), String(list.reduce((sum, { failed }) => sum + failed, 0)),
          ];
        }),
      ]);
      const ours = turns[0]!;
      console.log(`with Redis ${us(medianOf(ours, ({ cpuUs }) => cpuUs.redis))} µs and PostgreSQL ${us(medianOf(ours, ({ cpuUs }) => cpuUs.postgres))} µs a command beside Waystone's own`);
    } finally {
      await disperse(crowds);
    }
  }
  if (sizes.length > 1) {
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    console.log(`\nfrom ${least} to ${most} to a room:`);
    for (const { name } of contenders) {
      const at = (size: number): number => figures.named(`talk_${size}_${slug(name)}_cpu_us`);
      console.log(`  ${name}: ${times(figures.keep(`talk_growth_${least}_to_${most}_${slug(name)}`, at(most) / at(least)))} of the processor time a command`);
    }
  }
}
