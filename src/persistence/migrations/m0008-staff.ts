import { Migration } from "@mikro-orm/migrations";
import { COMMIT_MORE_V2 } from "./commit-function-v2.ts";
import { WRITE_POST } from "./m0005-post.ts";
import { STAFF_FUNCTION } from "./staff-function-v1.ts";

/**
 * What those who look after the world need: a record of what they did that nobody can change, who may not speak or come in,
 * what players report, and orders to the owners of areas. A server of the version before this one goes on beside it: it
 * takes only the orders that it knows, which are those with an area.
 */
export class M0008Staff extends Migration {
  override name = "m0008-staff";

  override up(): void {
    for (const statement of [...TABLES, ...GUARD, STAFF_FUNCTION, COMMIT_MORE_WITH_STAFF]) this.addSql(statement);
  }

  override down(): void {
    throw new Error("the record of what was done in the world's name is not thrown away");
  }
}

const TABLES = [
  `alter table account
    add column muted_reason text null,
    add column muted_until timestamptz(6) null,
    add column banned_until timestamptz(6) null,
    add column last_address text null,
    add column email text null,
    add column email_pending text null,
    add column deleted_at timestamptz(6) null`,
  `create index account_email_index on account (email)`,
  `create index account_last_address_index on account (last_address)`,
  // What is over is looked for every minute, among all accounts there are.
  `create index account_banned_until_index on account (banned_until) where banned_until is not null`,
  `create index account_muted_until_index on account (muted_until) where muted_until is not null`,
  `create index account_deleted_at_index on account (deleted_at) where deleted_at is not null`,
  `alter table intent
    alter column area_id drop not null,
    alter column entry drop not null,
    add column kind text not null default 'undo',
    add column character_id text null,
    add column payload jsonb not null default '{}',
    add column wakes boolean not null default true,
    add column everywhere boolean not null default false`,
  `create index intent_waiting_index on intent (made_at) where done_at is null`,
  `create index intent_done_at_index on intent (done_at)`,
  `create index intent_everywhere_index on intent (made_at) where everywhere`,
  `create table address_ban (
    address text primary key,
    reason text not null,
    until timestamptz(6) null,
    made_at timestamptz(6) not null default now()
  )`,
  `create table report (
    id text primary key,
    at timestamptz(6) not null default clock_timestamp(),
    reporter text not null,
    reported text null,
    room_id text not null,
    words text not null,
    lines jsonb not null,
    closed_at timestamptz(6) null,
    closed_by text null,
    note text null
  )`,
  `create index report_open_index on report (at) where closed_at is null`,
  `create index report_reporter_index on report (reporter)`,
  `create table staff_audit (
    id text primary key,
    at timestamptz(6) not null default clock_timestamp(),
    staff text null,
    staff_name text not null,
    via text not null,
    address text null,
    action text not null,
    target text null,
    target_name text null,
    detail jsonb not null,
    reason text null
  )`,
  `create index staff_audit_at_index on staff_audit (at)`,
  `create index staff_audit_target_index on staff_audit (target)`,
];

/** Whoever can use the database can still take the trigger away; nobody can do it through the server. */
const GUARD = [
  `create function waystone_audit_stays_v1() returns trigger language plpgsql as $waystone$
begin
  raise exception using errcode = 'WS004', message = 'what was written into staff_audit stays as it is';
end
$waystone$`,
  `create trigger staff_audit_stays before update or delete or truncate on staff_audit for each statement execute function waystone_audit_stays_v1()`,
];

const WRITE_STAFF = `
  if jsonb_exists(batch, 'staff') then
    perform waystone_staff_v1(x) from jsonb_array_elements(batch->'staff') as x;
  end if;

  if jsonb_exists(batch, 'reports') then
    insert into report (id, reporter, reported, room_id, words, lines)
    select x.id, x.reporter, x.reported, x.room, x.words, x.lines
    from jsonb_to_recordset(batch->'reports') as x(id text, reporter text, reported text, room text, words text, lines jsonb)
    on conflict (id) do nothing;
  end if;
`;

const COMMIT_MORE_WITH_STAFF = COMMIT_MORE_V2.replace("create function", "create or replace function").replace(/\nend\n(?=\$waystone\$$)/, () => `\n${WRITE_POST}${WRITE_STAFF}end\n`);
