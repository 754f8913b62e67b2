/** What people do with their own account, in the database. Who they are is in `account`; what their character has, its owner ends. */
import type { CharacterId } from "../engine/ids.ts";
import { MAX_EXPORTED_ENTRIES } from "../limits.ts";
import { newId } from "./new-id.ts";
import type { Sql } from "./sql.ts";

interface Reachable { readonly characterId: CharacterId; readonly username: string; readonly email: string; readonly tokenVersion: number }

const ORDER = "insert into intent (id, kind, character_id, wakes) values ($1, $2, $3, $4)";

const unusedFor = (days: number): string =>
  `not exists (select 1 from character c where c.account_id = a.id and coalesce(c.last_seen_at, a.created_at) >= now() - interval '${days} days')`;

/** All methods reject with `StorageError`. */
export class PostgresAccountCareStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  setPassword(id: CharacterId, passwordHash: string): Promise<{ tokenVersion: number } | undefined> {
    return this.#sql.transaction(async (sql) => {
      const [row] = await sql.query<{ tokenVersion: number }>(
        `update account set password_hash = $2, token_version = token_version + 1 where id = $1 and not guest and deleted_at is null returning token_version as "tokenVersion"`, [id, passwordHash],
      );
      if (row !== undefined) await sql.query(ORDER, [newId(), "relogin", id, false]);
      return row;
    });
  }

  async setPendingEmail(id: CharacterId, email: string): Promise<void> {
    await this.#sql.query("update account set email_pending = $2, email_pending_at = now() where id = $1 and deleted_at is null", [id, email]);
  }

  async confirmEmail(id: CharacterId, email: string): Promise<boolean> {
    return (await this.#sql.query("update account set email = email_pending, email_pending = null, email_pending_at = null where id = $1 and email_pending = $2 and deleted_at is null returning id", [id, email])).length > 0;
  }

  reachable(nameKey: string, email: string): Promise<Reachable[]> {
    return this.#sql.query<Reachable>(
      `select id as "characterId", username, email, token_version as "tokenVersion" from account
       where (name_key = $1 or email = $2) and email is not null and not guest and deleted_at is null limit 10`, [nameKey, email],
    );
  }

  /** Its name is free again. What the journal says stays, under a name that says nothing. */
  async erase(id: CharacterId): Promise<void> {
    await this.#erase(id, "deleted at the wish of its owner", "true");
  }

  /** The same for a guest whom nobody has played for so many days. False: it is none (any more). */
  eraseGuest(id: CharacterId, unusedDays: number): Promise<boolean> {
    return this.#erase(id, "a guest who did not come back", `guest and ${unusedFor(unusedDays)}`);
  }

  /** Guests whom nobody has played for so many days, those who came first before the others. */
  async unusedGuests(unusedDays: number, limit: number): Promise<CharacterId[]> {
    const rows = await this.#sql.query<{ id: CharacterId }>(
      `select a.id from account a where a.guest and a.deleted_at is null and a.created_at < now() - interval '${unusedDays} days' and ${unusedFor(unusedDays)} order by a.created_at limit ${limit}`,
    );
    return rows.map(({ id }) => id);
  }

  #erase(id: CharacterId, why: string, only: string): Promise<boolean> {
    return this.#sql.transaction(async (sql) => {
      const name = `gone-${id}`;
      const rows = await sql.query(
        `update account a set username = $2, name_key = $2, password_hash = null, role = 'player', guest = false, email = null, email_pending = null, email_pending_at = null, last_address = null,
           muted_reason = null, muted_until = null, banned_reason = $3, banned_until = null, deleted_at = now(), token_version = token_version + 1
         where id = $1 and deleted_at is null and ${only} returning id`, [id, name, why],
      );
      if (rows.length === 0) return false;
      await sql.query("update character set name = $2, name_key = $2 where id = $1", [id, name]);
      await sql.query("update letter set sender_name = $2 where sender = $1", [id, name]);
      await sql.query(ORDER, [newId(), "erase", id, true]);
      return true;
    });
  }

  /**
   * What its owner still needed until the character was gone: ten minutes are more than an order takes.
   */
  async sweepErased(): Promise<void> {
    const erased = "select a.id from account a where a.deleted_at between now() - interval '1 day' and now() - interval '10 minutes'";
    await this.#sql.query(`delete from quest_progress where character_id in (${erased})`);
    await this.#sql.query(`delete from request_reply where character_id in (${erased})`);
    await this.#sql.query(`update character set settings = $1::jsonb where id in (${erased}) and settings <> $1::jsonb`, [JSON.stringify({ aliases: {}, brief: false, mutedChannels: [], ignored: [] })]);
  }

  async everythingOf(id: CharacterId): Promise<object> {
    const one = async (text: string): Promise<unknown> => (await this.#sql.query<{ value: unknown }>(`select to_jsonb(x) as value from (${text}) x`, [id]))[0]?.value ?? null;
    const many = async (text: string): Promise<unknown> => (await this.#sql.query<{ value: unknown }>(`select coalesce(jsonb_agg(to_jsonb(x)), '[]') as value from (${text}) x`, [id]))[0]?.value ?? [];
    return {
      account: await one("select username, role, guest, email, email_pending, last_address, created_at, last_login_at, muted_reason, muted_until from account where id = $1"),
      character: await one("select name, room_id, coins, settings, position, health, vigour, playtime_s, created_at, last_seen_at from character where id = $1"),
      things: await many("with recursive held as (select i.* from item i where i.location = 'char:' || $1 union all select i.* from held h join item i on i.location = 'item:' || h.id) select id, kind, quantity, location, slot from held"),
      quests: await many("select quest_id, state, step, count from quest_progress where character_id = $1"),
      letters_waiting: await many("select sender_name, note, sent_at from letter where recipient = $1"),
      letters_under_way: await many("select note, sent_at from letter where sender = $1"),
      reports: await many("select at, words, lines, closed_at, note from report where reporter = $1 order by at"),
      deeds: await many(`select at, room_id, command, events from journal where actor = $1 order by id desc limit ${MAX_EXPORTED_ENTRIES}`),
    };
  }
}
