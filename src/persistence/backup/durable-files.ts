/** Files that are on disk before anybody relies on them. */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Whoever reads a backup has everybody's belongings, addresses and hashed passwords. */
export const OWNER_ONLY_FILE = 0o600;
export const OWNER_ONLY_FOLDER = 0o700;

export async function sha256Of(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}

/** Of a file or a folder; a system that cannot flush folders (Windows) needs it not. */
export async function sync(path: string): Promise<void> {
  const isFolder = (await stat(path)).isDirectory();
  if (isFolder && process.platform === "win32") return;
  const handle = await open(path, isFolder ? "r" : "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

export async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, "wx", OWNER_ONLY_FILE);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Gives a whole folder its name, in one step; rejects with ENOTEMPTY or EEXIST when something is there. */
export async function publish(from: string, to: string): Promise<void> {
  await sync(from);
  await rename(from, to);
  await sync(dirname(to));
}

/** Removes a whole folder, which nobody takes for complete any more from the first moment on. */
export async function discard(folder: string): Promise<void> {
  const away = `${folder}.part`;
  await rename(folder, away);
  await rm(away, { recursive: true, force: true });
}

export async function exists(path: string): Promise<boolean> {
  return await stat(path).then(() => true, (error: unknown) => {
    if (hasCode(error, "ENOENT")) return false;
    throw error;
  });
}

/** Names in a folder; none when there is no such folder. */
export async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** Removes what somebody who was killed has left: names that match, untouched for so long. */
export async function sweep(folder: string, isLeftover: (name: string) => boolean, olderThanMs: number, nowMs: number): Promise<void> {
  for (const name of await namesIn(folder)) {
    if (!isLeftover(name)) continue;
    const path = join(folder, name);
    const touchedMs = await stat(path).then((found) => found.mtimeMs, () => Infinity);
    if (nowMs - touchedMs > olderThanMs) await rm(path, { recursive: true, force: true });
  }
}

export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: OWNER_ONLY_FOLDER });
}

export const hasCode = (error: unknown, ...codes: string[]): boolean => error instanceof Error && "code" in error && codes.includes(String(error.code));
