/** What those who look after the world read, and the one way in which what they do is written. */
import type { AreaId, CharacterId, Holder, ItemId, RoomId } from "../engine/ids.ts";
import type { HeardLine, Mute, StaffOrder } from "../engine/staff.ts";
import type { Item, Role } from "../engine/world.ts";
import { MAX_STAFF_ROWS } from "../limits.ts";
import { ITEM_COLUMNS, itemOf, type ItemRow } from "./item-row.ts";
import type { Sql, SqlValue } from "./sql.ts";
import { staffRow } from "./staff-row.ts";

/** A moment of the database, as people read it: `2026-11-24 08:15:30.123` (UTC). */
const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS')`;

export interface PersonRow {
  readonly id: CharacterId;
  readonly name: string;
  readonly role: Role;
  readonly guest: boolean;
  readonly room: RoomId;
  readonly coins: number;
  readonly muted: Mute | null;
  readonly banned: { readonly reason: string; readonly until: string | null } | null;
  readonly address: string | null;
  readonly created: string;
  readonly lastSeen: string | null;
  readonly playtimeS: number;
}

export interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly staff: string;
  readonly via: string;
  readonly address: string | null;
  readonly action: string;
  readonly target: string | null;
  readonly targetName: string | null;
  readonly detail: Readonly<Record<string, unknown>>;
  readonly reason: string | null;
  /** What became of it, where an area had to carry it out. */
  readonly outcome: string | null;
  readonly said: readonly string[] | null;
}

export interface ReportRow {
  readonly id: string;
  readonly at: string;
  readonly reporter: string;
  readonly reported: string | null;
  readonly room: RoomId;
  readonly words: string;
  readonly lines: readonly HeardLine[];
  readonly closedAt: string | null;
  readonly closedBy: string | null;
  readonly note: string | null;
}

export interface ProcessRow {
  readonly id: string;
  readonly address: string;
  readonly version: string | null;
  readonly players: number;
  readonly lagMs: number;
  readonly draining: boolean;
  readonly alive: boolean;
  readonly areas: readonly { readonly area: AreaId; readonly epoch: number }[];
}

/** All methods reject with `StorageError`. */
export class PostgresStaffStore {
  readonly #sql: Sql;
  /** Where lists come from that may be some seconds old. */
  readonly #reads: Pick<Sql, "query">;

  constructor(sql: Sql, reads: Pick<Sql, "query"> = sql) {
    this.#sql = sql;
    this.#reads = reads;
  }

  /** Records the order and does what it says, or hands it to the owner of the area; all of it or nothing. */
  async order(order: StaffOrder): Promise<void> {
    await this.#sql.query("select waystone_staff_v1($1::jsonb)", [JSON.stringify(staffRow(order))]);
  }

