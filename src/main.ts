/**
 * The entry. Before everything else is read, what an operator wants loaded first is, and Node is told to keep what it compiles (and what it
 * made of our TypeScript), which saves most of a start (docs/proof-start.md). A shared folder for temporary files is no
 * place for code that will be run, so it lies in the data folder; one file for each module and version of Node.
 * `NODE_COMPILE_CACHE` in the environment takes its place, and covers this file too.
 */
import { enableCompileCache } from "node:module";
import { join } from "node:path";
import { importFirst } from "./import-first.ts";
import { leaveOutProbes } from "./leave-out-probes.ts";

enableCompileCache(join(process.env["DATA_DIR"] || "data", "cache", "compiled"));
const first = process.env["WAYSTONE_IMPORT"]?.trim();
// Before everything else: it may want to put itself between us and our libraries.
if (first !== undefined && first !== "") await importFirst(first);
leaveOutProbes();
await import("./start.ts");
