/** Puts a backup into an empty database, or in the place of the world that is there. */
import { copyFile, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../../protocol/codes.ts";
import type { MigrationName } from "../migrations/names.ts";
import type { Sql } from "../sql.ts";
import { Loader, type Part } from "./copy.ts";
import { exists } from "./durable-files.ts";
import { knownSchema, readChecked, type Manifest } from "./manifest.ts";
import { connection, findProgram, majorIn, runProgram } from "./pg-tools.ts";
import { openPlace, type OpenDeps, type Place } from "./place.ts";
import { readRowsFile } from "./rows-file.ts";
import { settle, type SettleOptions } from "./settle.ts";
import { inWords, MIGRATION_LOCK, openStage, refuseIfTaken, setAside } from "./stage.ts";
import { differences, plainText, rowsIn, sumsOf, type Sums } from "./sums.ts";
import { quoted, shapeOf } from "./tables.ts";

export interface RestoreOptions extends OpenDeps {
  /** The folder of one backup. */
  readonly folder: string;
  readonly target: Place;
  /** Where archived months of the journal go. */
  readonly dataDir: string;
  /** Takes the place of a world that is there, which is kept aside. */
  readonly replace: boolean;
}

export interface RestoreResult {
  readonly manifest: Manifest;
  readonly rows: number;
  /** Where what was there before is now; undefined: there was nothing. */
  readonly before: string | undefined;
  /** Archived months that were put back. */
  readonly archives: readonly string[];
}

/** Rejects with a sentence, the target being what it was. */
export async function restore({ folder, target, dataDir, replace, ...deps }: RestoreOptions): Promise<RestoreResult> {
  const manifest = await readChecked(folder);
  const migrateTo = knownSchema(folder, manifest);
  const { database, tables } = manifest;
  const path = join(folder, database.file);
  let before: string | undefined;
  if (database.dump === "pg_dump") {
    if (target.kind !== "postgres") throw new AppError("E_STORAGE", "This backup was made by pg_dump: restore it into a PostgreSQL (DATABASE_URL); npm run move-database takes it from there into the embedded database.");
    before = await restorePostgres(path, manifest, target.url, replace, deps);
  } else {
    before = await fill(target, { replace, migrateTo, endTokens: true }, deps, async (take) => {
      for await (const part of readRowsFile(path)) await take(part);
      return tables;
    });
  }
  return { manifest, before, rows: rowsIn(tables), archives: await putBackArchives(folder, manifest, dataDir) };
}

/**
 * Builds a database from parts, compares it with what it must be, and lets it take the target's place. `write` hands over the
 * parts and answers what must be in it. Answers where what was there before is.
 */
export async function fill(target: Place, options: { replace: boolean; migrateTo: MigrationName } & SettleOptions, deps: OpenDeps, write: (take: (part: Part) => Promise<void>) => Promise<Sums>, mayCommit: () => Promise<void> = () => Promise.resolve()): Promise<string | undefined> {
  const stage = await openStage(target, options, deps);
  try {
    const loader = new Loader(stage.sql);
    let should: Sums;
    try {
      should = await write((part) => loader.take(part));
    } catch (error) {
      throw new AppError("E_STORAGE", `The world could not be written${loader.at === "" ? "" : ` (${loader.at})`}: ${inWords(error)}`, { cause: error });
    }
    await compare(stage.sql, should);
    await settle(stage.sql, options);
    await mayCommit();
    return await stage.commit();
  } finally {
    await stage.close();
  }
}

/** Rejects with a sentence that says what differs. */
async function compare(sql: Sql, should: Sums): Promise<void> {
  const has = await sql.transaction(async (tx) => {
    await tx.query("set local idle_in_transaction_session_timeout = 0");
    await plainText(tx);
    return await sumsOf(tx, (await shapeOf(tx)).tables);
  });
  const wrong = differences(should, has);
  if (wrong.length > 0) throw new AppError("E_STORAGE", `What was written is not what was read: ${wrong.join("; ")}.`);
}

/** pg_restore names the schema itself, so the one in use steps aside first and comes back when anything goes wrong. */
async function restorePostgres(path: string, { database, tables }: Manifest, url: string, replace: boolean, deps: OpenDeps): Promise<string | undefined> {
  const opened = await openPlace({ kind: "postgres", url }, deps);
  const { sql } = opened;
  try {
    const [row] = await sql.query<{ name: string; version: string }>("select current_schema() as name, current_setting('server_version_num') as version");
    if (row?.name !== database.schema_name) throw new AppError("E_STORAGE", `The backup belongs into the schema ${database.schema_name}, and DATABASE_URL leads to ${row?.name ?? "none"}.`);
    // As new as what wrote the dump, and no older than the server.
    const program = await findProgram("pg_restore", Math.max(majorIn(row.version), database.dumped_by ?? 0));
    // Held until the end: a server that starts meanwhile waits before it makes tables.
    return await sql.transaction(async (lock) => {
      await lock.query("set local idle_in_transaction_session_timeout = 0");
      await lock.query(MIGRATION_LOCK);
      const kept = await sql.transaction(async (tx) => {
        await refuseIfTaken(tx, url, replace);
        const aside = await setAside(tx, deps.clock.nowMs());
        await tx.query(`create schema ${quoted(aside.schema)}`);
        return aside;
      });
      try {
        const { args, env } = connection(url);
        await runProgram(program.path, [...args, "--single-transaction", "--exit-on-error", "--no-owner", "--no-acl", `--schema=${database.schema_name}`, path], env);
        await compare(sql, tables);
        await settle(sql, { endTokens: true });
      } catch (error) {
        await sql.transaction(async (tx) => {
          await tx.query(`drop schema ${quoted(kept.schema)} cascade`);
          await tx.query(`alter schema ${quoted(kept.aside)} rename to ${quoted(kept.schema)}`);
        });
        throw error;
      }
      if (!kept.wasEmpty) return `the schema ${kept.aside}`;
      await sql.query(`drop schema ${quoted(kept.aside)}`);
      return undefined;
    });
  } finally {
    await opened.close();
  }
}

/** A month that the data folder has already stays what it is there. */
async function putBackArchives(folder: string, { files }: Manifest, dataDir: string): Promise<string[]> {
  const back: string[] = [];
  for (const { name } of files.filter((file) => file.name.startsWith("archive/"))) {
    if (await exists(join(dataDir, name))) continue;
    await mkdir(join(dataDir, "archive"), { recursive: true });
    await copyFile(join(folder, name), join(dataDir, name));
    back.push(name);
  }
  return back;
}
