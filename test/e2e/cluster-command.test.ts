/** `npm run cluster` as somebody uses it: everything comes up, a player stays through a reload, Ctrl-C takes it all down. */
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseOptions } from "../../scripts/cluster/options.ts";
import { freePorts } from "../support/free-ports.ts";
import { StockPlayer } from "../support/players.ts";
import { until } from "../support/until.ts";

const MAIN = fileURLToPath(new URL("../../scripts/cluster/main.ts", import.meta.url));
const WAIT_MS = 180_000;

let folder: string;
let ports: number;
let running: Run | undefined;

class Run {
  output = "";
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
      env: { PATH: process.env["PATH"], HOME: folder, HOST: "127.0.0.1", PORT: String(ports), DATA_DIR: join(folder, "data"), LOG_LEVEL: "info" }, stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) stream?.on("data", (chunk: Buffer) => (this.output += chunk.toString()));
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  says(part: string): Promise<void> {
    return until(() => {
      if (this.child.exitCode !== null && !this.output.includes(part)) throw new Error(`it ended with ${this.child.exitCode}: ${this.output}`);
      return this.output.includes(part);
    }, `it says "${part}"`, WAIT_MS);
  }
}

/** Runs one to its end. */
async function call(...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = new Run(...args);
  return { code: await run.ended, output: run.output };
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "waystone-cluster-"));
  // As a folder is where somebody runs this: run by root, its services are somebody else's, and may pass through.
  chmodSync(folder, 0o711);
  ports = await freePorts(3);
});

afterAll(async () => {
  if (running?.child.exitCode === null) running.child.kill("SIGKILL");
  await call("stop");
  rmSync(folder, { recursive: true, force: true });
}, WAIT_MS);

const answers = (port: number): Promise<boolean> => fetch(`http://127.0.0.1:${port}/readyz`).then((answer) => answer.ok, () => false);

test("up, played on, reloaded under a player, and down again with Ctrl-C", async () => {
  expect(await call("status")).toMatchObject({ code: 3, output: expect.stringContaining("Nothing runs") });
  running = new Run("--processes", "2", "--http-port", String(ports + 2));
  await running.says("Ctrl-C stops it all.");
  const url = `http://127.0.0.1:${ports + 2}`;
  for (const part of ["PostgreSQL: our own, started on port ", "Redis: our own, started on port ", `Processes: 2, on ports ${ports} to ${ports + 1}`, "nginx: in front", `Open ${url}\n`]) expect(running.output).toContain(part);

  const { output } = await call("status");
  expect(output.match(/^process \d {2}port \d+ {2}pid \d+ {2}ready/gm)).toHaveLength(2);
  expect(await call("start")).toMatchObject({ code: 1, output: expect.stringContaining(`it runs already, at ${url}`) });
  expect(running.child.exitCode, "which has not disturbed it").toBeNull();

  const ada = await StockPlayer.register(url, "Ada");
  expect((await ada.types("n")).status).toBe("ok");
  const ben = await StockPlayer.register(url, "Ben");
  await ben.leaves();
  let over = false;
  const reloading = call("reload").finally(() => (over = true));
  // Somebody who comes in again and again meanwhile finds a way each time.
  while (!over) {
    await ben.join();
    await ben.leaves();
    // Nobody comes in more often than once a second for long (JOINS_PER_ACCOUNT_PER_MINUTE).
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  const reloaded = await reloading;
  expect(reloaded.code, reloaded.output).toBe(0);
  expect(reloaded.output.match(/reloaded in/g)).toHaveLength(2);
  // Every process is another one now; the connection has moved along, and nothing was said of it.
  expect((await ada.types("say I am still here.")).status).toBe("ok");
  expect(ada.transfers).toBeGreaterThan(1);
  await ada.leaves();

  running.child.kill("SIGINT");
  expect(await running.ended, running.output).toBe(0);
  for (const part of ["Stopping …", "processes: stopped.", "nginx: stopped.", "Redis: stopped.", "PostgreSQL: stopped."]) expect(running.output).toContain(part);
  for (const port of [ports, ports + 1, ports + 2]) expect(await answers(port)).toBe(false);
  expect((await call("status")).code).toBe(3);
}, WAIT_MS);

test("a port that is taken, or a word it does not know, is said in a sentence; nothing is left running", async () => {
  const { createServer } = await import("node:net");
  const other = createServer().listen(ports + 1, "127.0.0.1");
  const { code, output } = await call("start", "--processes", "2", "--no-nginx");
  other.close();
  expect(code).toBe(1);
  expect(output).toContain(`port ${ports + 1} is in use by another program. Set PORT to the first of 2 free ones in a row.`);
  expect(output).toContain("PostgreSQL: stopped.");
  expect((await call("status")).code).toBe(3);
  expect(() => parseOptions(["restart"])).toThrow('There is no "restart".');
  expect(() => parseOptions(["--processes", "many"])).toThrow('--processes must be a whole number from 1 to 64, not "many".');
}, WAIT_MS);
