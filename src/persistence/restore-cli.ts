/**
 * `npm run restore -- FOLDER [--replace]`: puts a backup into the database of the configuration, which must be empty, or is kept
 * aside with `--replace`. No server may run on it. `-- --settle`: the database was brought back by other means (from its log, from
 * a copy of the disk); ends what processes and tokens from before could still do.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../config.ts";
import { quietLog, runCommand, type CliResult } from "../run-cli.ts";
import { AppError } from "../protocol/codes.ts";
import { systemClock } from "../timers.ts";
import { nameOf, openPlace, type Place } from "./backup/place.ts";
import { restore } from "./backup/restore.ts";
import { settle } from "./backup/settle.ts";
import { servedBy, shapeOf } from "./backup/tables.ts";

const USAGE: CliResult = {
  exitCode: 2,
  lines: [
    "npm run restore -- FOLDER             puts the backup in FOLDER into the empty database of DATABASE_URL, or of DATA_DIR",
    "npm run restore -- FOLDER --replace   the same where there is a world already; that one is kept aside",
    "npm run restore -- --settle           after the database was brought back by other means, such as from its own log",
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
  if (given.folder === undefined) return await settleAlone(target);
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

/** Nothing is put back: the world is there already, as it was at an earlier moment. */
async function settleAlone(target: Place): Promise<CliResult> {
  const opened = await openPlace(target, { clock, log: quietLog });
  const { sql } = opened;
  try {
    if ((await shapeOf(sql)).schema.length === 0) throw new AppError("E_STORAGE", `There is no world in ${nameOf(target)}.`);
    const address = await servedBy(sql);
    if (address !== undefined) throw new AppError("E_STORAGE", `A server (at ${address}) is running on ${nameOf(target)}; stop it first.`);
    await settle(sql, { endTokens: true });
    return { exitCode: 0, lines: [`What was left of processes in ${nameOf(target)} is ended.`, "Everybody has to log in anew. Start the server."] };
  } finally {
    await opened.close();
  }
}

/** `folder` undefined: only `settle`. */
function parse(args: readonly string[]): { folder: string | undefined; replace: boolean } | undefined {
  try {
    const { values, positionals: [folder, ...more] } = parseArgs({ args: [...args], allowPositionals: true, options: { replace: { type: "boolean" }, settle: { type: "boolean" } } });
    if (more.length > 0 || (values.settle === true) !== (folder === undefined) || (values.settle === true && values.replace === true)) return undefined;
    return { folder, replace: values.replace === true };
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

if (import.meta.main) await runCommand(restoreCommand);
