import { Migration } from "@mikro-orm/migrations";

/**
 * The tables, as `entities/` describes them (a test compares). Plain SQL that PostgreSQL 15 and PGlite share.
 * Rows that change with every command leave room on their page, so that an update stays on it (HOT).
 */
export class M0001Tables extends Migration {
  override name = "m0001-tables";

  override up(): void {
    for (const statement of STATEMENTS) this.addSql(statement);
  }

  override down(): void {
    for (const table of [...TABLES].reverse()) this.addSql(`drop table ${table}`);
  }
}

const TABLES = [
  "account", "character", "item", "quest_progress", "door", "spawn", "npc", "world_meta", "process", "area_owner", "journal", "request_reply",
] as const;

const STATEMENTS = [
  `create table account (
    id text primary key,
    username text not null,
    name_key text not null constraint account_name_key_unique unique,
    password_hash text null,
    role text not null default 'player',
    guest boolean not null default false,
    token_version int not null default 0,
    banned_reason text null,
    created_at timestamptz(6) not null default now(),
    last_login_at timestamptz(6) null
  )`,
  `create table character (
    id text primary key,
    account_id text not null constraint character_account_unique unique
      constraint character_account_id_foreign references account (id),
    name text not null,
    name_key text not null constraint character_name_key_unique unique,
    room_id text not null,
    coins bigint not null default 0 constraint character_coins_check check (coins >= 0),
    settings jsonb not null,
    position text not null default 'standing',
    health int not null,
    vigour int not null,
    playtime_s bigint not null default 0,
    created_at timestamptz(6) not null default now(),
    last_seen_at timestamptz(6) null,
    last_seq bigint not null default 0
  ) with (fillfactor = 80)`,
  `create table item (
    id text primary key,
    kind text not null,
    location text not null,
    slot text null,
    quantity int not null default 1 constraint item_quantity_check check (quantity > 0),
    charges int null,
    open boolean not null default true,
    locked boolean not null default false,
    lit boolean not null default false,
    spawn_id text null,
    arrived bigint not null default 0,
    retired_from text null
  )`,
  `create index item_location_index on item (location)`,
  `create table quest_progress (
    character_id text not null constraint quest_progress_character_id_foreign references character (id) on delete cascade,
    quest_id text not null,
    state text not null,
    step int not null,
    count int not null,
    primary key (character_id, quest_id)
  )`,
  `create table door (id text primary key, open boolean not null, locked boolean not null)`,
  `create table spawn (
    id text primary key,
    generation int not null,
    due_at timestamptz(3) null,
    removed boolean not null default false
  )`,
  `create table npc (id text primary key, room_id text not null, gone_until timestamptz(3) null)`,
  `create table world_meta (key text primary key, value jsonb not null)`,
  `create table process (
    id text primary key,
    slot text not null,
    address text not null,
    colyseus_id text null,
    expires_at timestamptz(6) not null,
    steady_since timestamptz(6) not null,
    fenced boolean not null default false
  )`,
  `create index process_slot_index on process (slot)`,
  `create table area_owner (area_id text primary key, process_id text null, epoch bigint not null)`,
  `create index area_owner_process_index on area_owner (process_id)`,
  // Ready to be partitioned by month when it has grown: the unique key would then become (request_key, at), and
  // `character.last_seq` tells requests that are older than the partitions kept.
  `create table journal (
    id bigserial primary key,
    at timestamptz(6) not null default clock_timestamp(),
    area_id text null,
    epoch bigint null,
    actor text null,
    seq bigint null,
    step int null,
    request_key text not null constraint journal_request_key_unique unique,
    commit_id text not null,
    room_id text null,
    command text not null,
    events jsonb not null
  )`,
  `create index journal_at_index on journal (at)`,
  `create index journal_actor_index on journal (actor)`,
  // No foreign key: it is written with every command, and its character was updated in the same statement.
  `create table request_reply (
    character_id text not null,
    seq bigint not null,
    step int not null,
    reply jsonb not null,
    primary key (character_id, seq, step)
  )`,
];
