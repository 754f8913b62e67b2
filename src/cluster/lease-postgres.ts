/**
 * The lease of this process and the areas it owns, in PostgreSQL; the only clock that counts is the database's. What an
 * owner may write is checked in every commit by the epoch (`waystone_commit_v3`), so a lease only decides who serves.
 */
import { LEASE_BEAT_MS, LEASE_TIMEOUT_MS, LEASE_TTL_MS, DEAD_PROCESS_KEPT_H } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { AreaId } from "../engine/ids.ts";
import type { Clock, Ownership } from "../runtime/ports.ts";
import type { StorageLog } from "../persistence/database.ts";
import { newId } from "../persistence/new-id.ts";
import type { Sql } from "../persistence/sql.ts";

const TTL = `interval '${LEASE_TTL_MS} milliseconds'`;

/**
 * Fences whoever had this slot before (with `$5`: everybody) and takes its areas from it by raising their epochs, so
 * that nothing it may still send is written. Rows of owners are locked in the order of their ids, as commits do it.
 */
const START = `
  with fenced as (
    update process set fenced = true where (slot = $2 or $5) and not fenced returning id, colyseus_id
  ), theirs as (
    select area_id from area_owner where process_id in (select id from fenced) order by area_id for update
  ), freed as (
    update area_owner o set process_id = null, epoch = epoch + 1 from theirs where o.area_id = theirs.area_id returning o.area_id
  ), mine as (
    insert into process (id, slot, address, colyseus_id, public_address, version, expires_at, steady_since)
    values ($1, $2, $3, $4, $6, $7, clock_timestamp() + ${TTL}, clock_timestamp())
  )
  select (select coalesce(jsonb_agg(colyseus_id) filter (where colyseus_id is not null), '[]') from fenced) as "colyseusIds",
    (select count(*)::int from freed) as areas`;

const ALIVE = `
  select coalesce(jsonb_agg(jsonb_build_object('id', id, 'address', address, 'publicAddress', public_address, 'colyseusId', colyseus_id,
    'players', players, 'lagMs', lag_ms, 'draining', draining, 'version', version) order by id), '[]')
  from process where not fenced and expires_at > clock_timestamp()`;

/**
 * A lease that had run out begins anew: its holder may not take others' until it has been steady for one TTL. Answers
 * the areas that it still owns, with their epochs: others may have taken some meanwhile. And who else is alive.
 */
const BEAT = `
  with renewed as (
    update process set expires_at = clock_timestamp() + ${TTL},
      steady_since = case when expires_at <= clock_timestamp() then clock_timestamp() else steady_since end,
      players = $2, lag_ms = $3, draining = draining or $4
    where id = $1 and not fenced returning id, draining
  )
  select (select coalesce(jsonb_object_agg(area_id, epoch), '{}') from area_owner where process_id = $1) as areas,
    (${ALIVE}) as alive, draining from renewed`;

/**
 * Takes the area when it is free, our own, or its holder is fenced; or when the holder's lease ran out while ours has
 * been renewed for one whole TTL: after an outage of the database everybody's has run out, and nobody is dead. In a world that
 * was restored, areas begin above every epoch that was given out before (`src/persistence/backup/settle.ts`).
 */
const ACQUIRE = `
  with me as (
    select id, steady_since <= clock_timestamp() - ${TTL} as steady from process
    where id = $2 and not fenced and expires_at > clock_timestamp()
  ), taken as (
    insert into area_owner as o (area_id, process_id, epoch)
    select $1, me.id, 1 + coalesce((select (value #>> '{}')::bigint from world_meta where key = 'epoch_floor'), 0) from me
    on conflict (area_id) do update set process_id = excluded.process_id, epoch = o.epoch + 1
    where o.process_id is null or o.process_id = excluded.process_id
      or not exists (select 1 from process h where h.id = o.process_id and not h.fenced)
      or (select steady from me) and exists (select 1 from process h where h.id = o.process_id and h.expires_at <= clock_timestamp())
    returning epoch
  )
  select (select epoch::float8 from taken) as epoch, exists (select 1 from me) as alive,
    (select process_id from area_owner where area_id = $1) as holder`;

/** Hands an area over: the lease changes hands in one statement, so that nobody else can come in between. */
const HAND_OVER = `
  update area_owner set process_id = $3, epoch = epoch + 1
  where area_id = $1 and process_id = $2 and epoch = $4
    and exists (select 1 from process where id = $3 and not fenced and not draining and expires_at > clock_timestamp())
  returning area_id`;

/** Like the beginning of a successor: what the dead one may still send is not written. */
const FENCE = `
  with fenced as (
    update process set fenced = true where id = $1 and not fenced and id <> $2 returning id
  ), theirs as (
    select area_id from area_owner where process_id in (select id from fenced) order by area_id for update
  ), freed as (
    update area_owner o set process_id = null, epoch = epoch + 1 from theirs where o.area_id = theirs.area_id returning o.area_id
  )
  select (select count(*)::int from fenced) as fenced, (select count(*)::int from freed) as areas`;

