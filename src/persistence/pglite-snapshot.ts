/**
 * A copy of the embedded database while it is in use. Nearly all of it is copied while players play on; then the database's
 * door is held, everything in memory is written into the files, and what has changed since is copied again. The copy is what a
 * crash at that moment would have left, which PGlite opens as it does after a crash.
 */
import { copyFile, mkdir, readdir, rm, stat, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FILE_CLOCK_TICK_MS, SNAPSHOT_ROOM } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { PgliteClient } from "./pglite-client.ts";

interface Seen {
  readonly bytes: number;
  readonly changedMs: number;
  readonly copiedAtMs: number;
}

export interface SnapshotResult {
  readonly bytes: number;
  /** How long nobody else could use the database. */
  readonly heldMs: number;
}

/** `to` must not be there yet. Rejects with `StorageError` or with what the file system says; `to` is incomplete then. */
export async function snapshotEmbedded(client: PgliteClient, folder: string, to: string): Promise<SnapshotResult> {
  await mkdir(to, { recursive: true });
  await refuseWithoutRoom(folder, to);
  const seen = new Map<string, Seen>();
  await copyChanged(folder, to, seen);
  let bytes = 0;
  const heldSince = { ms: 0 };
  await client.exclusive(async (query) => {
    heldSince.ms = performance.now();
    await query("checkpoint");
    bytes = await copyChanged(folder, to, seen);
  });
  return { bytes, heldMs: performance.now() - heldSince.ms };
}

/** A copy that fills the disk would take it from the database itself. */
async function refuseWithoutRoom(folder: string, to: string): Promise<void> {
  let bytes = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) bytes += await stat(join(entry.parentPath, entry.name)).then(({ size }) => size, () => 0);
  }
  const { bavail, bsize } = await statfs(to);
  const neededBytes = bytes * SNAPSHOT_ROOM;
  if (bavail * bsize < neededBytes) throw new AppError("E_STORAGE", `there is no room for a copy of the database, which takes ${Math.ceil(neededBytes / 1024 / 1024)} MB in ${to}`);
}

/** Copies what is not there yet or may have been written to since, and removes what is gone. Answers the size of all. */
async function copyChanged(from: string, to: string, seen: Map<string, Seen>): Promise<number> {
  let bytes = 0;
  const present = new Set<string>();
  for (const entry of await readdir(from, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name).slice(from.length + 1);
    if (entry.isDirectory()) await mkdir(join(to, path), { recursive: true });
    if (!entry.isFile()) continue;
    const copied = await copyOne(join(from, path), join(to, path), seen.get(path));
    if (copied === undefined) continue;
    seen.set(path, copied);
    present.add(path);
    bytes += copied.bytes;
  }
  for (const path of [...seen.keys()].filter((each) => !present.has(each))) {
    seen.delete(path);
    await rm(join(to, path), { force: true });
  }
  return bytes;
}

/** Undefined when it is gone meanwhile. */
async function copyOne(from: string, to: string, before: Seen | undefined): Promise<Seen | undefined> {
  try {
    const copiedAtMs = Date.now();
    const { size, mtimeMs } = await stat(from);
    const isSame = before !== undefined && before.bytes === size && before.changedMs === mtimeMs && mtimeMs < before.copiedAtMs - FILE_CLOCK_TICK_MS;
    if (isSame) return before;
    await mkdir(dirname(to), { recursive: true });
    await copyFile(from, to);
    return { bytes: size, changedMs: mtimeMs, copiedAtMs };
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}
