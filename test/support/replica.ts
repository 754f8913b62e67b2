/** A streaming replica of a test's PostgreSQL: copied by pg_basebackup, following it until it is stopped. */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { systemPorts } from "./free-ports.ts";
import { findBin, unprivilegedUser, type TestPostgres } from "./postgres.ts";

const run = promisify(execFile);

export interface TestReplica {
  /** The database of the same name. */
  url(name: string): string;
  /** It replays no more, or does again; it takes connections all the while. */
  sql(text: string): Promise<string>;
  /** It becomes a server of its own. */
  promote(): Promise<void>;
  start(): Promise<void>;
  /** Ends it at once. `start` again afterwards. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

/** The primary must have been started with `REPLICABLE`. */
export const REPLICABLE = ["wal_level = replica", "max_wal_senders = 4"] as const;

export async function startReplica(primary: TestPostgres): Promise<TestReplica> {
  const bin = findBin();
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), "waystone-replica-"));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const as = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };
  const port = (await systemPorts(1))[0]!;
  await run(join(bin, "pg_basebackup"), ["-R", "-D", data, "-h", "127.0.0.1", "-p", String(primary.port), "-U", "waystone", "--checkpoint=fast", "--no-sync", "-X", "stream"], as);
  let server: ChildProcess | undefined;

  const sql = async (text: string): Promise<string> => (await run(join(bin, "psql"), ["-h", "127.0.0.1", "-p", String(port), "-U", "waystone", "-d", "postgres", "-Atc", text], as)).stdout.trim();
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = server;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const exited = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await exited;
  };
  const start = async (): Promise<void> => {
    const started = spawn(join(bin, "postgres"), ["-D", data, "-c", `port=${port}`, "-c", `unix_socket_directories=${folder}`, "-c", "hot_standby=on"], { ...as, stdio: ["ignore", "ignore", "pipe"] });
    server = started;
    const quit = (): void => void started.kill("SIGQUIT");
    process.once("exit", quit);
    started.once("exit", () => process.removeListener("exit", quit));
    let said = "";
    started.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    for (let tries = 0; ; tries += 1) {
      if (started.exitCode !== null || tries > 600) throw new Error(`the replica did not start: ${said}`);
      const ready = await sql("select pg_is_in_recovery()").then(() => true, () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  };
  try {
    await start();
  } catch (error) {
    await end("SIGQUIT");
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return {
    url: (name) => `postgres://waystone@127.0.0.1:${port}/${name}`,
    sql,
    promote: async () => void (await sql("select pg_promote(true, 60)")),
    start,
    kill: () => end("SIGQUIT"),
    stop: async () => {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
