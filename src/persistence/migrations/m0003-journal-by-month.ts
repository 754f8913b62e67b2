import { Migration } from "@mikro-orm/migrations";

/**
 * The journal in partitions, one for each month (UTC), so that old months can be archived and dropped whole.
 *
 * A unique index cannot reach over partitions, so what recognises a repeat moves to where it costs less: a character's
 * requests are committed in strictly growing (last_seq, last_step), a condition on the row that every command updates
 * anyway; what has a name of its own (the world's doings, commands without a number) has its key in `journal_key`.
 * `journal_default` takes what no partition is there for, so that a commit never fails for the want of one.
 */
export class M0003JournalByMonth extends Migration {
  override name = "m0003-journal-by-month";

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    throw new Error("the journal is not put back into one table: what was archived is not there any more");
  }
}

const COLUMNS = "id, at, area_id, epoch, actor, seq, step, request_key, commit_id, room_id, command, events";

/**
 * Makes the partition of the month that begins at `first`, with what lies in the default partition for it. Attaching
 * (other than creating in place) lets commits into the other partitions go on. False: it is there already.
 */
const MAKE_PARTITION = `
create function waystone_journal_month(first date) returns boolean language plpgsql
as $waystone$
declare
  part text := 'journal_' || to_char(first, 'YYYY_MM');
  lower timestamptz := first::timestamp at time zone 'UTC';
  upper timestamptz := (first + interval '1 month')::timestamp at time zone 'UTC';
begin
  if to_regclass(part) is not null then return false; end if;
  execute format('create table %I (like journal including defaults including constraints including indexes)', part);
  execute format('with misplaced as (delete from journal_default where at >= %L and at < %L returning *) insert into %I select * from misplaced', lower, upper, part);
  execute format('alter table journal attach partition %I for values from (%L) to (%L)', part, lower, upper);
  return true;
end
$waystone$`;

const STATEMENTS = [
  `alter table character add column last_step int not null default -1`,
  `update character c set last_step = coalesce((select max(r.step) from request_reply r where r.character_id = c.id and r.seq = c.last_seq), 2147483647)
    where last_seq > 0`,
  `alter table journal rename to journal_before`,
  `alter table journal_before drop constraint journal_pkey, drop constraint journal_request_key_unique`,
  `drop index journal_at_index`,
  `drop index journal_actor_index`,
  `alter sequence journal_id_seq owned by none`,
  `create table journal (
    id bigint not null default nextval('journal_id_seq'),
    at timestamptz(6) not null default clock_timestamp(),
    area_id text null,
    epoch bigint null,
    actor text null,
    seq bigint null,
    step int null,
    request_key text null,
    commit_id text not null,
    room_id text null,
    command text not null,
    events jsonb not null,
    primary key (id, at)
  ) partition by range (at)`,
  `alter sequence journal_id_seq owned by journal.id`,
  `create index journal_actor_index on journal (actor, seq)`,
  `create table journal_default partition of journal default`,
  `create table journal_key (
    key text primary key,
    commit_id text not null,
    entry bigint not null,
    at timestamptz(6) not null default now()
  )`,
  MAKE_PARTITION,
  // Existing entries go into partitions of their months; this month and the next are made in any case.
  `select waystone_journal_month(month::date) from (
     select generate_series(date_trunc('month', least(min(at), now()) at time zone 'UTC'), date_trunc('month', now() at time zone 'UTC') + interval '1 month', '1 month') as month
     from journal_before) as months`,
  `insert into journal (${COLUMNS}) select ${COLUMNS} from journal_before order by id`,
  `insert into journal_key (key, commit_id, entry, at) select request_key, commit_id, id, at from journal_before where request_key not like 'c:%'`,
  `update journal set request_key = null where request_key like 'c:%'`,
  `drop table journal_before`,
];
