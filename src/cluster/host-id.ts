/** A name for this installation that survives restarts, so that a restarted process is known as its predecessor's heir. */
import { link, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { newId } from "../persistence/new-id.ts";

/** Kept in the data directory, which the processes of one host share. */
export async function hostId(dataDir: string): Promise<string> {
  const path = join(dataDir, "host-id");
  const draft = join(dataDir, `host-id.${newId()}`);
  await mkdir(dataDir, { recursive: true });
  await writeFile(draft, newId());
  try {
    // Of several processes that start for the first time together, the first to link its draft has named the host.
    await link(draft, path);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  } finally {
    await rm(draft);
  }
  return (await readFile(path, "utf8")).trim();
}
