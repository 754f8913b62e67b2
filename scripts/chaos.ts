/**
 * Kills, stops and cuts off a real server and a real PostgreSQL while dozens of bots play on them, then proves by SQL
 * that nothing that was acknowledged is lost or doubled. Exits with 1 on any violation. docs/proof-chaos.md has a run.
 */
import { parseOptions, USAGE, type ChaosOptions } from "./chaos/options.ts";
import { passed, reportLines } from "./chaos/report.ts";
import { runChaos } from "./chaos/run.ts";

function readOptions(): ChaosOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

const options = readOptions();
const abandon = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => abandon.abort(new Error(`stopped by ${signal}`)));
console.log(`chaos: seed ${options.seed}, ${options.kills} kills, ${options.bots} bots`);
try {
  const report = await runChaos(options, (line) => console.log(line), abandon.signal);
  for (const line of reportLines(report)) console.log(line);
  process.exitCode = passed(report) ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
// An interrupted run leaves loops behind that wait for servers which are gone.
process.exit();
