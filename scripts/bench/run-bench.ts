/** The parts of a benchmark, one after another, and its figures in a file. */
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startOurs, startRival, type Contender } from "./contenders.ts";
import { measureDurable, type DurableOptions } from "./durable.ts";
import { Figures } from "./figures.ts";
import { makeWorld } from "../../loadtest/lib/made-world.ts";
import { compareTalk, type TalkOptions } from "./talk.ts";

export interface BenchPlan {
  readonly talk: TalkOptions;
  readonly durable: DurableOptions;
  /** What else there is, after both. */
  readonly more: readonly ((figures: Figures) => Promise<void>)[];
}

/** Rooms that talkers are spread over: enough for the smallest groups. */
const AREAS = 8;

/** Reads `--json FILE`, and `--only talk,durable,…`. Sets the exit code: 1 when a server had a fault, 2 when it was asked for what there is not. */
export async function runBench(plan: BenchPlan): Promise<void> {
  const options = readOptions(["talk", "durable", ...plan.more.map(({ name }) => name)]);
  const wanted = (part: string): boolean => options.only.includes(part);
  const startedMs = performance.now();
  const figures = new Figures();
  const faults: string[] = [];
  console.log(`${cpus().length} processors (${cpus()[0]?.model.trim() ?? "?"}), Node ${process.versions.node}, ${new Date().toISOString().slice(0, 16)} UTC, ${commitOfThis()}`);
  if (wanted("talk")) {
    const rooms = Math.ceil(plan.talk.players / Math.min(...plan.talk.sizes));
    const world = await makeWorld(AREAS, Math.ceil(rooms / AREAS));
    const contenders: Contender[] = [];
    try {
      contenders.push(await startOurs({ world: world.folder }));
      for (const name of ["plain Colyseus", "plain Colyseus, batched", "bare ws"] as const) contenders.push(await startRival(name));
      await compareTalk(figures, contenders, world, plan.talk);
      faults.push(...contenders.flatMap((contender) => contender.faults()));
    } finally {
      for (const contender of contenders) await contender.close();
      await world.remove();
    }
  }
  if (wanted("durable")) {
    const world = await makeWorld(AREAS, 5);
    try {
      await measureDurable(figures, world, plan.durable);
    } finally {
      await world.remove();
    }
  }
  for (const part of plan.more) if (wanted(part.name)) await part(figures);
  console.log(`\n${((performance.now() - startedMs) / 1000).toFixed(0)} s in all`);
  for (const fault of faults) console.log(`the server says: ${fault.slice(0, 500)}`);
  if (options.json !== undefined) writeFileSync(options.json, figures.json({ commit: commitOfThis(), date: new Date().toISOString(), node: process.versions.node, processors: cpus().length, load: loadavg()[0]! }));
  process.exitCode = faults.length === 0 ? 0 : 1;
}

/** Ends the process when it is asked for help, or for what there is not. */
function readOptions(parts: readonly string[]): { readonly json: string | undefined; readonly only: readonly string[] } {
  const usage = `--only PART,PART   only these of ${parts.join(", ")}\n--json FILE        the figures by name`;
  try {
    const { values } = parseArgs({ options: { json: { type: "string" }, only: { type: "string" }, help: { type: "boolean" } } });
    if (values.help === true) {
      console.log(usage);
      process.exit(0);
    }
    const only = values.only?.split(",") ?? parts;
    const unknown = only.find((part) => !parts.includes(part));
    if (unknown !== undefined) throw new Error(`There is no part "${unknown}".`);
    return { json: values.json, only };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    process.exit(2);
  }
}

/** "unknown" outside of a repository. */
function commitOfThis(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { encoding: "utf8", cwd: import.meta.dirname, stdio: ["ignore", "pipe", "ignore"] }).trim();
  } catch {
    return "unknown";
  }
}
