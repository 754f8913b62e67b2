/**
 * A folder with an embedded database as PGlite makes it, and one as a server has brought it to the newest schema. Either takes seconds of
 * processor time; it is made once a machine and copied by every server that a test starts.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openPglite } from "../../src/persistence/pglite-engine.ts";
import { madeOnce, MODULES } from "./made-once.ts";

const MIGRATIONS = fileURLToPath(new URL("../../src/persistence/migrations/", import.meta.url));

/** The folder's path. Not to be opened: copy it. */
export async function emptyDatabase(): Promise<string> {
  return await madeOnce(`pglite-${version()}`, async (folder) => await (await openPglite(folder)).close());
}

/** The folder's path, for the migrations as they are now. Not to be opened: copy it. */
export async function migratedDatabase(): Promise<string> {
  return await madeOnce(`migrated-${version()}-${schemaHash()}`, async (folder) => {
    const { openDatabase } = await import("../../src/persistence/orm.ts");
    const { quietLog, testClock } = await import("../contracts/storage/sql-bench.ts");
    const dataDir = join(dirname(folder), "server");
    await mkdir(dataDir);
    await (await openDatabase({ dataDir, log: quietLog, clock: testClock })).close();
    await rename(join(dataDir, "pglite"), folder);
    await rm(dataDir, { recursive: true });
  });
}

/** Names what the migrations make, as long as none of them changes. */
function schemaHash(): string {
  const hash = createHash("sha256");
  for (const name of readdirSync(MIGRATIONS).sort()) hash.update(name).update(readFileSync(join(MIGRATIONS, name)));
  return hash.digest("hex").slice(0, 12);
}

const version = (): string => (JSON.parse(readFileSync(join(MODULES, "@electric-sql/pglite/package.json"), "utf8")) as { version: string }).version;
