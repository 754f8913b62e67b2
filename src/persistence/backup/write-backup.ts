/** Writes one backup: whole and checked, or not there. `manifest.ts` says what it consists of. */
import { copyFile, link, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { LEFTOVERS_KEPT_MS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import type { Sql } from "../sql.ts";
import { readWorld, type ReadResult } from "./copy.ts";
import { discard, exists, hasCode, makeFolder, namesIn, OWNER_ONLY_FOLDER, publish, sha256Of, sweep, sync } from "./durable-files.ts";
import { backupName, backupsOf, FORMAT, knownSums, readChecked, writeManifest, type Manifest } from "./manifest.ts";
import { connection, findProgram, majorIn, runProgram } from "./pg-tools.ts";
import { readRowsFile, writeRowsFile } from "./rows-file.ts";
import { differences, plainText, rowsIn, sumsOf } from "./sums.ts";
import { shapeOf } from "./tables.ts";

export interface BackupOptions {
  readonly source: { readonly kind: "postgres"; readonly sql: Sql; readonly url: string } | { readonly kind: "embedded"; readonly sql: Sql };
  /** Its archived months of the journal belong to the backup: what is in them is nowhere else. */
  readonly dataDir: string;
  /** Where backups go; made when it is not there. */
  readonly folder: string;
  /** The world's name. */
  readonly world: string;
  /** The server's version. */
  readonly version: string;
  /** Older backups of this world beyond so many are removed; undefined: none. */
  readonly keep?: number | undefined;
  readonly now: Date;
}

export interface BackupResult {
  readonly folder: string;
  readonly bytes: number;
  readonly rows: number;
  /** Names of older backups that were removed. */
  readonly removed: readonly string[];
}

const ARCHIVE = "archive";

/** Rejects with a sentence; nothing that looks like a backup is left then. */
export async function writeBackup(options: BackupOptions): Promise<BackupResult> {
  const { source, folder, now, world, version, keep } = options;
  await makeFolder(folder);
  await sweep(folder, (name) => name.endsWith(".part"), LEFTOVERS_KEPT_MS, now.getTime());
  const { schema } = await shapeOf(source.sql);
  if (schema.length === 0) throw new AppError("E_STORAGE", "There is no world in this database yet, so there is nothing to back up.");
  const target = join(folder, backupName(world, now, schema));
  if (await exists(target)) throw new AppError("E_STORAGE", `There is a backup ${target} already; it is not written over.`);
  const part = `${target}.part`;
  try {
    await mkdir(part, { mode: OWNER_ONLY_FOLDER });
  } catch (error) {
    // It is somebody else's, who may be at work on it in this moment.
    if (hasCode(error, "EEXIST")) throw new AppError("E_STORAGE", `Another backup is being written to ${target}; it is left alone.`, { cause: error });
    throw error;
  }
  try {
    await makeFolder(join(part, ARCHIVE));
    const dump = source.kind === "postgres" ? await dumpPostgres(source, part) : await dumpRows(source.sql, part);
    const archives = await takeArchives(options, part);
    for (const name of [dump.database.file, ...archives]) await sync(join(part, name));
    await sync(join(part, ARCHIVE));
    const manifest = await writeManifest(part, { format: FORMAT, made_at: now.toISOString(), version, world, database: dump.database, schema: [...dump.read.shape.schema], tables: { ...dump.read.sums } }, [dump.database.file, ...archives]);
    await verify(part);
    await publish(part, target);
    const removed = keep === undefined ? [] : await rotate(world, folder, keep);
    return { folder: target, bytes: manifest.files.reduce((all, { bytes }) => all + bytes, 0), rows: rowsIn(manifest.tables), removed };
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    if (hasCode(error, "ENOTEMPTY", "EEXIST")) throw new AppError("E_STORAGE", `There is a backup ${target} already; it is not written over.`, { cause: error });
    if (hasCode(error, "ENOSPC")) throw new AppError("E_STORAGE", `There is no room for a backup in ${folder}.`, { cause: error });
    throw error;
  }
}

interface Dump {
  readonly read: ReadResult;
  readonly database: Manifest["database"];
}

async function dumpRows(sql: Sql, part: string): Promise<Dump> {
  const file = "database.jsonl.gz";
  let read: ReadResult | undefined;
  await writeRowsFile(join(part, file), async (take) => {
    read = await readWorld(sql, take);
  });
  if (read === undefined) throw new Error("nothing was read");
  return { read, database: { kind: "embedded", dump: "rows", file, ...await whatServes(sql) } };
}

/** What pg_dump writes and what is counted are of the same moment, by a snapshot that both read. */
async function dumpPostgres({ sql, url }: { sql: Sql; url: string }, part: string): Promise<Dump> {
  const file = "database.dump";
  const serves = await whatServes(sql);
  const program = await findProgram("pg_dump", majorIn(serves.server_version));
  const { args, env } = connection(url);
  return await sql.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    await tx.query("set local idle_in_transaction_session_timeout = 0");
    await plainText(tx);
    const [snapshot] = await tx.query<{ id: string }>("select pg_export_snapshot() as id");
    const shape = await shapeOf(tx);
    // The jobs' own tables are in another schema, and are made anew.
    const dumping = runProgram(program.path, [...args, "--format=custom", `--schema="${serves.schema_name}"`, `--snapshot=${snapshot?.id}`, `--file=${join(part, file)}`], env);
    const [dumped, sums] = await Promise.allSettled([dumping, sumsOf(tx, shape.tables)]);
    if (dumped.status === "rejected") throw dumped.reason;
    if (sums.status === "rejected") throw sums.reason;
    return { read: { shape, sums: sums.value }, database: { kind: "postgres", dump: "pg_dump", file, dumped_by: program.major, ...serves } };
  });
}

