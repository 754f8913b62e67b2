import { Migration } from "@mikro-orm/migrations";
import { COMMIT_MORE_V2 } from "./commit-function-v2.ts";

/**
 * Letters and the outbox, and the commit function that writes them. It takes what it took before as well, so a server of
 * the version before this one, in a rolling deploy, goes on with it.
 */
export class M0005Post extends Migration {
  override name = "m0005-post";

  override up(): void {
    for (const statement of [...TABLES, COMMIT_MORE_WITH_POST]) this.addSql(statement);
  }

  override down(): void {
    throw new Error("letters on their way cannot be put back into hands");
  }
}

const TABLES = [
  `create table letter (
    id text primary key,
    sender text not null,
    sender_name text not null,
    recipient text not null,
    note text not null,
    sent_at timestamptz(6) not null default clock_timestamp()
  )`,
  `create index letter_recipient_index on letter (recipient)`,
  `create table outbox (
    id bigserial primary key,
    topic text not null,
    target text not null,
    at timestamptz(6) not null default clock_timestamp()
  )`,
];

/** What it does with letters; the function of later versions does it too. */
export const WRITE_POST = `
  if jsonb_exists(batch, 'letters_new') then
    with made as (
      insert into letter (id, sender, sender_name, recipient, note)
      select x.id, x.sender, x.sender_name, x.recipient, x.note
      from jsonb_to_recordset(batch->'letters_new') as x(id text, sender text, sender_name text, recipient text, note text)
      where exists (select 1 from character c where c.id = x.recipient)
      on conflict (id) do nothing
      returning id)
    select array_agg(id) into done from made;
    perform waystone_expect_v1('letter', batch->'letters_new', done);
    insert into outbox (topic, target)
    select 'letters', x.recipient from jsonb_to_recordset(batch->'letters_new') as x(recipient text);
  end if;

  if jsonb_exists(batch, 'letters_gone') then
    with gone as (
      delete from letter l
      using jsonb_to_recordset(batch->'letters_gone') as x(id text, recipient text)
      where l.id = x.id and l.recipient = x.recipient
      returning l.id)
    select array_agg(id) into done from gone;
    perform waystone_expect_v1('letter', batch->'letters_gone', done);
  end if;
`;

const COMMIT_MORE_WITH_POST = COMMIT_MORE_V2.replace("create function", "create or replace function").replace(/\nend\n(?=\$waystone\$$)/, () => `\n${WRITE_POST}end\n`);
