/**
 * A folder with an embedded database as PGlite makes it, before anything is in it. Making one takes seconds of
 * processor time; it is made once a machine and copied by every server that a test starts.
 */
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPglite } from "../../src/persistence/pglite-engine.ts";

const MODULES = fileURLToPath(new URL("../../node_modules/", import.meta.url));

/** The folder's path. Not to be opened: copy it. */
export async function emptyDatabase(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(MODULES, "@electric-sql/pglite/package.json"), "utf8")) as { version: string };
  const cache = join(MODULES, ".cache", "waystone-tests");
  const folder = join(cache, `pglite-${version}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const making = await mkdtemp(join(cache, "making-"));
  await (await openPglite(join(making, "data"))).close();
  try {
    await rename(join(making, "data"), folder);
  } catch (error) {
    // Another test was quicker.
    if (!existsSync(folder)) throw error;
  }
  await rm(making, { recursive: true, force: true });
  return folder;
}
