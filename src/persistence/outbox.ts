/** The outbox: what was committed in one area and has to be looked at in another. */
import type { CharacterId } from "../engine/ids.ts";
import { MAX_OUTBOX_ROWS } from "../limits.ts";
import type { Outbox, OutboxRow } from "../runtime/ports.ts";
import type { Sql } from "./sql.ts";

/** All methods reject with `StorageError`. */
export class PostgresOutbox implements Outbox {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  waiting(): Promise<OutboxRow[]> {
    return this.#sql.query<{ id: string; target: CharacterId; ageMs: number }>(
      `select id::text as id, target, (extract(epoch from clock_timestamp() - at) * 1000)::float8 as "ageMs" from outbox where topic = 'letters' order by id limit ${MAX_OUTBOX_ROWS}`,
    );
  }

  async done(rows: readonly OutboxRow[]): Promise<void> {
    if (rows.length > 0) await this.#sql.query("delete from outbox where id = any($1::bigint[])", [rows.map(({ id }) => id)]);
  }
}
