/**
 * Kills, stalls, cuts off and reloads the processes of one world, its Redis and its PostgreSQL, while hundreds of players walk,
 * talk and trade on them, and proves that nobody missed a line, lost an answer or had to log in again. Exits with 1 on
 * any violation. docs/proof-cluster.md has a run.
 */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { markdown, passed, reportLines } from "./chaos-cluster/report.ts";
import { keepEvidence } from "./chaos-cluster/keep.ts";
import { parseOptions, USAGE, type ClusterChaosOptions } from "./chaos-cluster/options.ts";
import { runClusterChaos } from "./chaos-cluster/run.ts";

function readOptions(): ClusterChaosOptions {
  try {
    return parseOptions(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exit(2);
  }
}

/** The commit that runs; "unknown" outside of a repository. */
function commitOfThis(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", cwd: import.meta.dirname, stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}

/** How it was started, but for where its files went. */
function commandOfThis({ seed }: ClusterChaosOptions): string {
  const args = process.argv.slice(2).filter((arg, index, all) => !/^--(keep|markdown)\b/.test(arg) && !/^--(keep|markdown)$/.test(all[index - 1] ?? ""));
  return ["npm run chaos:cluster --", ...args, ...(args.some((arg) => arg.startsWith("--seed")) ? [] : ["--seed", String(seed)])].join(" ");
}

const options = readOptions();
/** Of the beginning: another may be there at the end. */
const commit = commitOfThis();
const abandon = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => abandon.abort(new Error(`stopped by ${signal}`)));
console.log(`chaos on ${options.processes} processes: seed ${options.seed}, ${options.bots} players`);
try {
  const report = await runClusterChaos(options, (line) => console.log(line), abandon.signal);
  for (const line of reportLines(report)) console.log(line);
  if (options.keep !== null) await keepEvidence(options.keep, report);
  if (options.markdown !== null) {
    writeFileSync(options.markdown, markdown(report, { command: commandOfThis(options), date: new Date().toISOString().slice(0, 10), commit }));
  }
  process.exitCode = passed(report) ? 0 : 1;
} catch (error) {
  console.error(error);
  process.exitCode = 1;
}
// An interrupted run leaves loops behind that wait for servers which are gone.
process.exit();
