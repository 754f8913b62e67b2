/** The storage suites' bench over a real database. */
import type { DurableEvent } from "../../../src/engine/events.ts";
import { ProcessLease } from "../../../src/cluster/lease-postgres.ts";
import { PostgresAreaStore } from "../../../src/persistence/area-store.ts";
import { GroupCommitter } from "../../../src/persistence/committer.ts";
import type { Database, StorageLog } from "../../../src/persistence/database.ts";
import { columns } from "../../../src/persistence/fold.ts";
import { itemColumns, itemOf, type ItemRow } from "../../../src/persistence/item-row.ts";
import { PostgresOutbox } from "../../../src/persistence/outbox.ts";
import { PostgresSoftWriter } from "../../../src/persistence/soft-writer.ts";
import { systemClock } from "../../../src/timers.ts";
import type { StoreBench } from "./bench.ts";

/** Warnings are part of some stories; what is not expected shows in a failing test anyway. */
export const quietLog: StorageLog = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
export const testClock = systemClock((error) => {
  throw error;
});

export interface SqlBench extends StoreBench {
  readonly db: Database;
  readonly committer: GroupCommitter;
  /** Ends the leases and writers; the database stays open. */
  end(): Promise<void>;
}

export function sqlBench(db: Database): SqlBench {
  const { sql } = db;
  const leases = new Map<string, ProcessLease>();
  const committer = new GroupCommitter({ db, clock: testClock, log: quietLog });
  const soft = new PostgresSoftWriter({ sql, clock: testClock, log: quietLog });
  const leaseOf = (process: string): ProcessLease => {
    const lease = leases.get(process);
    if (lease === undefined) throw new Error(`no process ${process}`);
    return lease;
  };
  return {
    db, committer, soft,
    areas: new PostgresAreaStore(sql),
    outbox: new PostgresOutbox(sql),
    lease: async (process) => {
      const known = leases.get(process);
      if (known !== undefined) return known;
      const lease = new ProcessLease({ sql, clock: testClock, log: quietLog });
      leases.set(process, lease);
      await lease.start({ hostId: process, port: 1, address: `${process}:1`, colyseusId: null });
      return lease;
    },
    fence: async (process) => {
      const successor = new ProcessLease({ sql, clock: testClock, log: quietLog });
      leases.set(`${process}, successor`, successor);
      await successor.start({ hostId: process, port: 1, address: `${process}:1`, colyseusId: null });
    },
    letLapse: async (process) => void (await sql.query("update process set expires_at = clock_timestamp() - interval '1 second' where id = $1", [leaseOf(process).id])),
    makeSteady: async (process) => void (await sql.query("update process set steady_since = clock_timestamp() - interval '1 minute' where id = $1", [leaseOf(process).id])),
    putItem: async (item) => {
      const { kind, location, slot, quantity, charges, open, locked, lit, spawn_id } = columns(item);
      await sql.query(
        `insert into item (id, kind, location, slot, quantity, charges, open, locked, lit, spawn_id) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [item.id, kind, location, slot, quantity, charges, open, locked, lit, spawn_id],
      );
    },
    putCharacter: async ({ id, name, role, guest, room, coins, settings, position, health, vigour }) => {
      await sql.query("insert into account (id, username, name_key, role, guest) values ($1, $2, lower($2), $3, $4)", [id, name, role, guest]);
      await sql.query(
        `insert into character (id, account_id, name, name_key, room_id, coins, settings, position, health, vigour)
         values ($1, $1, $2, lower($2), $3, $4, $5::jsonb, $6, $7, $8)`, [id, name, room, coins, JSON.stringify(settings), position, health, vigour],
      );
    },
    item: async (id) => (await sql.query<ItemRow>(`select ${itemColumns("i")} from item i where id = $1`, [id])).map(itemOf)[0],
    door: async (id) => (await sql.query<{ open: boolean; locked: boolean }>("select open, locked from door where id = $1", [id]))[0],
    spawn: async (id) => (await sql.query<{ generation: number; dueAtMs: number | null }>(
      `select generation, (extract(epoch from due_at) * 1000)::float8 as "dueAtMs" from spawn where id = $1`, [id]))[0],
    journalOf: (actor) => sql.query<{ command: string; events: DurableEvent[] }>("select command, events from journal where actor is not distinct from $1 order by id", [actor]),
    end: async () => {
      await committer.stop();
      await soft.stop();
      await Promise.all([...leases.values()].map((lease) => lease.stop()));
    },
  };
}
