/**
 * A world as a stream of parts, from one database into another or into a file and back. Values travel as the text that
 * PostgreSQL itself writes and reads for their type, so nothing is rounded or read otherwise on the way. Memory is bounded
 * by what is read at a time.
 */
import { COPY_CHARS, COPY_ROWS } from "../../limits.ts";
import { AppError } from "../../protocol/codes.ts";
import type { Sql } from "../sql.ts";
import { plainText, sumsOf, type Sums } from "./sums.ts";
import { quoted, sequencesOf, setSequence, shapeOf, type Sequence, type Shape, type Table } from "./tables.ts";

export type Part =
  | { readonly type: "shape"; readonly shape: Shape }
  /** What follows until the next part belongs to this table. */
  | { readonly type: "table"; readonly table: Table }
  /** Each a JSON array of the columns' values as text, or null. */
  | { readonly type: "rows"; readonly lines: readonly string[] }
  | { readonly type: "sequences"; readonly sequences: readonly Sequence[] };

export interface ReadResult {
  readonly shape: Shape;
  readonly sums: Sums;
}

/**
 * Reads everything as it is at one moment, in one transaction, and hands it on part by part. Answers what was in it.
 * Rejects with `StorageError`, or as `take` does.
 */
export async function readWorld(sql: Sql, take: (part: Part) => Promise<void>): Promise<ReadResult> {
  return await sql.transaction(async (tx) => {
    await tx.query("set transaction isolation level repeatable read, read only");
    await tx.query("set local idle_in_transaction_session_timeout = 0");
    await plainText(tx);
    const shape = await shapeOf(tx);
    await take({ type: "shape", shape });
    for (const table of shape.tables) {
      await take({ type: "table", table });
      const cells = table.columns.map(({ name }) => `${quoted(name)}::text`).join(", ");
      await tx.query(`declare waystone_copy no scroll cursor for select json_build_array(${cells})::text as line from ${quoted(table.name)}`);
      for (;;) {
        const rows = await tx.query<{ line: string }>(`fetch forward ${COPY_ROWS} from waystone_copy`);
        if (rows.length > 0) await take({ type: "rows", lines: rows.map(({ line }) => line) });
        if (rows.length < COPY_ROWS) break;
      }
      await tx.query("close waystone_copy");
    }
    await take({ type: "sequences", sequences: await sequencesOf(tx) });
    return { shape, sums: await sumsOf(tx, shape.tables) };
  });
}

/** Writes parts into a database whose tables were made by the same migrations and are empty. */
export class Loader {
  readonly #sql: Sql;
  #insert = "";
  #table = "";
  #own: ReadonlyMap<string, Table> = new Map();

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Rejects with `StorageError`; whatever is in the database by then is to be thrown away. */
  async take(part: Part): Promise<void> {
    switch (part.type) {
      case "shape": return await this.#begin(part.shape);
      case "table": return this.#turnTo(part.table);
      case "rows": return await this.#write(part.lines);
      case "sequences":
        for (const sequence of part.sequences) await setSequence(this.#sql, sequence);
    }
  }

  async #begin({ months }: Shape): Promise<void> {
    const own = await shapeOf(this.#sql);
    this.#own = new Map(own.tables.map((table) => [table.name, table]));
    for (const month of months.filter((each) => !own.months.includes(each))) await this.#sql.query("select waystone_journal_month($1::date)", [month]);
  }

  #turnTo({ name, columns }: Table): void {
    const own = this.#own.get(name);
    const strange = columns.filter((column) => own?.columns.some((each) => each.name === column.name && each.type === column.type) !== true);
    if (own === undefined || strange.length > 0) {
      throw new AppError("E_STORAGE", own === undefined ? `The table ${name} is none of this server's: move it out of the way of the world first.` : `The table ${name} has columns that this server does not know: ${strange.map((column) => column.name).join(", ")}.`);
    }
    this.#table = name;
    this.#insert = `insert into ${quoted(name)} (${columns.map((column) => quoted(column.name)).join(", ")})
      select ${columns.map(({ type }, at) => `(line->>${at})::${type}`).join(", ")} from jsonb_array_elements($1::jsonb) as line`;
  }

  async #write(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length;) {
      let chars = 0;
      let to = from;
      while (to < lines.length && (to === from || chars + lines[to]!.length <= COPY_CHARS)) chars += lines[to++]!.length;
      await this.#sql.query(this.#insert, [`[${lines.slice(from, to).join(",")}]`]);
      from = to;
    }
  }

  /** The table that was being written, for a sentence about what went wrong. */
  get at(): string {
    return this.#table;
  }
}
