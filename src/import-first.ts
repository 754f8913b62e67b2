/** Loads what an operator wants loaded before everything else, such as an OpenTelemetry SDK (`WAYSTONE_IMPORT`). */
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

/** A file, from the working directory, or the name of a package. Rejects with one clear sentence, and the cause. */
export async function importFirst(what: string): Promise<void> {
  const file = resolve(what);
  try {
    await import(existsSync(file) ? pathToFileURL(file).href : what);
  } catch (error) {
    throw new Error(`WAYSTONE_IMPORT: ${what} could not be loaded.`, { cause: error });
  }
}
