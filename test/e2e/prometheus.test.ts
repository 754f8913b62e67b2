/** A real Prometheus watches a real server by the files in deploy/: it takes the rules, and every panel of the dashboard has its answer. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parse } from "yaml";
import { find } from "../../scripts/cluster/programs.ts";
import { DEPLOY } from "../support/deploy.ts";
import { freePorts } from "../support/free-ports.ts";
import { alertRules, expressions, recordingRules } from "../support/monitoring.ts";
import { StockPlayer } from "../support/players.ts";
import { ServerProcess } from "../support/server-process.ts";
import { until } from "../support/until.ts";

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const PATIENCE_MS = 90_000;

let server: ServerProcess;
let prometheus: ChildProcess;
let folder = "";
let api = "";
let said = "";

beforeAll(async () => {
  const program = find("prometheus");
  expect(program, "prometheus is needed for this test: apt-get install prometheus, or brew install prometheus").toBeDefined();
  server = await ServerProcess.start();
  folder = await mkdtemp(join(tmpdir(), "waystone-prometheus-"));
  // As in deploy/, but often, and with this server as the only one.
  const config = parse(await readFile(join(DEPLOY, "prometheus/prometheus.yml"), "utf8")) as { global: object; rule_files: string[]; scrape_configs: { job_name: string; static_configs: object[] }[] };
  config.global = { scrape_interval: "1s", evaluation_interval: "1s" };
  config.rule_files = config.rule_files.map((file) => join(DEPLOY, "prometheus", file));
  config.scrape_configs[0]!.static_configs = [{ targets: [`127.0.0.1:${server.port}`] }];
  await writeFile(join(folder, "prometheus.yml"), JSON.stringify(config));
  const port = await freePorts(1);
  api = `http://127.0.0.1:${port}/api/v1`;
  prometheus = spawn(program!, [`--config.file=${join(folder, "prometheus.yml")}`, `--storage.tsdb.path=${join(folder, "data")}`, `--web.listen-address=127.0.0.1:${port}`, "--log.level=warn"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  const started = prometheus;
  // A test that is given up must not leave it behind.
  const end = (): void => void started.kill("SIGKILL");
  process.once("exit", end);
  started.once("exit", () => process.removeListener("exit", end));
  for (const stream of [started.stdout, started.stderr]) stream?.on("data", (chunk: Buffer) => (said += chunk.toString()));
});
afterAll(async () => {
  if (prometheus?.exitCode === null) {
    const ended = new Promise((resolve) => prometheus.once("exit", resolve));
    prometheus.kill("SIGTERM");
    await ended;
  }
  await server?.remove();
  await rm(folder, { recursive: true, force: true });
});

async function ask<Data>(path: string): Promise<Data> {
  const answer = (await (await fetch(`${api}/${path}`)).json()) as { status: string; error?: string; data: Data };
  if (answer.status !== "success") throw new Error(`${path}: ${answer.error}`);
  return answer.data;
}
interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [number, string];
}
const query = async (expr: string): Promise<readonly Series[]> => (await ask<{ result: Series[] }>(`query?query=${encodeURIComponent(expr)}`)).result;

test("it collects what the server tells, and a player's commands show", async () => {
  await until(async () => await query('up{job="waystone"} == 1').then((found) => found.length === 1, () => false), `Prometheus has read the metrics; it says: ${said}`, PATIENCE_MS);
  const ada = await StockPlayer.register(server.endpoint, "Adalind");
  for (const line of ["look", "drop 2 coins", "get coins", "north", "say hello"]) await ada.typesTillEnd(line);
  await until(async () => Number((await query('sum(waystone_commands_total{status="ok"})'))[0]?.value[1] ?? 0) >= 4, "her commands are counted over there", PATIENCE_MS);
  await until(async () => (await query("sum(waystone_players) == 1")).length === 1, "she is seen in the world", PATIENCE_MS);
});

test("it evaluates every rule, and no alert fires over a world that is well", async () => {
  type Rule = { name: string; type: string; health: string; lastError?: string; state?: string };
  const rules = async (): Promise<Rule[]> => (await ask<{ groups: { rules: Rule[] }[] }>("rules")).groups.flatMap((group) => group.rules);
  const expected = [...(await alertRules()).map(({ alert }) => alert), ...(await recordingRules()).map(({ record }) => record)];
  await until(async () => (await rules()).every(({ health }) => health !== "unknown"), "every rule was evaluated", PATIENCE_MS);
  const found = await rules();
  expect(found.map(({ name }) => name).toSorted()).toEqual(expected.toSorted());
  expect(found.filter(({ health }) => health !== "ok")).toEqual([]);
  expect(found.filter(({ state }) => state === "firing").map(({ name }) => name)).toEqual([]);
});

test("every panel has an answer, and most have something to show on one process alone", async () => {
  const panels = (await expressions()).filter(({ where }) => where.startsWith("panel"));
  const emptyNow = async (): Promise<string[]> => {
    const empty: string[] = [];
    for (const { where, expr } of panels) {
      const found = await query(expr.replaceAll("$__rate_interval", "1m").replaceAll("$instance", ".*"));
      if (found.length === 0) empty.push(where);
    }
    return empty;
  };
  // Without Redis, PostgreSQL, replicas and other processes these have nothing.
  const needsMore = /^panel (Up|Commands|Commands, 99th percentile|Events|From process to process|Hot cache|Connections|Calls between processes|Calls between processes, 99th percentile|Handing areas over, 99th percentile|Colyseus without Redis|Replicas|Reads meant for replicas|Background jobs|Runs of jobs|Errors in the log|Not carried out|HTTP by route)$/;
  let empty: string[] = [];
  // A rate needs some readings.
  await until(async () => {
    empty = await emptyNow();
    return empty.every((where) => needsMore.test(where));
  }, "every panel shows something", PATIENCE_MS).catch((error: unknown) => {
    throw new Error(`empty: ${empty.filter((where) => !needsMore.test(where)).join(", ")}`, { cause: error });
  });
  expect(empty.length).toBeLessThan(panels.length / 3);
});
