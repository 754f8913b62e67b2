/** A redis-server of the test's own: on a free port of 127.0.0.1, nothing on disk, stopped by its pid. */
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { systemPorts } from "./free-ports.ts";

const INSTALL_HINT = "redis-server is needed for this test. Install it (Debian and Ubuntu: apt-get install redis-server; macOS: brew install redis) and run the test again.";

export interface TestRedis {
  /** For `REDIS_URL`. */
  readonly url: string;
  readonly port: number;
  /** Undefined while it is down. */
  pid(): number | undefined;
  /** SIGKILL; what it had is gone. `start` brings it back empty, on the same port. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** A client for looking into it, as `redis-cli` would; closed with the server. */
  cli(): Redis;
  stop(): Promise<void>;
}

export async function startRedis(): Promise<TestRedis> {
  const folder = mkdtempSync(join(tmpdir(), "waystone-redis-"));
  const port = (await systemPorts(1))[0]!;
  const clients: Redis[] = [];
  let server: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    let failed: Error | undefined;
    const started = spawn("redis-server", ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", folder], { stdio: ["ignore", "pipe", "pipe"] });
    server = started;
    // A test that dies must not leave its Redis behind.
    const quit = (): void => void started.kill("SIGKILL");
    process.once("exit", quit);
    started.once("exit", () => process.removeListener("exit", quit));
    started.once("error", (error: NodeJS.ErrnoException) => (failed = error.code === "ENOENT" ? new Error(INSTALL_HINT) : error));
    let said = "";
    started.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    for (let tries = 0; !said.includes("Ready to accept connections"); tries += 1) {
      if (failed !== undefined) throw failed;
      if (started.exitCode !== null || tries > 400) throw new Error(`redis-server did not start: ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  };
  const end = async (): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ending = server;
    const exited = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill("SIGKILL");
    await exited;
  };
  await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    pid: () => server?.pid,
    kill: end,
    start,
    cli: () => {
      const client = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
      client.on("error", () => undefined);
      clients.push(client);
      return client;
    },
    stop: async () => {
      for (const client of clients) client.disconnect();
      await end();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
