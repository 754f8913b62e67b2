/** What costs the tests of this machine much and is always the same: made by the first who needs it, and copied by all. */
import { existsSync, statSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const KEPT = join(MODULES, ".cache", "waystone-tests");
/** Others of its kind (what stands before the first "-") go when they are older than this: no test that copies them runs for so long. */
const OTHERS_KEPT_MS = 24 * 3600 * 1000;

/** The path of what has this name, made at a place of its own first. Not to be used itself: copy it. */
export async function madeOnce(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(KEPT, name);
  if (existsSync(path)) return path;
  await mkdir(KEPT, { recursive: true });
  const making = await mkdtemp(join(KEPT, "making-"));
  await make(join(making, "data"));
  try {
    await rename(join(making, "data"), path);
  } catch (error) {
    // Another test was quicker.
    if (!existsSync(path)) throw error;
  }
  await rm(making, { recursive: true, force: true });
  const kind = name.slice(0, name.indexOf("-") + 1);
  for (const other of await readdir(KEPT)) if (other.startsWith(kind) && other !== name && isOld(join(KEPT, other))) await rm(join(KEPT, other), { recursive: true, force: true });
  return path;
}

/** False when another test has removed it meanwhile. */
const isOld = (path: string): boolean => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity) > OTHERS_KEPT_MS;
