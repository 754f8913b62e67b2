/** PGlite, opened with the settings we stand by; runs in the server's thread or in a worker's. */
import { mkdir, rename, rm } from "node:fs/promises";
import { PGlite } from "@electric-sql/pglite";
import { exists, namesIn } from "./backup/durable-files.ts";
import type { SqlValue } from "./sql.ts";

export interface PgliteAnswer {
  readonly rows: object[];
  readonly affectedRows: number;
}

/** One embedded database. One statement at a time; who calls sees to it (`pglite-client.ts`). */
export interface PgliteEngine {
  query(text: string, values: readonly SqlValue[]): Promise<PgliteAnswer>;
  /** Several statements in one text; the rows of all of them. */
  script(text: string): Promise<PgliteAnswer>;
  close(): Promise<void>;
}

/** Types that MikroORM wants as text: date, timestamp, timestamptz, interval. */
const AS_TEXT = [1082, 1114, 1184, 1186];

/**
 * PGlite takes 160 MB for pages and touches all of them as it opens: half of its memory, and two fifths of the time that takes (docs/proof-start.md).
 * What a world uses often is a few MB; for the rest there is the system's own cache. What the planner must know of a table it works out from a
 * sample of 300 rows for each of the latter: with PostgreSQL's own 100 nobody was answered for 0.3 s meanwhile.
 */
const START = [...PGlite.defaultStartParams, "-c", "shared_buffers=32MB", "-c", "default_statistics_target=25"];

/** An empty database as initdb makes it, which takes it some seconds: it comes with PGlite as a file of 4.5 MB. */
const emptyDatabase = async (): Promise<Blob> => await (await import("@electric-sql/pglite-prepopulatedfs")).dataDir();

/** Makes an empty database beside the folder and moves it there when it is whole: a start that is killed leaves no half of one. */
async function make(folder: string): Promise<void> {
  const making = `${folder}-making`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { recursive: true });
  await (await PGlite.create({ dataDir: making, startParams: START, loadDataDir: await emptyDatabase() })).close();
  await rename(making, folder);
}

/**
 * Opens (the first time: makes) the database in a folder. Every commit is handed to the operating system
 * before it is answered (`relaxedDurability` stays off): the process may die, the machine may not.
 */
export async function openPglite(folder: string): Promise<PgliteEngine> {
  if (!await exists(folder)) await make(folder);
  // A folder that is there and empty may be a volume, in whose place no other can be put.
  const isEmpty = (await namesIn(folder)).length === 0;
  const pglite = await PGlite.create({
    dataDir: folder,
    relaxedDurability: false,
    startParams: START,
    ...(isEmpty ? { loadDataDir: await emptyDatabase() } : {}),
    parsers: Object.fromEntries(AS_TEXT.map((oid) => [oid, (text: string) => text])),
  });
  return {
    query: async (text, values) => {
      const { rows, affectedRows } = await pglite.query<object>(text, [...values], { rowMode: "object" });
      return { rows, affectedRows: affectedRows ?? 0 };
    },
    script: async (text) => ({ rows: (await pglite.exec(text)).flatMap(({ rows }) => rows as object[]), affectedRows: 0 }),
    close: () => pglite.close(),
  };
}
