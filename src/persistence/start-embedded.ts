/**
 * Begins to open the embedded database. Apart from the rest of storage because it is the longest part of a start: the
 * thread can be at it while the main one still reads its own modules and the world.
 */
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import type { Clock } from "../runtime/ports.ts";
import type { StorageLog } from "./database.ts";
import { lockFolder } from "./folder-lock.ts";
import type { PgliteEngine } from "./pglite-engine.ts";
import { openPgliteThread } from "./pglite-thread.ts";

export interface StartedEngine {
  readonly folder: string;
  /** Gives the folder free; after the engine was closed. */
  readonly unlock: () => Promise<void>;
  readonly engine: Promise<PgliteEngine>;
}

/** Locks the folder and begins. Rejects with `E_STORAGE` when another server uses it; the engine may still reject later. */
export async function startEmbedded(dataDir: string, clock: Clock, log: StorageLog, runsIn: "thread" | "process" = "thread"): Promise<StartedEngine> {
  const unlock = await lockFolder(dataDir, clock, log);
  const folder = join(dataDir, "pglite");
  const engine = openEngine(folder, runsIn);
  // Whoever awaits it hears of it; until then a failure is not "unhandled".
  engine.catch(() => undefined);
  return { folder, unlock, engine };
}

/**
 * PGlite is ten megabytes of WebAssembly, most of whose functions run seldom. Compiled by V8's first compiler alone it
 * opens sooner, takes half the memory and answers faster too, since the second compiler does not compete with it
 * (scripts/bench-pglite.ts has the figures). For the whole process; nothing else in it is WebAssembly that matters.
 */
export async function openEngine(folder: string, runsIn: "thread" | "process"): Promise<PgliteEngine> {
  for (const flag of ["--no-wasm-tier-up", "--no-wasm-dynamic-tiering", "--liftoff-only"]) setFlagsFromString(flag);
  if (runsIn === "thread") return await openPgliteThread(folder);
  const { openPglite } = await import("./pglite-engine.ts");
  return await openPglite(folder);
}
