/** A real server in a process of its own, in a temporary folder, on a free port of 127.0.0.1; always stopped by id. */
import { spawn, type ChildProcess } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { COLLECTING, QUIET } from "../../scripts/bootstrap/node-args.mjs";
import { checkedWorld } from "./checked-world.ts";
import { migratedDatabase } from "./empty-database.ts";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
const START_TIMEOUT_MS = 60_000;
/** One for all servers of the tests, each of which has a new data folder where the first start would compile everything. */
const COMPILED = join(tmpdir(), "waystone-compiled");

export class ServerProcess {
  readonly dataDir: string;
  readonly #env: Record<string, string>;
  readonly #within: readonly string[];
  #child: ChildProcess | undefined;
  #port = 0;
  /** Everything the process printed. */
  output = "";

  private constructor(dataDir: string, env: Record<string, string>, within: readonly string[] = []) {
    this.dataDir = dataDir;
    this.#env = env;
    this.#within = within;
  }

  /** Starts one with a data folder in which nobody has played yet. `within`: a command that runs it somewhere else (`ip netns exec …`). */
  static async start(env: Record<string, string> = {}, within: readonly string[] = []): Promise<ServerProcess> {
    return await ServerProcess.#startIn(env["DATABASE_URL"] === undefined ? await migratedDatabase() : null, env, within);
  }

  /** Starts one that makes its embedded database by itself. */
  static async startAnew(env: Record<string, string>): Promise<ServerProcess> {
    return await ServerProcess.#startIn(null, env, []);
  }

  static async #startIn(database: string | null, env: Record<string, string>, within: readonly string[]): Promise<ServerProcess> {
    const server = new ServerProcess(await mkdtemp(join(tmpdir(), "waystone-")), env, within);
    try {
      if (env["WORLD_DIR"] === undefined) await cp(await checkedWorld(), join(server.dataDir, "cache"), { recursive: true });
      if (database !== null) await cp(database, join(server.dataDir, "pglite"), { recursive: true });
      await server.run();
    } catch (error) {
      await server.remove();
      throw error;
    }
    return server;
  }

  /** Starts another one in the same folder; rejects with what it says. */
  static async beside(other: ServerProcess): Promise<ServerProcess> {
    const server = new ServerProcess(other.dataDir, {});
    await server.run();
    return server;
  }

  get endpoint(): string {
    return `http://${this.#env["HOST"] ?? "127.0.0.1"}:${this.#port}`;
  }

  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  /** Starts the process (again), on the port it had. Rejects with what it printed when it does not open. */
  async run(): Promise<void> {
    const [command = process.execPath, ...args] = [...this.#within, process.execPath, ...QUIET, ...COLLECTING, MAIN];
    const child = spawn(command, args, {
      env: { PATH: process.env["PATH"] ?? "", HOST: "127.0.0.1", PORT: String(this.#port), DATA_DIR: this.dataDir, LOG_LEVEL: "info", NODE_ENV: "test", NODE_COMPILE_CACHE: COMPILED, WAYSTONE_UNLIMITED_ADDRESSES: "127.0.0.1", ...this.#env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#child = child;
    // What an earlier process of this folder printed does not count.
    const before = this.output.length;
    // A test that is given up must not leave a server behind.
    const end = (): void => { child.kill("SIGKILL"); };
    process.once("exit", end);
    child.once("exit", () => process.removeListener("exit", end));
    await new Promise<void>((resolve, reject) => {
      const give = setTimeout(() => reject(new Error(`the server did not open in ${START_TIMEOUT_MS} ms:\n${this.output}`)), START_TIMEOUT_MS);
      const read = (chunk: Buffer): void => {
        this.output += chunk.toString();
        const open = /is open: http:\/\/[^:]+:(\d+)/.exec(this.output.slice(before).slice(-4000));
        if (open === null) return;
        clearTimeout(give);
        this.#port = Number(open[1]);
        resolve();
      };
      child.stdout.on("data", read);
      child.stderr.on("data", read);
      child.once("exit", (code) => {
        clearTimeout(give);
        reject(new Error(`the server ended with ${code}:\n${this.output}`));
      });
    });
  }

  /** Ends it at once, as a power cut or the kernel's memory killer would. */
  async kill(): Promise<void> {
    await this.#signal("SIGKILL");
  }

  /** The kernel gives it no more time (SIGSTOP), as a stalled machine would. */
  freeze(): void {
    this.#child?.kill("SIGSTOP");
  }

  thaw(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Whether a process is there, frozen or not. */
  get alive(): boolean {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  get port(): number {
    return this.#port;
  }

  /** Ends it in order and answers its exit code. */
  async stop(): Promise<number | null> {
    return await this.#signal("SIGTERM");
  }

  /** Ends it, however it is, and removes its folder. */
  async remove(): Promise<void> {
    if (this.alive) await this.kill();
    await rm(this.dataDir, { recursive: true, force: true });
  }

  async #signal(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return await ended;
  }
}
