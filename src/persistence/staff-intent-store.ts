/** Orders as they wait in the table `intent`, for the owners of areas; `src/runtime/staff-orders.ts` carries them out. */
import type { AreaId, CharacterId, RoomId } from "../engine/ids.ts";
import type { Mute } from "../engine/staff.ts";
import type { Role } from "../engine/world.ts";
import { EVERYWHERE_MS, MAX_ORDERS_AT_ONCE } from "../limits.ts";
import type { Sql } from "./sql.ts";

interface Order {
  readonly id: string; readonly kind: string; readonly area: AreaId | null; readonly character: CharacterId | null; readonly room: RoomId | null;
  readonly payload: Readonly<Record<string, unknown>>; readonly wakes: boolean; readonly everywhere: boolean; readonly ageMs: number;
}
export interface Outcome { readonly kind: "done" | "refused" | "done-before"; readonly said: readonly string[] }

const MUTED = `case when a.muted_reason is not null and (a.muted_until is null or a.muted_until > now())
  then jsonb_build_object('reason', a.muted_reason, 'untilMs', (extract(epoch from a.muted_until) * 1000)::float8) end`;

/** All methods reject with `StorageError`. */
export class PostgresStaffIntentStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  orders(): Promise<Order[]> {
    return this.#sql.query<Order>(
      `select i.id, i.kind, i.area_id as area, i.character_id as character, c.room_id as room, i.payload, i.wakes, i.everywhere,
         (extract(epoch from clock_timestamp() - i.made_at) * 1000)::float8 as "ageMs"
       from (
         (select * from intent where done_at is null order by made_at limit ${MAX_ORDERS_AT_ONCE})
         union all
         (select * from intent where everywhere and made_at > now() - interval '${EVERYWHERE_MS} milliseconds' order by made_at limit ${MAX_ORDERS_AT_ONCE})
       ) as i left join character c on c.id = i.character_id
       order by i.made_at, i.id`,
    );
  }

  async served(areas: readonly AreaId[]): Promise<AreaId[]> {
    const rows = await this.#sql.query<{ area: AreaId }>(
      `select o.area_id as area from area_owner o join process p on p.id = o.process_id
       where o.area_id = any($1::text[]) and not p.fenced and p.expires_at > clock_timestamp()`, [areas],
    );
    return rows.map(({ area }) => area);
  }

  async finish(id: string, { kind, said }: Outcome): Promise<void> {
    await this.#sql.query("update intent set done_at = now(), outcome = $2, said = $3::jsonb where id = $1", [id, kind, JSON.stringify(said)]);
  }

  async standing(id: CharacterId): Promise<{ role: Role; muted: Mute | undefined } | undefined> {
    const [row] = await this.#sql.query<{ role: Role; muted: Mute | null }>(`select a.role, ${MUTED} as muted from account a where a.id = $1`, [id]);
    return row === undefined ? undefined : { role: row.role, muted: row.muted ?? undefined };
  }

  async outcome(id: string): Promise<Outcome | undefined> {
    const [row] = await this.#sql.query<Outcome>("select outcome as kind, said from intent where id = $1 and done_at is not null", [id]);
    return row;
  }

}
