/** What PM2 is told: that it waits for the server, and longer than the server takes. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { STOP_DEADLINE_MS } from "../../src/limits.ts";

interface App {
  readonly cwd: string;
  readonly script: string;
  readonly interpreter: string;
  readonly instances: number;
  readonly exec_mode: string;
  readonly wait_ready: boolean;
  readonly kill_timeout: number;
  readonly listen_timeout: number;
  readonly env: Record<string, string>;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

async function app(processes: string): Promise<App> {
  vi.stubEnv("WAYSTONE_PROCESSES", processes);
  // Plain JavaScript, as PM2 reads it.
  const path = `../../ecosystem.config.js?processes=${processes}`;
  const { apps } = (await import(path)) as { apps: App[] };
  return apps[0]!;
}

test("one process per port, started one when the other is ready, and given the time to write everything", async () => {
  const { cwd, script, interpreter, instances, exec_mode, wait_ready, kill_timeout, listen_timeout, env } = await app("3");
  expect({ instances, exec_mode, wait_ready, processes: env["WAYSTONE_PROCESSES"] }).toEqual({ instances: 3, exec_mode: "fork", wait_ready: true, processes: "3" });
  expect(existsSync(join(cwd, script))).toBe(true);
  expect(existsSync(interpreter)).toBe(true);
  expect(kill_timeout).toBeGreaterThan(STOP_DEADLINE_MS);
  expect(listen_timeout).toBeGreaterThanOrEqual(30_000);
});

test("as many as there are cores, when nobody says; never more than the server takes for sense", async () => {
  expect((await app("")).instances).toBeGreaterThanOrEqual(1);
  expect((await app("1000")).instances).toBe(64);
});
