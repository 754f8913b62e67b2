/**
 * Keeps two servers from opening one embedded database, which would ruin it. Each server that wants the folder puts a
 * claim file of its own into it and then looks for others: whoever looks last sees the other, so there are never two.
 * A claim counts as long as its process lives: the same pid with the same start time, or, where that cannot be seen
 * (another container on the same volume), as long as the file is touched.
 */
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { AppError } from "../protocol/codes.ts";
import type { Clock } from "../runtime/ports.ts";
import type { StorageLog } from "./database.ts";
import { newId } from "./new-id.ts";
import { LOCK_TOUCH_MS, LOCK_UNTOUCHED_MS } from "../limits.ts";

interface Claim {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot; null where /proc does not tell. */
  readonly started: string | null;
  readonly host: string;
}

const PREFIX = "pglite.lock.";

/**
 * Claims the folder for this process until the answer is called. Rejects with `E_STORAGE` and a sentence that says who
 * has it. `self` is for tests.
 */
export async function lockFolder(folder: string, clock: Clock, log: StorageLog, self?: Partial<Claim>): Promise<() => Promise<void>> {
  const claim: Claim = { pid: process.pid, started: await startTime(process.pid), host: hostname(), ...self };
  const ownName = `${PREFIX}${newId()}`;
  const ownPath = join(folder, ownName);
  await mkdir(folder, { recursive: true });
  await refuseIfHeld(folder, ownName, clock);
  await writeFile(ownPath, JSON.stringify(claim));
  try {
    await refuseIfHeld(folder, ownName, clock);
  } catch (error) {
    await rm(ownPath, { force: true });
    throw error;
  }
  const stopTouching = keepTouching(ownPath, clock, log);
  return async () => {
    stopTouching();
    await rm(ownPath, { force: true });
  };
}

/** The process that has the folder; undefined when nobody alive has. */
export async function lockHolder(folder: string, clock: Clock): Promise<number | undefined> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (isNoSuchFile(error)) return [];
    throw error;
  });
  for (const name of names) {
    if (!name.startsWith(PREFIX)) continue;
    const claim = await readClaim(join(folder, name));
    if (claim !== undefined && await isAlive(claim, join(folder, name), clock)) return claim.pid;
  }
  return undefined;
}

/** Removes claims of the dead, so that the folder does not fill with them; rejects when somebody alive has one. */
async function refuseIfHeld(folder: string, ownName: string, clock: Clock): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith(PREFIX) || name === ownName) continue;
    const path = join(folder, name);
    const claim = await readClaim(path);
    if (claim === undefined) continue;
    if (await isAlive(claim, path, clock)) {
      throw new AppError("E_STORAGE", `Another server (process ${claim.pid} on ${claim.host}) is using ${folder}; stop it, or give this one another DATA_DIR.`);
    }
    await rm(path, { force: true });
  }
}

/** Undefined when it is gone meanwhile, or was not written to its end: then its writer has yet to look for others. */
async function readClaim(path: string): Promise<Claim | undefined> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (isNoSuchFile(error)) return undefined;
    throw error;
  }
  if (!text.endsWith("}")) return undefined;
  return JSON.parse(text) as Claim;
}

async function isAlive(claim: Claim, path: string, clock: Clock): Promise<boolean> {
  if (claim.host !== hostname()) return clock.nowMs() - (await touchedMs(path)) < LOCK_UNTOUCHED_MS;
  try {
    process.kill(claim.pid, 0);
  } catch (error) {
    // EPERM: it lives and belongs to somebody else. ESRCH: there is no such process.
    if (!(error instanceof Error && "code" in error && error.code === "EPERM")) return false;
  }
  const started = await startTime(claim.pid);
  return started === null || claim.started === null || started === claim.started;
}

async function touchedMs(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isNoSuchFile(error)) return 0;
    throw error;
  }
}

function keepTouching(path: string, clock: Clock, log: StorageLog): () => void {
  let cancel = (): void => undefined;
  let stopped = false;
  const touch = async (): Promise<void> => {
    const now = new Date(clock.nowMs());
    await utimes(path, now, now).catch((error: unknown) => log.warn({ error, path }, "the lock file of the database cannot be touched"));
    if (!stopped) arm();
  };
  const arm = (): void => {
    cancel = clock.after(LOCK_TOUCH_MS, () => void touch());
  };
  arm();
  return () => {
    stopped = true;
    cancel();
  };
}

/** Field 22 of /proc/<pid>/stat; the name before it may contain spaces and parentheses. Null where there is no /proc. */
async function startTime(pid: number): Promise<string | null> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch (error) {
    if (isNoSuchFile(error)) return null;
    throw error;
  }
}

const isNoSuchFile = (error: unknown): boolean => error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH");
