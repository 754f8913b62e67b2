/** A database whose statements are timed, by what they are for. */
import { COMMIT_NAME } from "./batch.ts";
import type { Database } from "./database.ts";
import type { Sql } from "./sql.ts";
import { StorageError } from "./storage-error.ts";

/** `urgent`: leases, pings, what the committer looks up. `read`: may be some seconds old. `orm`: a unit of work of the ORM, with all its statements. */
export type QueryKind = "commit" | "urgent" | "general" | "read" | "background" | "transaction" | "orm";

/** Called when a statement begins; what it answers is called with how it ended (`refused`: the database said no; `failed`: no answer). */
export type ObserveQuery = (kind: QueryKind) => (result: "ok" | "refused" | "failed") => void;

export function measured(db: Database, observe: ObserveQuery): Database {
  return {
    ...db, sql: measuredSql(db.sql, observe), orm: (work) => timed(observe("orm"), db.orm(work)),
    reads: measuredSql({ ...db.sql, query: (text, values, options) => db.reads.query(text, values, options) }, () => observe("read")),
    background: measuredSql(db.background, () => observe("background")),
  };
}

export function measuredSql(sql: Sql, observe: ObserveQuery): Sql {
  return {
    query: (text, values, options) => timed(observe(options?.name === COMMIT_NAME ? "commit" : options?.urgent === true ? "urgent" : "general"), sql.query(text, values, options)),
    transaction: (work) => timed(observe("transaction"), sql.transaction(work)),
  };
}

function timed<T>(done: (result: "ok" | "refused" | "failed") => void, work: Promise<T>): Promise<T> {
  return work.then((result) => {
    done("ok");
    return result;
  }, (error: unknown) => {
    // Whatever else it is, the database had answered until then.
    done(error instanceof StorageError && error.outcome !== "refused" ? "failed" : "refused");
    throw error;
  });
}
