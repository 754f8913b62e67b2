/**
 * Numbers of each day (UTC), worked out from the journal as it grows: `commands` that changed the world, `players` who gave
 * them, new `accounts` and `guests`, and which rooms somebody has been in. Each entry is counted once, whatever is cut off: how far
 * one has read is written with what was counted.
 */
import { JOURNAL_SETTLED_S, STATISTICS_ROWS } from "../limits.ts";
import type { Sql } from "../persistence/sql.ts";
import { checkIn, type JobRun } from "./job.ts";

const MARK = "statistics";

/** Reads what has come since the last time. */
export async function countJournal(sql: Sql, run: JobRun): Promise<void> {
  let counted = 0;
  for (;;) {
    checkIn(run);
    const rows = await sql.transaction(countSome);
    counted += rows;
    if (rows < STATISTICS_ROWS) break;
  }
  run.say(`${counted} entries of the journal were counted.`);
}

/** Answers how many entries it took: fewer than STATISTICS_ROWS at the end. */
async function countSome(sql: Sql): Promise<number> {
  await sql.query("insert into job_mark (job, mark) values ($1, 0) on conflict do nothing", [MARK]);
  // Whoever else counts waits here, and goes on behind this.
  const [before] = await sql.query<{ mark: string }>("select mark::text as mark from job_mark where job = $1 for update", [MARK]);
  // Numbers are given out before the commit that writes them: one that is still under way must not be passed.
  const [part] = await sql.query<{ last: string | null; rows: number }>(
    `select max(id)::text as last, count(*)::int as rows from (
       select id, at from journal where id > $1::bigint order by id limit ${STATISTICS_ROWS}) as part
     where at < now() - interval '${JOURNAL_SETTLED_S} seconds'`, [before?.mark ?? "0"],
  );
  if (part === undefined || part.last === null) return 0;
  const range = [before?.mark ?? "0", part.last];
  const entries = "from journal j where j.id > $1::bigint and j.id <= $2::bigint and j.actor is not null";
  await sql.query(
    `insert into daily_stat (day, name, value) select (j.at at time zone 'UTC')::date, 'commands', count(*) ${entries} group by 1
     on conflict (day, name) do update set value = daily_stat.value + excluded.value`, range,
  );
  await sql.query(
    `with here as (
       insert into daily_player (day, character_id) select distinct (j.at at time zone 'UTC')::date, j.actor ${entries} order by 1, 2
       on conflict do nothing returning day)
     insert into daily_stat (day, name, value) select day, 'players', count(*) from here group by 1
     on conflict (day, name) do update set value = daily_stat.value + excluded.value`, range,
  );
  await sql.query(
    `with been as (
       insert into room_seen (character_id, room_id)
       select distinct e->>'character', e->>'to' from (select j.events ${entries}) as j cross join jsonb_array_elements(j.events) as e
       where e->>'type' = 'character-moved' order by 1, 2
       on conflict do nothing returning character_id)
     insert into rooms_seen (character_id, rooms) select character_id, count(*) from been group by 1
     on conflict (character_id) do update set rooms = rooms_seen.rooms + excluded.rooms`, range,
  );
  await sql.query("update job_mark set mark = $2::bigint where job = $1", [MARK, part.last]);
  return part.rows;
}

/** New accounts and guests of today and yesterday; those of a day that is over stay what they were. */
export async function countAccounts(sql: Sql): Promise<void> {
  await sql.query(
    `insert into daily_stat (day, name, value)
     select (a.created_at at time zone 'UTC')::date, case when a.guest then 'guests' else 'accounts' end, count(*)
     from account a where a.created_at >= date_trunc('day', now() at time zone 'UTC') at time zone 'UTC' - interval '1 day' and a.deleted_at is null group by 1, 2
     on conflict (day, name) do update set value = greatest(daily_stat.value, excluded.value)`,
  );
}

/** One day's numbers, as `GET /admin/api/statistics` shows them. */
export interface DayRow { readonly day: string; readonly commands: number; readonly players: number; readonly accounts: number; readonly guests: number }

/** The newest day first. */
export function lastDays(reads: Pick<Sql, "query">, days: number): Promise<DayRow[]> {
  const of = (name: string): string => `coalesce(max(value) filter (where name = '${name}'), 0)::float8 as ${name}`;
  return reads.query<DayRow>(`select day::text as day, ${["commands", "players", "accounts", "guests"].map(of).join(", ")} from daily_stat group by 1 order by 1 desc limit $1::int`, [days]);
}