  /** By name, whatever its case. */
  async person(name: string): Promise<PersonRow | undefined> {
    const [row] = await this.#sql.query<PersonRow>(
      `select c.id, c.name, a.role, a.guest, c.room_id as room, c.coins::float8 as coins, a.last_address as address,
         case when a.muted_reason is not null and (a.muted_until is null or a.muted_until > now())
           then jsonb_build_object('reason', a.muted_reason, 'untilMs', (extract(epoch from a.muted_until) * 1000)::float8) end as muted,
         case when a.banned_reason is not null and (a.banned_until is null or a.banned_until > now())
           then jsonb_build_object('reason', a.banned_reason, 'until', ${utc("a.banned_until")}) end as banned,
         ${utc("a.created_at")} as created, ${utc("c.last_seen_at")} as "lastSeen", c.playtime_s::float8 as "playtimeS"
       from character c join account a on a.id = c.account_id where c.name_key = lower($1) and a.deleted_at is null`, [name],
    );
    return row;
  }

  /** What holders hold, and what is in that, the outer before the inner. */
  async heldBy(holders: readonly Holder[]): Promise<Item[]> {
    const rows = await this.#sql.query<ItemRow>(
      `with recursive held as (
         select i.*, 1 as depth from item i where i.location = any($1::text[])
         union all
         select i.*, h.depth + 1 from held h join item i on i.location = 'item:' || h.id where h.depth < 8
       ) select ${ITEM_COLUMNS} from held order by depth, arrived, id limit ${MAX_STAFF_ROWS}`, [holders],
    );
    return rows.map(itemOf);
  }

  async placeOf(item: ItemId): Promise<Holder | undefined> {
    return (await this.#sql.query<{ location: Holder }>("select location from item where id = $1", [item]))[0]?.location;
  }

  /** Who of these stands in a room. (Rows have no index by room, which every step would keep up to date.) */
  peopleIn(room: RoomId, ids: readonly CharacterId[]): Promise<{ id: CharacterId; name: string }[]> {
    return this.#reads.query(`select id, name from character where id = any($2::text[]) and room_id = $1 order by name limit ${MAX_STAFF_ROWS}`, [room, ids]);
  }

  roomsOf(ids: readonly CharacterId[]): Promise<Map<CharacterId, RoomId>> {
    return this.#roomsOf(this.#sql, ids);
  }

  /** The same for a list to look at. */
  listedRoomsOf(ids: readonly CharacterId[]): Promise<Map<CharacterId, RoomId>> {
    return this.#roomsOf(this.#reads, ids);
  }

  async #roomsOf(sql: Pick<Sql, "query">, ids: readonly CharacterId[]): Promise<Map<CharacterId, RoomId>> {
    const rows = await sql.query<{ id: CharacterId; room: RoomId }>("select id, room_id as room from character where id = any($1::text[])", [ids]);
    return new Map(rows.map(({ id, room }) => [id, room]));
  }

  processes(): Promise<ProcessRow[]> {
    return this.#sql.query<ProcessRow>(
      `select p.id, p.address, p.version, p.players, p.lag_ms::float8 as "lagMs", p.draining, not p.fenced and p.expires_at > clock_timestamp() as alive,
         (select coalesce(jsonb_agg(jsonb_build_object('area', o.area_id, 'epoch', o.epoch) order by o.area_id), '[]') from area_owner o where o.process_id = p.id) as areas
       from process p where not p.fenced and p.expires_at > clock_timestamp() - interval '1 minute' order by p.id`,
    );
  }

  /** The newest first; `before`: older than this id. */
  audit({ before = null, target = null, limit = 100 }: { before?: string | null; target?: string | null; limit?: number }): Promise<AuditRow[]> {
    // Only what is asked for is in the statement, so that an index answers it.
    const only = [before === null ? "" : "s.at < (select b.at from staff_audit b where b.id = $2)", target === null ? "" : `s.target = $${before === null ? 2 : 3}`].filter((one) => one !== "");
    return this.#reads.query<AuditRow>(
      `select s.id, ${utc("s.at")} as at, s.staff_name as staff, s.via, s.address, s.action, s.target, s.target_name as "targetName", s.detail, s.reason, i.outcome, i.said
       from staff_audit s left join intent i on i.id = s.id ${only.length === 0 ? "" : `where ${only.join(" and ")}`}
       order by s.at desc limit $1::int`, [Math.min(limit, MAX_STAFF_ROWS), ...[before, target].filter((one) => one !== null)],
    );
  }

  reports(state: "open" | "closed"): Promise<ReportRow[]> {
    return this.#sql.query<ReportRow>(
      `select r.id, ${utc("r.at")} as at, p.name as reporter, q.name as reported, r.room_id as room, r.words, r.lines,
         ${utc("r.closed_at")} as "closedAt", r.closed_by as "closedBy", r.note
       from report r join character p on p.id = r.reporter left join character q on q.id = r.reported
       where ${state === "open" ? "r.closed_at is null order by r.at" : "r.closed_at is not null order by r.at desc"} limit 200`,
    );
  }

  /** The address by `addressKey`, its reason and end, of those that hold. */
  addressBans(): Promise<{ address: string; reason: string; until: string | null }[]> {
    return this.#sql.query(`select address, reason, ${utc("until")} as until from address_ban where until is null or until > now() order by made_at desc limit ${MAX_STAFF_ROWS}`);
  }

  flags(): Promise<{ name: string; share: number; note: string | null }[]> {
    return this.#sql.query("select name, share::float8 as share, note from feature_flag order by name");
  }

  async setting(key: string): Promise<unknown> {
    return (await this.#sql.query<{ value: unknown }>("select value from world_setting where key = $1", [key]))[0]?.value;
  }

  /** Where somebody came in from, for bans by address. */
  async cameFrom(id: CharacterId, address: string): Promise<void> {
    await this.#sql.query("update account set last_address = $2 where id = $1 and last_address is distinct from $2", [id, address] satisfies SqlValue[]);
  }
}
