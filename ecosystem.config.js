/**
 * PM2: one process per core, each with a port of its own (PORT plus the instance's number, which PM2 counts from 0).
 * `npm run cluster` starts this with all that belongs to it; by hand, with DATABASE_URL, REDIS_URL and JWT_SECRET set:
 * `npx pm2 start ecosystem.config.js`, later `npx pm2 reload waystone`. Needs Node 24, as everything here.
 */
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { chooseNode } from "./scripts/bootstrap/choose-node.mjs";
import { COLLECTING, QUIET } from "./scripts/bootstrap/node-args.mjs";
import { MAX_PROCESSES_PER_HOST, STOP_DEADLINE_MS } from "./src/limits.ts";

const instances = Math.min(MAX_PROCESSES_PER_HOST, Number(process.env.WAYSTONE_PROCESSES) || availableParallelism());
const data = resolve(process.env.DATA_DIR || "data");
const logs = join(data, "logs");

// A default export would not be found in an ES module.
export const apps = [
  {
    name: "waystone",
    script: "src/main.ts",
    cwd: import.meta.dirname,
    // Each process listens on a port of its own; PM2's cluster mode would share one, and send players to the wrong one.
    exec_mode: "fork",
    instances,
    interpreter: chooseNode(),
    node_args: [...QUIET, ...COLLECTING],
    // `src/main.ts` names the same folder; said here it covers that file too, which a restart in place has the use of.
    env: { NODE_ENV: "production", WAYSTONE_PROCESSES: String(instances), NODE_COMPILE_CACHE: join(data, "cache", "compiled") },
    // Started: when the process says so. A reload goes on to the next one only then.
    wait_ready: true,
    listen_timeout: 60_000,
    // The server ends by itself within its deadline, everything written; killed before, it would have to be recovered.
    kill_timeout: STOP_DEADLINE_MS + 5_000,
    // After a crash at once, then ever later; what cannot start is given up and shown as "errored".
    exp_backoff_restart_delay: 100,
    min_uptime: 5_000,
    max_restarts: 16,
    out_file: join(logs, "waystone.log"),
    error_file: join(logs, "waystone.log"),
    merge_logs: true,
    // The server has metrics and git of its own; PM2's probes would also print what is not for a log (`src/leave-out-probes.ts`).
    pmx: false,
    vizion: false,
  },
];
