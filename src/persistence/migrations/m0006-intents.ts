import { Migration } from "@mikro-orm/migrations";

/** What an operator wants done to rows that somebody owns: written here, carried out by the owner of the area. */
export class M0006Intents extends Migration {
  override name = "m0006-intents";

  override up(): void {
    this.addSql(`create table intent (
      id text primary key,
      area_id text not null,
      entry bigint not null,
      force boolean not null default false,
      made_at timestamptz(6) not null default now(),
      done_at timestamptz(6) null,
      outcome text null,
      said jsonb null
    )`);
  }

  override down(): void {
    this.addSql("drop table intent");
  }
}