async function whatServes(sql: Sql): Promise<{ schema_name: string; server_version: string }> {
  const [row] = await sql.query<{ schema_name: string; server_version: string }>("select current_schema() as schema_name, current_setting('server_version_num') as server_version");
  if (row === undefined) throw new Error("the database does not say what it is");
  return row;
}

/**
 * Archived months do not change. One that an earlier backup has, too, is linked to it rather than copied, where the file
 * system can: it takes its room once, however many backups have it.
 */
async function takeArchives({ dataDir, folder, world }: BackupOptions, part: string): Promise<string[]> {
  const from = join(dataDir, ARCHIVE);
  const before = (await backupsOf(world, folder)).at(-1);
  const known = before === undefined ? new Map<string, string>() : await knownSums(join(folder, before)).catch(() => new Map<string, string>());
  const taken: string[] = [];
  for (const name of (await namesIn(from)).filter((each) => /^journal-\d{4}-\d{2}\.jsonl\.gz(\.sha256)?$/.test(each))) {
    const own = `${ARCHIVE}/${name}`;
    const sum = await sha256Of(join(from, name));
    const isLinked = before !== undefined && known.get(own) === sum && await linked(join(folder, before, own), join(part, own));
    // What an earlier backup has may have rotted since it was written.
    const isSound = isLinked && await sha256Of(join(part, own)) === sum;
    if (isLinked && !isSound) await rm(join(part, own));
    if (!isSound) await copyFile(join(from, name), join(part, own));
    taken.push(own);
  }
  return taken;
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (hasCode(error, "EPERM", "EXDEV", "EMLINK", "ENOTSUP", "EOPNOTSUPP", "ENOENT", "ENOSYS")) return false;
    throw error;
  }
}

/** Reads it again as restoring would: every checksum, and the dump from its beginning to its end. */
async function verify(part: string): Promise<void> {
  const { database, tables } = await readChecked(part);
  const path = join(part, database.file);
  if (database.dump === "pg_dump") {
    await runProgram((await findProgram("pg_restore", database.dumped_by ?? 0)).path, ["--list", path]);
    return;
  }
  const rows: Record<string, { rows: string; sum: string }> = {};
  let table = "";
  for await (const read of readRowsFile(path)) {
    if (read.type === "table") rows[table = read.table.name] = { rows: "0", sum: tables[read.table.name]?.sum ?? "" };
    if (read.type === "rows") rows[table] = { rows: String(Number(rows[table]?.rows) + read.lines.length), sum: tables[table]?.sum ?? "" };
  }
  const wrong = differences(tables, rows);
  if (wrong.length > 0) throw new AppError("E_STORAGE", `The backup is not what was to be written: ${wrong.join("; ")}.`);
}

async function rotate(world: string, folder: string, keep: number): Promise<string[]> {
  const names = await backupsOf(world, folder);
  const old = names.slice(0, Math.max(0, names.length - keep));
  for (const name of old) await discard(join(folder, name));
  return old;
}
