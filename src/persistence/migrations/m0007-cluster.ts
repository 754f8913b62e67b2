import { Migration } from "@mikro-orm/migrations";

/**
 * What processes must know of each other (where to reach one, how busy it is, whether it is closing), and what holds
 * for the whole world whoever serves it: switches of features, and what an operator has set (weather, time).
 */
export class M0007Cluster extends Migration {
  override name = "m0007-cluster";

  override up(): void {
    // An older version that runs beside this one writes none of the new columns.
    this.addSql(`alter table process
      add column public_address text null,
      add column players int not null default 0,
      add column lag_ms real not null default 0,
      add column draining boolean not null default false,
      add column version text null`);
    this.addSql(`create table feature_flag (
      name text primary key,
      share real not null default 0,
      note text null,
      updated_at timestamptz(6) not null default now()
    )`);
    this.addSql(`create table world_setting (
      key text primary key,
      value jsonb not null,
      updated_at timestamptz(6) not null default now()
    )`);
  }

  override down(): void {
    this.addSql("drop table world_setting");
    this.addSql("drop table feature_flag");
    this.addSql("alter table process drop column public_address, drop column players, drop column lag_ms, drop column draining, drop column version");
  }
}
