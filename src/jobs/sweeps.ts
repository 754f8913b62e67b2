/** What is cleared away because its time is over. Everything here may be done again, and by two at a time. */
import { DAILY_PLAYERS_KEPT_DAYS, EMAIL_PENDING_KEPT_DAYS, ERASED_KEPT_DAYS, MAX_GUESTS_PER_RUN, ORDERS_KEPT_DAYS, REPLIES_KEPT_DAYS, SWEEP_ROWS } from "../limits.ts";
import type { CharacterId } from "../engine/ids.ts";
import type { PostgresAccountCareStore } from "../persistence/account-care-store.ts";
import type { Sql } from "../persistence/sql.ts";
import { checkIn, type JobRun } from "./job.ts";

/** Removes rows in parts, so that nobody waits long for one of them. `rows`: a select of their ctid, without a limit. */
async function removeAll(sql: Sql, table: string, rows: string, run: JobRun): Promise<number> {
  for (let removed = 0; ;) {
    checkIn(run);
    const part = await sql.query(`delete from ${table} where ctid = any (array(${rows} limit ${SWEEP_ROWS})) returning 1 as gone`);
    removed += part.length;
    if (part.length < SWEEP_ROWS) return removed;
  }
}

/**
 * Bans and mutes that are over: they count no more from the moment they end; this takes them off the rows. And what waits
 * for a proof that will not come.
 */
export async function liftExpired(sql: Sql, run: JobRun): Promise<void> {
  const bans = await sql.query("update account set banned_reason = null, banned_until = null where banned_until <= now() and deleted_at is null returning id");
  const mutes = await sql.query("update account set muted_reason = null, muted_until = null where muted_until <= now() returning id");
  const addresses = await sql.query("delete from address_ban where until <= now() returning address");
  const emails = await sql.query(`update account set email_pending = null, email_pending_at = null where email_pending_at < now() - interval '${EMAIL_PENDING_KEPT_DAYS} days' returning id`);
  run.say(`Over: ${bans.length} bans, ${mutes.length} mutes, ${addresses.length} bans of addresses, ${emails.length} addresses that were not proven.`);
}

/** What sessions leave: replies for repeats that cannot come any more, processes that were replaced, hints that nobody took. */
export async function sweepSessions(sql: Sql, run: JobRun): Promise<void> {
  const replies = await removeAll(sql, "request_reply",
    `select r.ctid from request_reply r join character c on c.id = r.character_id where coalesce(c.last_seen_at, c.created_at) < now() - interval '${REPLIES_KEPT_DAYS} days'`, run);
  // A fenced process can write nothing, so nothing is taken from it. One whose lease has only run out may be back after an
  // outage of the database, and is left to whoever takes its areas over.
  await sql.query(
    `update area_owner o set process_id = null from process p
     where p.id = o.process_id and p.fenced and p.expires_at < clock_timestamp() - interval '1 day'`,
  );
  const processes = await sql.query(
    `delete from process p where p.fenced and p.expires_at < clock_timestamp() - interval '1 day' and not exists (select 1 from area_owner o where o.process_id = p.id) returning id`,
  );
  const hints = await removeAll(sql, "outbox", "select ctid from outbox where at < now() - interval '1 day'", run);
  run.say(`Gone: ${replies} replies, ${processes.length} processes, ${hints} hints.`);
}

export async function sweepOrders(sql: Sql, run: JobRun): Promise<void> {
  const orders = await removeAll(sql, "intent", `select ctid from intent where done_at < now() - interval '${ORDERS_KEPT_DAYS} days'`, run);
  await removeAll(sql, "daily_player", `select ctid from daily_player where day < current_date - ${DAILY_PLAYERS_KEPT_DAYS}`, run);
  run.say(`Gone: ${orders} orders done long ago.`);
}

/**
 * What is left of deleted characters, when their owner has long ended what they had. A row to which anything still belongs
 * (a thing, a letter, a report, an order that waits) stays, so that nothing loses its owner.
 */
export async function removeErased(sql: Sql, run: JobRun): Promise<void> {
  let removed = 0;
  for (;;) {
    checkIn(run);
    const part = await sql.transaction(async (tx) => {
      const rows = await tx.query<{ id: string }>(
        `select a.id from account a where a.deleted_at < now() - interval '${ERASED_KEPT_DAYS} days'
           and not exists (select 1 from item i where i.location = 'char:' || a.id)
           and not exists (select 1 from letter l where l.recipient = a.id)
           and not exists (select 1 from intent n where n.character_id = a.id and n.done_at is null)
           and not exists (select 1 from report r where r.reporter = a.id) and not exists (select 1 from report r where r.reported = a.id)
           and not exists (select 1 from character c where c.id = a.id and c.coins <> 0)
         order by a.deleted_at limit ${SWEEP_ROWS} for update of a skip locked`,
      );
      const ids = rows.map(({ id }) => id);
      if (ids.length === 0) return 0;
      for (const table of ["request_reply", "room_seen", "rooms_seen", "quest_progress"]) await tx.query(`delete from ${table} where character_id = any ($1::text[])`, [ids]);
      await tx.query("delete from character where id = any ($1::text[])", [ids]);
      await tx.query("delete from account where id = any ($1::text[])", [ids]);
      return ids.length;
    });
    removed += part;
    if (part < SWEEP_ROWS) break;
  }
  run.say(`${removed} deleted characters were removed.`);
}

export interface GuestDeps {
  readonly care: PostgresAccountCareStore;
  /** Days after which a guest counts as gone; 0: never. */
  readonly unusedDays: number;
  readonly isHere: (id: CharacterId) => boolean;
}

/**
 * Guests who cannot come back: their token ended a day after they left, and they have no password. They are deleted as an account
 * is at its owner's wish: whoever owns the area where they stand ends what they have, thing by thing, with an entry in the
 * journal. Nothing of it is laid on a floor, where it would lie in the way and be worth waiting for; what belongs to a place in
 * the world comes again there by itself.
 */
export async function clearGuests({ care, unusedDays, isHere }: GuestDeps, run: JobRun): Promise<void> {
  if (unusedDays === 0) return run.say("Guests are kept for ever.");
  let gone = 0;
  for (const id of await care.unusedGuests(unusedDays, MAX_GUESTS_PER_RUN)) {
    checkIn(run);
    if (!isHere(id) && await care.eraseGuest(id, unusedDays)) gone += 1;
  }
  run.say(`${gone} guests who had not come for ${unusedDays} days are to be ended by the owners of their areas.`);
}
