/**
 * A PostgreSQL of the test's own: made in a temporary folder, on a unix socket and a free port, stopped by its pid.
 * Uses the newest of /usr/lib/postgresql, then what is in PATH.
 */
import { execFile, spawn, type ChildProcess } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { systemPorts } from "./free-ports.ts";
import { madeOnce } from "./made-once.ts";

const run = promisify(execFile);
const INSTALL_HINT = "PostgreSQL 15 or newer is needed for this test. Install it (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql) and run the test again.";

export interface TestPostgres {
  /** For `DATABASE_URL`; each name is a database of its own, made on the way. */
  url(name?: string): Promise<string>;
  /** Over TCP, for fault proxies. */
  readonly port: number;
  /** Of the postmaster, parent of all the others; undefined while it is down. */
  pid(): number | undefined;
  /** SIGKILL to all of it, as a machine that loses power would; `start` again afterwards. */
  kill(): Promise<void>;
  /** `pg_ctl stop -m immediate` and a start. */
  restart(): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** `settings`: lines for postgresql.conf, for example `commit_delay = 2000`. */
export async function startPostgres(settings: readonly string[] = []): Promise<TestPostgres> {
  const bin = findBin();
  const user = unprivilegedUser();
  const folder = mkdtempSync(join(tmpdir(), "waystone-pg-"));
  if (user !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const options = { ...user, cwd: folder, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };
  await run("cp", ["-a", await emptyCluster(bin, data, options), data]);
  const port = (await systemPorts(1))[0]!;
  writeFileSync(join(data, "postgresql.auto.conf"), [
    `port = ${port}`, "listen_addresses = '127.0.0.1'", `unix_socket_directories = '${folder}'`, "shared_buffers = 32MB", "max_connections = 100", "recovery_init_sync_method = syncfs", ...settings, "",
  ].join("\n"));
  let server: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    server = spawn(join(bin, "postgres"), ["-D", data], { ...options, stdio: ["ignore", "ignore", "pipe"] });
    // A test that dies must not leave its database behind.
    const started = server;
    const quit = (): void => void started.kill("SIGQUIT");
    process.once("exit", quit);
    started.once("exit", () => process.removeListener("exit", quit));
    let said = "";
    server.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    for (let tries = 0; ; tries += 1) {
      if (server.exitCode !== null || tries > 200) throw new Error(`PostgreSQL did not start: ${said}`);
      const ready = await run(join(bin, "pg_isready"), ["-h", folder, "-p", String(port)], options).then(() => true, () => false);
      if (ready) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server === undefined || server.exitCode !== null || server.signalCode !== null) return;
    const ending = server;
    const exited = new Promise((resolve) => ending.once("exit", resolve));
    ending.kill(signal);
    await exited;
  };
  await start();
  return {
    port,
    pid: () => server?.pid,
    url: async (name = `test_${Math.random().toString(36).slice(2)}`) => {
      await run(join(bin, "createdb"), ["-h", folder, "-p", String(port), "-U", "waystone", name], options);
      return `postgres://waystone@127.0.0.1:${port}/${name}`;
    },
    kill: async () => {
      const children = childrenOf(server?.pid);
      await end("SIGKILL");
      for (const pid of children) tryKill(pid);
      // Until the last of them is gone their shared memory is in use, and nothing starts on this folder.
      for (let tries = 0; tries < 500 && children.some(isAlive); tries += 1) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    restart: async () => {
      await end("SIGQUIT");
      await start();
    },
    start,
    stop: async () => {
      await end("SIGINT");
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** The path of an empty one of this version and user, made at `data` by the first who asks: that user may not write where it is kept. */
async function emptyCluster(bin: string, data: string, options: { uid?: number; cwd: string; env: NodeJS.ProcessEnv }): Promise<string> {
  const { stdout: version } = await run(join(bin, "initdb"), ["--version"]);
  return await madeOnce(`postgres-${version.replace(/\W+/g, "-")}${options.uid ?? "own"}`, async (path) => {
    await run(join(bin, "initdb"), ["-D", data, "-U", "waystone", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"], options);
    await run("mv", [data, path]);
  });
}

export function findBin(): string {
  const debian = "/usr/lib/postgresql";
  const versions = existsSync(debian) ? readdirSync(debian).map(Number).filter((version) => version >= 15).sort((a, b) => b - a) : [];
  const folders = [...versions.map((version) => join(debian, String(version), "bin")), ...(process.env["PATH"] ?? "").split(delimiter)];
  const found = folders.find((folder) => existsSync(join(folder, "initdb")) && existsSync(join(folder, "postgres")));
  if (found === undefined) throw new Error(INSTALL_HINT);
  return found;
}

/** PostgreSQL refuses to run as root: then it runs as `postgres` or `nobody`. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const users = readFileSync("/etc/passwd", "utf8").split("\n").map((line) => line.split(":"));
  const user = users.find(([name]) => name === "postgres") ?? users.find(([name]) => name === "nobody");
  if (user === undefined) throw new Error("Run as root, these tests need a user postgres or nobody to run PostgreSQL as.");
  return { uid: Number(user[2]), gid: Number(user[3]) };
}

function childrenOf(pid: number | undefined): number[] {
  if (pid === undefined || !existsSync(`/proc/${pid}/task/${pid}/children`)) return [];
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").map(Number).filter((child) => child > 0);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
    return false;
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
