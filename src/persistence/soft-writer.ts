/**
 * Soft state, written behind: the newest value of each character and NPC, all in one statement, at most SOFT_FLUSH_MS
 * after it changed. Rows whose area has another epoch by now are left alone, and so is a character's row that has been
 * played longer than ours says: its new owner has written it.
 */
import type { AreaId, CharacterId, NpcId, RoomId } from "../engine/ids.ts";
import { MAX_SOFT_ROWS, SOFT_FLUSH_MS } from "../limits.ts";
import type { Clock, SoftWriter } from "../runtime/ports.ts";
import type { StorageLog } from "./database.ts";
import type { Sql } from "./sql.ts";

type Owner = { area: AreaId; epoch: number };
type CharacterState = Parameters<SoftWriter["character"]>[1] & Owner;
type NpcState = { room: RoomId; goneUntilMs: number | null } & Owner;

const WRITE_CHARACTERS = `
  update character c set position = x.position, health = x.health, vigour = x.vigour, playtime_s = x.playtime, last_seen_at = clock_timestamp()
  from jsonb_to_recordset($1::jsonb) as x(id text, position text, health int, vigour int, playtime bigint, area text, epoch bigint)
  join area_owner o on o.area_id = x.area and o.epoch = x.epoch
  where c.id = x.id and c.playtime_s <= x.playtime`;

const WRITE_NPCS = `
  insert into npc (id, room_id, gone_until)
  select x.id, x.room, to_timestamp(x.gone_ms / 1000.0)
  from jsonb_to_recordset($1::jsonb) as x(id text, room text, gone_ms bigint, area text, epoch bigint)
  join area_owner o on o.area_id = x.area and o.epoch = x.epoch
  on conflict (id) do update set room_id = excluded.room_id, gone_until = excluded.gone_until`;

export class PostgresSoftWriter implements SoftWriter {
  readonly #sql: Sql;
  readonly #clock: Clock;
  readonly #log: StorageLog;
  readonly #characters = new Map<CharacterId, CharacterState>();
  readonly #npcs = new Map<NpcId, NpcState>();
  #cancelTimer: (() => void) | undefined;
  /** One flush at a time, so that an older value never lands after a newer one. */
  #flushing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: { sql: Sql; clock: Clock; log: StorageLog }) {
    this.#sql = options.sql;
    this.#clock = options.clock;
    this.#log = options.log;
  }

  character(id: CharacterId, state: Parameters<SoftWriter["character"]>[1], owner: Owner): void {
    this.#characters.set(id, { ...state, ...owner });
    this.#arm();
  }

  npc(id: NpcId, state: { room: RoomId; goneUntilMs: number | null }, owner: Owner): void {
    this.#npcs.set(id, { ...state, ...owner });
    this.#arm();
  }

  /** How many rows wait. */
  get waiting(): number {
    return this.#characters.size + this.#npcs.size;
  }

  flush(): Promise<void> {
    const flushed = this.#flushing.then(() => this.#writeAll());
    this.#flushing = flushed.catch(() => undefined);
    return flushed;
  }

  /** Writes what waits and arms no timer again. Rejects when the database cannot be reached. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#disarm();
    await this.flush();
  }

  #arm(): void {
    if (this.#cancelTimer !== undefined || this.#stopped) return;
    this.#cancelTimer = this.#clock.after(SOFT_FLUSH_MS, () => {
      this.#cancelTimer = undefined;
      this.flush().catch((error: unknown) => {
        this.#log.warn({ error, waiting: this.waiting }, "soft state could not be written; it is kept");
        this.#arm();
      });
    });
  }

  #disarm(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #writeAll(): Promise<void> {
    this.#disarm();
    await this.#write(this.#characters, WRITE_CHARACTERS, (id, { position, health, vigour, playtimeS, area, epoch }) =>
      ({ id, position, health: Math.round(health), vigour: Math.round(vigour), playtime: Math.floor(playtimeS), area, epoch }));
    await this.#write(this.#npcs, WRITE_NPCS, (id, { room, goneUntilMs, area, epoch }) => ({ id, room, gone_ms: goneUntilMs === null ? null : Math.round(goneUntilMs), area, epoch }));
  }

  async #write<Id, State>(waiting: Map<Id, State>, statement: string, row: (id: Id, state: State) => object): Promise<void> {
    while (waiting.size > 0) {
      const chunk = [...waiting.entries()].slice(0, MAX_SOFT_ROWS);
      for (const [id] of chunk) waiting.delete(id);
      try {
        await this.#sql.query(statement, [JSON.stringify(chunk.map(([id, state]) => row(id, state)))]);
      } catch (error) {
        // Kept, unless a newer value has come meanwhile.
        for (const [id, state] of chunk) if (!waiting.has(id)) waiting.set(id, state);
        throw error;
      }
    }
  }
}
