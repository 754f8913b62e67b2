/** The main ratios in some two minutes: `npm run bench:quick -- [--json FILE] [--only talk,durable]`. docs/performance.md explains them. */
import { runBench } from "./run-bench.ts";

await runBench({
  talk: { players: 400, sizes: [20, 200], pauseMs: 1000, warmUpS: 5, seconds: 2.5, rounds: 2 },
  durable: { players: 200, perSecond: [1000], seconds: 3, rounds: 2 },
  more: [],
});