const STOP = `
  with freed as (update area_owner set process_id = null where process_id = $1)
  delete from process where id = $1`;

/** A living process, by its own last beat. */
export interface ProcessRecord {
  readonly id: string;
  /** Where other processes reach it, `host:port`. */
  readonly address: string;
  /** Where clients reach it; null: at `address`. */
  readonly publicAddress: string | null;
  readonly colyseusId: string | null;
  readonly players: number;
  readonly lagMs: number;
  readonly draining: boolean;
  readonly version: string | null;
}

export interface OwnerRecord {
  readonly process: string;
  readonly epoch: number;
}

/** What a process says of itself with every beat. */
export interface Load {
  readonly players: number;
  /** How late its event loop ran lately, in ms. */
  readonly lagMs: number;
  readonly draining: boolean;
}

export interface LeaseOptions {
  readonly sql: Sql;
  readonly clock: Clock;
  readonly log: StorageLog;
  /** No other process can be alive (the embedded database lets one in): fence all others at once. */
  readonly alone?: boolean;
  /** Another process has taken this one's place: it must stop serving. Called once. */
  readonly onFenced?: () => void;
  /** The areas that this process serves, with their epochs. */
  readonly serving?: () => ReadonlyMap<AreaId, number>;
  readonly load?: () => Load;
  /** Who is alive, this process included, after every beat. */
  readonly onAlive?: (processes: readonly ProcessRecord[]) => void;
  /** An operator has asked this process to give its areas away. */
  readonly onDrainAsked?: () => void;
  /** By the rows an area that is served here is not ours with that epoch: a process that had stalled is told so. */
  readonly onLost?: (area: AreaId, epoch: number) => void;
}

export class ProcessLease implements Ownership {
  /** This process, until it ends; a restart has another. */
  readonly id = newId();
  readonly #options: LeaseOptions;
  #cancelBeat: (() => void) | undefined;
  #beating: Promise<void> = Promise.resolve();
  /** The last beat failed. */
  #overdue = false;
  /** When the last beat that arrived was sent, by our own clock; the database counts from later. */
  #renewedMs = -Infinity;
  #state: "new" | "running" | "fenced" | "stopped" = "new";

  constructor(options: LeaseOptions) {
    this.#options = options;
  }

  /** The lease holds, as far as this process can know: it has been renewed within its TTL and not been fenced. */
  get alive(): boolean {
    return this.#state === "running" && this.#options.clock.nowMs() - this.#renewedMs < LEASE_TTL_MS;
  }

  /** Milliseconds since the lease was last renewed, for the metrics; 0 before it begins. */
  get ageMs(): number {
    return this.#renewedMs === -Infinity ? 0 : this.#options.clock.nowMs() - this.#renewedMs;
  }

  /**
   * Registers the process and begins to beat. `hostId` must be the same after a restart, as the port is: with it they
   * are the slot. Answers the Colyseus ids of the predecessors it fenced, whose listings are stale now. Rejects with
   * `StorageError`.
   */
  async start(self: { hostId: string; port: number; address: string; colyseusId: string | null; publicAddress?: string | null; version?: string | null }): Promise<{ readonly colyseusIds: readonly string[] }> {
    const { sql, clock, log, alone = false } = this.#options;
    const sentMs = clock.nowMs();
    const [row] = await sql.query<{ colyseusIds: string[]; areas: number }>(
      START, [this.id, `${self.hostId}:${self.port}`, self.address, self.colyseusId, alone, self.publicAddress ?? null, self.version ?? null], { timeoutMs: LEASE_TIMEOUT_MS, urgent: true },
    );
    this.#renewedMs = sentMs;
    this.#state = "running";
    if (row !== undefined && row.areas > 0) log.info({ areas: row.areas }, "took the areas of the process that was here before");
    await sql.query(
      `delete from process p where p.expires_at < clock_timestamp() - interval '${DEAD_PROCESS_KEPT_H} hours'
         and not exists (select 1 from area_owner o where o.process_id = p.id)`,
    );
    await this.#beat();
    this.#arm();
    return { colyseusIds: row?.colyseusIds ?? [] };
  }

  async acquire(area: AreaId): Promise<{ readonly epoch: number } | { readonly heldBy: string }> {
    for (let tries = 0; ; tries += 1) {
      if (this.#state !== "running") throw new AppError("E_STORAGE", "This process holds no lease.");
      const [row] = await this.#options.sql.query<{ epoch: number | null; alive: boolean; holder: string | null }>(
        ACQUIRE, [area, this.id], { timeoutMs: LEASE_TIMEOUT_MS, urgent: true },
      );
      if (row?.epoch != null) return { epoch: row.epoch };
      if (row?.alive === true && row.holder !== null && row.holder !== this.id) return { heldBy: row.holder };
      // Our lease had run out (we slept, or the database did), or the holder let go in this moment: once more.
      if (tries > 0) throw new AppError("E_STORAGE");
      await this.#beat();
    }
  }

