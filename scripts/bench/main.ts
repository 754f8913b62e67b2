/** Everything that is measured, in a quarter of an hour: `npm run bench -- [--json FILE] [--only talk,durable,coming,areas]`. docs/performance.md explains it. */
import { areas } from "./areas.ts";
import { coming } from "./coming.ts";
import { runBench } from "./run-bench.ts";

await runBench({
  talk: { players: 1000, sizes: [20, 50, 100, 200], pauseMs: 1000, warmUpS: 20, seconds: 6, rounds: 3 },
  durable: { players: 400, perSecond: [100, 1000], seconds: 6, rounds: 3 },
  more: [coming, areas],
});
