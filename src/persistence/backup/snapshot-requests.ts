/**
 * How a command on the same machine gets a copy of the embedded database from the server that has it open: by files in its
 * data folder. Whoever may write there owns the world anyway, so it needs no password, and no port.
 */
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { LEFTOVERS_KEPT_MS, SNAPSHOT_LOOK_MS, SNAPSHOT_TAKEN_UP_MS, SNAPSHOT_WAIT_MS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import type { Clock } from "../../runtime/ports.ts";
import { pause } from "../../timers.ts";
import { newId } from "../new-id.ts";
import type { SnapshotResult } from "../pglite-snapshot.ts";
import { exists, hasCode, namesIn, OWNER_ONLY_FOLDER, sweep } from "./durable-files.ts";
import { pgliteIn } from "./place.ts";

const REQUEST = "snapshot-request.";
const FAILED = "snapshot-failed.";
const FOLDER = "snapshot.";

/** The whole folder of a copy, to be opened as a data folder and removed by whoever asked. */
const folderOf = (dataDir: string, id: string): string => join(dataDir, FOLDER + id);

/**
 * Asks the server that runs on this data folder for a copy of its database; answers the folder, laid out as a data folder.
 * Rejects with a sentence when no server takes the request up, or it cannot make one.
 */
export async function askForSnapshot(dataDir: string, clock: Clock): Promise<{ readonly folder: string; remove(): Promise<void> }> {
  const id = newId();
  const request = join(dataDir, REQUEST + id);
  const failed = join(dataDir, FAILED + id);
  const folder = folderOf(dataDir, id);
  await writeFile(request, "");
  try {
    for (let waitedMs = 0; ; waitedMs += SNAPSHOT_LOOK_MS) {
      if (await exists(folder)) return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
      const why = await readIfThere(failed);
      if (why !== undefined) throw new AppError("E_STORAGE", `The server could not copy its database: ${why}`);
      const isTakenUp = !await exists(request);
      if (waitedMs >= (isTakenUp ? SNAPSHOT_WAIT_MS : SNAPSHOT_TAKEN_UP_MS)) {
        throw new AppError("E_STORAGE", `The server that uses ${dataDir} does not answer${isTakenUp ? "" : ", or is of a version that makes no backups while it runs"}; stop it and try again.`);
      }
      await pause(clock, SNAPSHOT_LOOK_MS / 4);
      waitedMs -= SNAPSHOT_LOOK_MS * 3 / 4;
    }
  } finally {
    await rm(request, { force: true });
    await rm(failed, { force: true });
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

export interface AnsweringDeps {
  readonly dataDir: string;
  /** Copies the database into a folder that is not there yet. */
  readonly snapshot: (to: string) => Promise<SnapshotResult>;
  readonly nowMs: () => number;
  readonly onError: (error: unknown) => void;
}

/** The server's side, called now and then: makes what is asked for, one after another. */
export async function answerRequests({ dataDir, snapshot, nowMs, onError }: AnsweringDeps): Promise<SnapshotResult[]> {
  const ids = (await namesIn(dataDir)).filter((name) => name.startsWith(REQUEST)).map((name) => name.slice(REQUEST.length)).filter((id) => /^[\w-]+$/.test(id));
  const made: SnapshotResult[] = [];
  if (ids.length > 0) await sweepSnapshots(dataDir, nowMs());
  for (const id of ids) {
    await rm(join(dataDir, REQUEST + id), { force: true });
    try {
      made.push(await makeSnapshot(folderOf(dataDir, id), snapshot));
    } catch (error) {
      onError(error);
      await writeFile(join(dataDir, FAILED + id), error instanceof Error ? error.message : String(error));
    }
  }
  return made;
}

async function makeSnapshot(folder: string, snapshot: (to: string) => Promise<SnapshotResult>): Promise<SnapshotResult> {
  const part = `${folder}.part`;
  try {
    await mkdir(part, { mode: OWNER_ONLY_FOLDER });
    const made = await snapshot(pgliteIn(part));
    await rename(part, folder);
    return made;
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

/** Copies that nobody came for, or whose user was killed. */
export async function sweepSnapshots(dataDir: string, nowMs: number): Promise<void> {
  await sweep(dataDir, (name) => name.startsWith(FOLDER) || name.startsWith(FAILED), LEFTOVERS_KEPT_MS, nowMs);
}
