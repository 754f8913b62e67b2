/**
 * `npm run backup [-- --to FOLDER] [--keep N]`: writes a backup of the world, while it is being played or not. With the embedded
 * database a server that runs makes a copy for it.
 */
import { readFileSync } from "node:fs";
import { basename, resolve } from "node:path";
import { parseArgs } from "node:util";
import type { Config } from "../config.ts";
import { MAX_BACKUPS_KEPT } from "../limits.ts";
import { quietLog, runCommand, type CliResult } from "../run-cli.ts";
import { systemClock } from "../timers.ts";
import { loadWorld } from "../content/load.ts";
import { openPlace, type Opened } from "./backup/place.ts";
import { askForSnapshot } from "./backup/snapshot-requests.ts";
import { writeBackup } from "./backup/write-backup.ts";
import { lockHolder } from "./folder-lock.ts";

const USAGE: CliResult = {
  exitCode: 2,
  lines: [
    "npm run backup                       a backup of the world into WAYSTONE_BACKUP_DIR (DATA_DIR/backups)",
    "npm run backup -- --to FOLDER        into another folder, best on another disk",
    `npm run backup -- --keep N           removes older ones of this world: N stay (1 to ${MAX_BACKUPS_KEPT})`,
  ],
};

const clock = systemClock((error) => {
  throw error;
});
const deps = { clock, log: quietLog };

/** Carries out one call. Rejects with an `AppError` whose message says in one sentence what is wrong. */
export async function backupCommand(args: readonly string[], config: Config): Promise<CliResult> {
  const given = parse(args);
  if (given === undefined) return USAGE;
  const startedMs = performance.now();
  const folder = given.to === undefined ? config.backupDir : resolve(given.to);
  const source = await openSource(config);
  try {
    const result = await writeBackup({
      source: config.database.kind === "postgres" ? { kind: "postgres", sql: source.sql, url: config.database.url } : { kind: "embedded", sql: source.sql },
      dataDir: config.dataDir, folder, world: await worldName(config.worldDir), version: serverVersion(), keep: given.keep, now: new Date(clock.nowMs()),
    });
    return {
      exitCode: 0,
      lines: [
        `${result.folder}: ${result.rows} rows, ${size(result.bytes)}, read back and found sound, in ${((performance.now() - startedMs) / 1000).toFixed(1)} s.`,
        ...result.removed.map((name) => `${name} was removed.`),
      ],
    };
  } finally {
    await source.close();
  }
}

const size = (bytes: number): string => (bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} kB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`);

function parse(args: readonly string[]): { to: string | undefined; keep: number | undefined } | undefined {
  try {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: { to: { type: "string" }, keep: { type: "string" } } });
    const keep = values.keep === undefined ? undefined : Number(values.keep);
    const isKeepRight = keep === undefined || (Number.isInteger(keep) && keep >= 1 && keep <= MAX_BACKUPS_KEPT);
    return positionals.length === 0 && isKeepRight ? { to: values.to, keep } : undefined;
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

/** The embedded database lets one process in: when that is a server, it makes a copy for us. */
async function openSource(config: Config): Promise<Opened> {
  if (config.database.kind === "postgres") return await openPlace(config.database, deps);
  const { dataDir } = config;
  if (await lockHolder(dataDir, clock) === undefined) return await openPlace({ kind: "embedded", dataDir }, deps);
  const copy = await askForSnapshot(dataDir, clock);
  try {
    const opened = await openPlace({ kind: "embedded", dataDir: copy.folder }, deps);
    return {
      sql: opened.sql,
      close: async () => {
        await opened.close();
        await copy.remove();
      },
    };
  } catch (error) {
    await copy.remove();
    throw error;
  }
}

/** A world with mistakes in its files is backed up all the same, under the name of its folder. */
async function worldName(worldDir: string): Promise<string> {
  const loaded = await loadWorld(worldDir);
  return "content" in loaded ? loaded.content.world.name : basename(worldDir);
}

const serverVersion = (): string => (JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")) as { version: string }).version;

if (import.meta.main) await runCommand(backupCommand);
