/** Connections to PostgreSQL: one bound over all of them, whether our own statements or the ORM use them. */
import { Pool, TypeOverrides, type PoolClient } from "pg";
import { DB_CONNECT_TIMEOUT_MS, DB_POOL_DEFAULT } from "../limits.ts";
import type { StorageLog } from "./database.ts";

/** `date`, `timestamp`, `timestamptz`, `interval`: as text, which is how the ORM wants to read them. */
const TEXT_OIDS = [1082, 1114, 1184, 1186];

/** Connects when the first statement comes. `size`: connections at a time. */
export function openPool(databaseUrl: string, log: StorageLog, size: number = DB_POOL_DEFAULT): Pool {
  const types = new TypeOverrides();
  for (const oid of TEXT_OIDS) types.setTypeParser(oid, (text) => text);
  const pool = new Pool({
    connectionString: databaseUrl, max: size, connectionTimeoutMillis: DB_CONNECT_TIMEOUT_MS,
    application_name: "waystone", keepAlive: true, types, onConnect: prepareSession,
  });
  // The statement under way rejects by itself; without somebody who listens, the event would end the process.
  const cut = (error: Error): void => log.debug({ error }, "a connection to the database was cut");
  pool.on("connect", (client) => client.on("error", cut));
  pool.on("error", cut);
  return pool;
}

/**
 * A connection cut in the middle of a statement must not hold its locks for the two hours that TCP takes to notice; and
 * what is acknowledged is on disk, whatever the server's default. No statement of ours runs for so long that compiling it first would pay (`jit`,
 * on by default since PostgreSQL 12): where the planner expects much, as for all people of an area that changes hands, that alone took a second.
 */
async function prepareSession(client: PoolClient): Promise<void> {
  const settings = `set idle_in_transaction_session_timeout = '30s'; set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 2;
    set tcp_keepalives_count = 3; set jit = off; select set_config('synchronous_commit', 'on', false) where current_setting('synchronous_commit') = 'off'`;
  await client.query({ text: settings, values: [] });
}
