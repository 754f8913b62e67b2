/**
 * Players by the hundred or thousand on a server of their own, and what that costs and how long they wait; exits with 1 when
 * a limit is broken. `npm run loadtest -- --help` says everything; docs/performance.md has what was measured with it.
 */
import { writeFileSync } from "node:fs";
import { brokenLimits } from "./lib/limits.ts";
import { parseOptions, USAGE, type LoadOptions } from "./lib/options.ts";
import { describeRun, namedNumbers, outcomeLines } from "./lib/print.ts";
import { runLoad } from "./lib/run.ts";
import { reportPage } from "./report/page.ts";

/** Lines named when some were lost. */
const LOST_SHOWN = 10;

function readOptions(): LoadOptions {
  if (process.argv.includes("--help")) {
    console.log(USAGE);
    process.exit(0);
  }
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    process.exit(2);
  }
}

const options = readOptions();
const abandon = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abandon.abort(new Error(`stopped by ${signal}`)));
console.log(describeRun(options));
try {
  const { outcome, faults } = await runLoad(options, abandon.signal);
  console.log();
  for (const line of outcomeLines(outcome)) console.log(line);
  for (const line of outcome.lost.slice(0, LOST_SHOWN)) console.log(`lost: ${line}`);
  const broken = [...brokenLimits(options.limits, outcome), ...faults.map((line) => `the server says: ${line.slice(0, 500)}`)];
  console.log();
  for (const line of broken) console.log(`NOT HELD ${line}`);
  if (broken.length === 0) console.log(`held: ${Object.entries(options.limits).map(([name, most]) => `--${name} ${most}`).join(" ")}`);
  if (options.json !== null) writeFileSync(options.json, `${JSON.stringify(namedNumbers(outcome), null, 2)}\n`);
  if (options.report !== null) writeFileSync(options.report, reportPage({ title: describeRun(options), outcome, broken }));
  process.exitCode = broken.length === 0 ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