  async release(area: AreaId, epoch: number): Promise<void> {
    await this.#options.sql.query(
      "update area_owner set process_id = null where area_id = $1 and process_id = $2 and epoch = $3", [area, this.id, epoch],
      { timeoutMs: LEASE_TIMEOUT_MS, urgent: true },
    );
  }

  /** Who serves an area now, by the rows; undefined when nobody alive does. */
  async ownerOf(area: AreaId): Promise<OwnerRecord | undefined> {
    const [row] = await this.#options.sql.query<OwnerRecord>(
      `select p.id as process, o.epoch::float8 as epoch
       from area_owner o join process p on p.id = o.process_id
       where o.area_id = $1 and not p.fenced and p.expires_at > clock_timestamp()`, [area],
    );
    return row;
  }

  /** The processes that are alive, this one included. Rejects with `StorageError`. */
  async processes(): Promise<readonly ProcessRecord[]> {
    const [row] = await this.#options.sql.query<{ alive: ProcessRecord[] }>(`select (${ALIVE}) as alive`);
    return row?.alive ?? [];
  }

  /** Gives an area of ours to another process. False when it is not ours with that epoch, or the other cannot take it. */
  async handOver(area: AreaId, epoch: number, to: string): Promise<boolean> {
    const rows = await this.#options.sql.query(HAND_OVER, [area, this.id, to, epoch], { timeoutMs: LEASE_TIMEOUT_MS, urgent: true });
    return rows.length > 0;
  }

  /**
   * Takes a process for dead whose port refuses connections: its areas are free. Should it live after all, it can write
   * nothing from now on and learns so at its next beat. Answers whether it was alive by its lease.
   */
  async fence(process: string): Promise<boolean> {
    const [row] = await this.#options.sql.query<{ fenced: number; areas: number }>(FENCE, [process, this.id], { timeoutMs: LEASE_TIMEOUT_MS, urgent: true });
    if (row !== undefined && row.fenced > 0) this.#options.log.warn({ process, areas: row.areas }, "a process does not listen any more; its areas are free");
    return (row?.fenced ?? 0) > 0;
  }

  /** Tells the others at once what the next beat would: above all that this process is closing. Never rejects. */
  async tellLoad(): Promise<void> {
    await this.#beat();
  }

  /** Gives everything back. Never rejects: when the database is away, the lease runs out by itself. */
  async stop(): Promise<void> {
    const wasRunning = this.#state === "running";
    if (this.#state !== "fenced") this.#state = "stopped";
    this.#cancelBeat?.();
    await this.#beating;
    if (!wasRunning) return;
    try {
      await this.#options.sql.query(STOP, [this.id], { timeoutMs: LEASE_TIMEOUT_MS, urgent: true });
    } catch (error) {
      this.#options.log.warn({ error }, "the lease could not be given back; it runs out by itself");
    }
  }

  #arm(): void {
    if (this.#state !== "running") return;
    this.#cancelBeat = this.#options.clock.after(LEASE_BEAT_MS, () => {
      void this.#beat().then(() => this.#arm());
    });
  }

  /** Never rejects. One at a time. */
  #beat(): Promise<void> {
    return (this.#beating = this.#beating.then(() => this.#renew()));
  }

  async #renew(): Promise<void> {
    if (this.#state !== "running") return;
    const { sql, clock, log, onFenced, onLost } = this.#options;
    const sentMs = clock.nowMs();
    const served = this.#options.serving?.() ?? new Map<AreaId, number>();
    try {
      const load = this.#options.load?.() ?? { players: 0, lagMs: 0, draining: false };
      const [row] = await sql.query<{ areas: Readonly<Record<string, number>>; alive: ProcessRecord[]; draining: boolean }>(BEAT, [this.id, load.players, load.lagMs, load.draining], { timeoutMs: LEASE_TIMEOUT_MS, urgent: true });
      if (row !== undefined) {
        // Before the lease counts as alive again.
        for (const [area, epoch] of served) if (row.areas[area] !== epoch) onLost?.(area, epoch);
        this.#renewedMs = sentMs;
        this.#overdue = false;
        this.#options.onAlive?.(row.alive);
        if (row.draining && !load.draining) this.#options.onDrainAsked?.();
        return;
      }
      this.#state = "fenced";
      log.error({ process: this.id }, "another process has taken this one's place");
      onFenced?.();
    } catch (error) {
      // An outage is told once, and not with every beat.
      log[this.#overdue ? "debug" : "warn"]({ err: error }, "the lease could not be renewed; this is told once until it is");
      this.#overdue = true;
    }
  }
}
