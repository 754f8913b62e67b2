/** What costs the tests of this machine much and is always the same: made by the first who needs it, and copied by all. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));
const KEPT = join(MODULES, ".cache", "waystone-tests");

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
  return path;
}
