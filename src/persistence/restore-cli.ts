/**
 * `npm run restore -- FOLDER [--replace]`: puts a backup into the database of the configuration, which must be empty, or is kept
 * aside with `--replace`. No server may run on it.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../config.ts";
import { quietLog, runCommand, type CliResult } from "../run-cli.ts";
import { systemClock } from "../timers.ts";
import { restore } from "./backup/restore.ts";
import { nameOf, type Place } from "./backup/place.ts";

const USAGE: CliResult = {
  exitCode: 2,
  lines: [
    "npm run restore -- FOLDER             puts the backup in FOLDER into the empty database of DATABASE_URL, or of DATA_DIR",
    "npm run restore -- FOLDER --replace   the same where there is a world already; that one is kept aside",
  ],
};

const clock = systemClock((error) => {
  throw error;
});

/** Carries out one call. Rejects with an `AppError` whose message says in one sentence what is wrong. */
export async function restoreCommand(args: readonly string[], config: Config): Promise<CliResult> {
  const given = parse(args);
  if (given === undefined) return USAGE;
  const target: Place = config.database.kind === "postgres" ? { kind: "postgres", url: config.database.url } : { kind: "embedded", dataDir: config.dataDir };
  const { manifest, rows, before, archives } = await restore({ folder: resolve(given.folder), target, dataDir: config.dataDir, replace: given.replace, clock, log: quietLog });
  return {
    exitCode: 0,
    lines: [
      `${manifest.world} is in ${nameOf(target)} as it was at ${manifest.made_at}: ${rows} rows, every table compared with the backup.`,
      ...(archives.length === 0 ? [] : [`${archives.filter((name) => name.endsWith(".gz")).length} archived months of the journal were put back.`]),
      ...(before === undefined ? [] : [`What was there before is in ${before}; remove it when all is well.`]),
      "Everybody has to log in anew. Start the server.",
    ],
  };
}

function parse(args: readonly string[]): { folder: string; replace: boolean } | undefined {
  try {
    const { values, positionals: [folder, ...more] } = parseArgs({ args: [...args], allowPositionals: true, options: { replace: { type: "boolean" } } });
    return folder !== undefined && more.length === 0 ? { folder, replace: values.replace === true } : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

if (import.meta.main) await runCommand(restoreCommand);
