/** PM2 of the cluster's own: its daemon and its list of processes lie in the data folder, apart from anybody else's. */
import { createHash } from "node:crypto";
import { mkdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { livingPid, run } from "./programs.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const PM2 = join(ROOT, "node_modules", "pm2", "bin", "pm2");
/** PM2 talks over unix sockets in its home, whose paths a kernel cuts at some 104 characters. */
const MAX_HOME_CHARS = 80;

export interface ManagedProcess {
  readonly id: number;
  readonly pid: number;
  readonly port: number;
  /** PM2's word: online, launching, stopping, stopped, errored. */
  readonly status: string;
  readonly restarts: number;
  readonly memoryBytes: number;
  readonly startedMs: number;
}

export class Pm2 {
  readonly home: string;
  readonly #env: NodeJS.ProcessEnv;

  /** `env`: what the processes are started with, besides what ecosystem.config.js says. */
  constructor(folder: string, env: NodeJS.ProcessEnv) {
    const wanted = join(folder, "pm2");
    this.home = wanted.length <= MAX_HOME_CHARS ? wanted : join(tmpdir(), `waystone-pm2-${createHash("sha256").update(wanted).digest("hex").slice(0, 12)}`);
    mkdirSync(this.home, { recursive: true, mode: 0o700 });
    // The daemon and everything under it must run on this Node, whatever the system's is.
    this.#env = { ...env, PM2_HOME: this.home, PM2_DISCRETE_MODE: "true", PATH: [dirname(process.execPath), env["PATH"] ?? ""].join(delimiter) };
  }

  /** Starts what ecosystem.config.js says; resolves when all processes have said that they are ready, or were given up. */
  async start(): Promise<void> {
    await this.#run("start", join(ROOT, "ecosystem.config.js"));
  }

  /** Ends one process in order and starts it again, in the environment it had; resolves when it is ready. */
  async reload(id: number): Promise<void> {
    await this.#run("reload", String(id));
  }

  /** Ends all processes in order, and the daemon. Whether it ran. */
  async stop(): Promise<boolean> {
    if (!this.alive) return false;
    await this.#run("kill");
    return true;
  }

  /** Its daemon runs. PM2 itself would start one to be asked. */
  get alive(): boolean {
    return livingPid(join(this.home, "pm2.pid"), ["PM2"]) !== undefined;
  }

  /** Empty when nothing runs. */
  async list(): Promise<ManagedProcess[]> {
    if (!this.alive) return [];
    const out = await this.#run("jlist");
    const json = out.split("\n").find((line) => line.startsWith("["));
    const listed = JSON.parse(json ?? "[]") as { pm_id: number; pid: number; name: string; monit?: { memory?: number }; pm2_env: { status: string; restart_time: number; pm_uptime: number; PORT?: string; NODE_APP_INSTANCE?: number } }[];
    return listed.filter(({ name }) => name === "waystone").map(({ pm_id, pid, monit, pm2_env }) => ({
      id: pm_id, pid, port: Number(pm2_env.PORT ?? 2567) + Number(pm2_env.NODE_APP_INSTANCE ?? 0), status: pm2_env.status, restarts: pm2_env.restart_time,
      memoryBytes: monit?.memory ?? 0, startedMs: pm2_env.pm_uptime,
    }));
  }

  #run(...args: string[]): Promise<string> {
    return run(process.execPath, [PM2, ...args], { cwd: ROOT, env: this.#env, name: `pm2 ${args[0]}` });
  }
}
