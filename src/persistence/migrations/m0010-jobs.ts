import { Migration } from "@mikro-orm/migrations";

/**
 * What background jobs keep. pg-boss makes its own tables, in a schema of its own, when it first starts. A server of the
 * version before this one knows none of these tables and goes on beside it.
 */
export class M0010Jobs extends Migration {
  override name = "m0010-jobs";

  override up(): void {
    for (const statement of TABLES) this.addSql(statement);
  }

  override down(): void {
    this.addSql("drop index account_created_at_index, account_guest_index, account_email_pending_at_index");
    this.addSql("alter table account drop column email_pending_at");
    for (const table of ["leaderboard", "rooms_seen", "room_seen", "daily_player", "daily_stat", "job_mark", "job_run"]) this.addSql(`drop table ${table}`);
  }
}

const TABLES = [
  `create index account_created_at_index on account (created_at)`,
  `create index account_guest_index on account (created_at) where guest and deleted_at is null`,
  `alter table account add column email_pending_at timestamptz(6) null`,
  `create index account_email_pending_at_index on account (email_pending_at) where email_pending_at is not null`,
  `create table job_run (
    id text primary key,
    job text not null,
    process_id text not null,
    attempt int not null,
    started_at timestamptz(6) not null default clock_timestamp(),
    ended_at timestamptz(6) null,
    result text not null default 'running',
    said jsonb not null default '[]'
  )`,
  `create index job_run_job_index on job_run (job, started_at)`,
  `create index job_run_started_at_index on job_run (started_at)`,
  `create table job_mark (job text primary key, mark bigint not null)`,
  `create table daily_stat (day date not null, name text not null, value bigint not null, primary key (day, name))`,
  `create table daily_player (day date not null, character_id text not null, primary key (day, character_id))`,
  `create table room_seen (character_id text not null, room_id text not null, primary key (character_id, room_id))`,
  `create table rooms_seen (character_id text primary key, rooms int not null)`,
  `create table leaderboard (
    board text not null,
    place int not null,
    rank int not null,
    name text not null,
    value bigint not null,
    made_at timestamptz(6) not null default now(),
    primary key (board, place)
  )`,
];
