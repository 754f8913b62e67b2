/**
 * A folder with an embedded database as PGlite makes it, before anything is in it. Making one takes seconds of
 * processor time; it is made once a machine and copied by every server that a test starts.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { openPglite } from "../../src/persistence/pglite-engine.ts";
import { madeOnce, MODULES } from "./made-once.ts";

/** The folder's path. Not to be opened: copy it. */
export async function emptyDatabase(): Promise<string> {
  const { version } = JSON.parse(readFileSync(join(MODULES, "@electric-sql/pglite/package.json"), "utf8")) as { version: string };
  return await madeOnce(`pglite-${version}`, async (folder) => await (await openPglite(folder)).close());
}
