/** PGlite, opened with the settings we stand by; runs in the server's thread or in a worker's. */
import { PGlite } from "@electric-sql/pglite";
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
 * Opens (the first time: makes, some seconds) the database in a folder. Every commit is handed to the operating system
 * before it is answered (`relaxedDurability` stays off): the process may die, the machine may not.
 */
export async function openPglite(folder: string): Promise<PgliteEngine> {
  const pglite = await PGlite.create({
    dataDir: folder,
    relaxedDurability: false,
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
