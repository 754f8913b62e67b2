/** A PostgreSQL of the cluster's own, in its data folder: made the first time, found again later, reached by password. */
import { randomBytes } from "node:crypto";
import { chownSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { DB_POOL_DEFAULT } from "../../src/limits.ts";
import { canEnter, find, freePort, run, serviceFolder, Trouble, unprivilegedUser } from "./programs.ts";

const NAME = "waystone";
/** Connections for whoever looks into it: a shell, a backup, the tools. */
const SPARE_CONNECTIONS = 20;

export interface OwnService {
  readonly url: string;
  readonly port: number;
  /** It was there already. */
  readonly found: boolean;
}

/** Starts it unless it runs. Rejects with `Trouble` where it is not installed or may not be started. */
export async function startPostgres(folder: string, processes: number): Promise<OwnService> {
  const pgCtl = find("pg_ctl");
  if (pgCtl === undefined) {
    throw new Trouble("PostgreSQL 15 or newer is needed: install it (Debian and Ubuntu: apt-get install postgresql; macOS: brew install postgresql@15), or set DATABASE_URL to one that runs.");
  }
  const user = unprivilegedUser();
  serviceFolder(folder, user);
  if (!canEnter(folder, user)) throw new Trouble(`PostgreSQL runs as ${user?.name} and cannot get into ${folder}. Set DATA_DIR to a folder that everybody may pass through, or DATABASE_URL to a PostgreSQL that runs.`);
  const data = join(folder, "data");
  const passwordFile = join(folder, "password");
  const as = { user, cwd: folder, env: { ...process.env, LC_ALL: "C", TZ: "UTC" } };
  if (!existsSync(join(data, "PG_VERSION"))) {
    writeFileSync(passwordFile, randomBytes(24).toString("base64url"), { mode: 0o600 });
    if (user !== undefined) chownSync(passwordFile, user.uid, user.gid);
    await run(join(dirname(pgCtl), "initdb"), ["-D", data, "-U", NAME, "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", "--locale=C"], as);
  }
  const password = readFileSync(passwordFile, "utf8");
  const urlOf = (port: number): string => `postgres://${NAME}:${password}@127.0.0.1:${port}/${NAME}`;
  const running = runningPort(data);
  if (running !== undefined && await isRunning(pgCtl, data, as)) return { url: urlOf(running), port: running, found: true };

  // The port of last time, so that what was told to others holds.
  const port = await freePort(lastPort(folder));
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", "unix_socket_directories=", `max_connections=${processes * Number(process.env["WAYSTONE_DB_POOL"] || DB_POOL_DEFAULT) + SPARE_CONNECTIONS}`, "shared_buffers=128MB"];
  await run(pgCtl, ["start", "-D", data, "-l", join(folder, "log"), "-w", "-t", "120", "-s", "-o", settings.map((setting) => `-c ${setting}`).join(" ")], as);
  writeFileSync(join(folder, "port"), String(port));
  const admin = { ...as, env: { ...as.env, PGPASSWORD: password } };
  const exists = await run(join(dirname(pgCtl), "psql"), ["-h", "127.0.0.1", "-p", String(port), "-U", NAME, "-d", "postgres", "-Atc", `select 1 from pg_database where datname = '${NAME}'`], admin);
  if (exists.trim() !== "1") await run(join(dirname(pgCtl), "createdb"), ["-h", "127.0.0.1", "-p", String(port), "-U", NAME, NAME], admin);
  return { url: urlOf(port), port, found: false };
}

/** Whether it was running. */
export async function stopPostgres(folder: string): Promise<boolean> {
  const data = join(folder, "data");
  const pgCtl = find("pg_ctl");
  if (pgCtl === undefined || !existsSync(join(data, "PG_VERSION"))) return false;
  const as = { user: unprivilegedUser(), cwd: folder };
  if (!await isRunning(pgCtl, data, as)) return false;
  await run(pgCtl, ["stop", "-D", data, "-m", "fast", "-w", "-t", "60", "-s"], as);
  return true;
}

/** The port it listens on; undefined when it does not run. */
export async function postgresPort(folder: string): Promise<number | undefined> {
  const data = join(folder, "data");
  const pgCtl = find("pg_ctl");
  const port = runningPort(data);
  return pgCtl !== undefined && port !== undefined && await isRunning(pgCtl, data, { user: unprivilegedUser(), cwd: folder }) ? port : undefined;
}

async function isRunning(pgCtl: string, data: string, as: Parameters<typeof run>[2]): Promise<boolean> {
  return await run(pgCtl, ["status", "-D", data], as).then(() => true, () => false);
}

/** What the postmaster has written down: its pid, folder, start, port. */
function runningPort(data: string): number | undefined {
  const file = join(data, "postmaster.pid");
  const port = existsSync(file) ? Number(readFileSync(file, "utf8").split("\n")[3]) : NaN;
  return Number.isInteger(port) && port > 0 ? port : undefined;
}

function lastPort(folder: string): number {
  const file = join(folder, "port");
  return existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
}
