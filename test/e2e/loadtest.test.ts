/** The load test itself: it plays on a server of its own, says what it saw, and fails when a limit is broken. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const MAIN = fileURLToPath(new URL("../../loadtest/main.ts", import.meta.url));
const PATIENCE_MS = 300_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "waystone-loadtest-"));
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function run(...args: string[]): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const [code] = (await once(child, "close")) as [number | null];
  return { code, said };
}

test("people play for a while, nothing is lost, and the figures are there by name and as a page", { timeout: PATIENCE_MS }, async () => {
  const [json, report] = [join(folder, "out.json"), join(folder, "out.html")];
  const { code, said } = await run("--players", "12", "--seconds", "6", "--pause", "0.5", "--ramp", "20", "--failed", "100", "--live", "--json", json, "--report", report);
  // On a machine that stands still for seconds the lease runs out, and commands are told so.
  expect(said).toContain("held: --lost 0 --disorder 0 --failed 100 --bugs 0");
  expect(code).toBe(0);
  const numbers = JSON.parse(await readFile(json, "utf8")) as Record<string, number>;
  expect(numbers).toMatchObject({ players: 12, lost: 0, bugs: 0 });
  expect(numbers["move_count"]).toBeGreaterThan(0);
  expect(numbers["all_p99_ms"]).toBeGreaterThan(0);
  expect(numbers["cpu_us_server"]).toBeGreaterThan(0);
  expect(numbers["bytes_in_per_player_per_s"]).toBeGreaterThan(0);
  // Code that was run for the first time alone is more than nothing.
  expect(numbers["live_kb_per_player"]).toBeGreaterThan(0);
  expect(Number.isFinite(numbers["live_mb_growth"])).toBe(true);
  const page = await readFile(report, "utf8");
  expect(page).toContain("All limits held.");
  expect(page.match(/<svg /g)).toHaveLength(6);
  expect(page).not.toContain("NaN");
});

test("with the stock SDK as well, in a world made for it; a limit that is broken is named, and the run has failed", { timeout: PATIENCE_MS }, async () => {
  const { code, said } = await run("--players", "4", "--seconds", "3", "--pause", "0.5", "--kind", "stock", "--stack", "single", "--made", "3x4", "--p99", "0");
  expect(said).toContain("3 areas of 4 rooms");
  expect(said).toContain("NOT HELD --p99 0");
  expect(code).toBe(1);
});

test("an option that makes no sense is told, with what there is", { timeout: PATIENCE_MS }, async () => {
  const { code, said } = await run("--players", "none");
  expect(said).toContain("--players must be a number, at least 1.");
  expect(said).toContain("--report FILE");
  expect(code).toBe(2);
});
