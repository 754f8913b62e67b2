/** A database after years: so many accounts, characters, things and entries of the journal, made by the database itself. */
import type { Database } from "../../src/persistence/database.ts";

/** Indexes of a table are made when its rows are in it: in one go, which is much quicker. */
async function withoutIndexes(db: Database, tables: readonly string[], fill: () => Promise<void>): Promise<void> {
  const names = tables.map((table) => `'${table}'`).join(", ");
  const constraints = await db.sql.query<{ table: string; name: string; text: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as text from pg_constraint
     where conrelid::regclass::text in (${names}) and contype in ('p', 'u', 'f') order by contype = 'f'`,
  );
  const others = await db.sql.query<{ table: string; name: string; text: string }>(
    `select t.relname as table, i.relname as name, pg_get_indexdef(x.indexrelid) as text from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
     where t.relname in (${names}) and t.relnamespace = current_schema()::regnamespace and not exists (select 1 from pg_constraint c where c.conindid = x.indexrelid)`,
  );
  const foreign = await db.sql.query<{ table: string; name: string; text: string }>(
    `select conrelid::regclass::text as table, conname as name, pg_get_constraintdef(oid) as text from pg_constraint where contype = 'f' and confrelid::regclass::text in (${names}) and conrelid::regclass::text not in (${names})`,
  );
  const all = [...constraints, ...foreign];
  await db.script(all.toReversed().map(({ table, name }) => `alter table ${table} drop constraint ${name};`).join("") + others.map(({ name }) => `drop index ${name};`).join("") || "select 1");
  await fill();
  await db.script([...all.map(({ table, name, text }) => `alter table ${table} add constraint ${name} ${text};`), ...others.map(({ text }) => `${text};`)].join(""));
}

/** `rows` of each. Ids and names end in a number: `c00000042`, `Somebody42`. */
export async function fillDatabase(db: Database, rows: number): Promise<void> {
  const id = (prefix: string, n: string): string => `'${prefix}' || lpad((${n})::text, 8, '0')`;
  const some = Math.ceil(rows / 10);
  await withoutIndexes(db, ["account", "character", "item", "request_reply"], async () => {
    await Promise.all([
      db.background.query(`insert into account (id, username, name_key, guest, created_at, last_address)
        select ${id("c", "n")}, 'Somebody' || n, 'somebody' || n, n % 10 = 0, now() - n * interval '10 minutes', '10.0.' || n % 200 || '.' || n % 250 from generate_series(1, ${rows}) as n`),
      db.background.query(`insert into character (id, account_id, name, name_key, room_id, settings, health, vigour, coins, last_seen_at, last_seq)
        select ${id("c", "n")}, ${id("c", "n")}, 'Somebody' || n, 'somebody' || n, 'town_square', '{}', 100, 100, n % 1000, now() - n * interval '10 minutes', 20 from generate_series(1, ${rows}) as n`),
    ]);
    await Promise.all([
      db.background.query(`insert into item (id, kind, location) select ${id("i", "n")}, 'leaflet', 'char:' || ${id("c", `n % ${rows}`)} from generate_series(1, ${rows}) as n`),
      db.background.query(`insert into request_reply (character_id, seq, step, reply) select ${id("c", `n / 16`)}, n % 16, 0, '{}' from generate_series(1, ${rows}) as n`),
    ]);
  });
  // The whole of it in the running month, which is the one without an index over what is in its entries; and long enough ago to be counted.
  await db.background.query(`insert into journal (at, area_id, epoch, actor, seq, step, commit_id, room_id, command, events)
    select greatest(date_trunc('month', now() at time zone 'UTC') at time zone 'UTC', now() - interval '5 minutes'), 'town', 1, ${id("c", `n % ${some}`)}, n / ${some}, 0, 'k', 'town_square', 'get leaflet', jsonb_build_array(jsonb_build_object('type', 'item-moved', 'item', ${id("i", "n")}, 'from', 'room:town_square', 'to', 'char:' || ${id("c", `n % ${some}`)}, 'slot', null))
    from generate_series(1, ${rows}) as n`);
  await db.background.query(`insert into journal_key (key, commit_id, entry) select 'w:spawn:' || n, 'k', n from generate_series(1, ${rows}) as n`);
  await db.background.query(`insert into letter (id, sender, sender_name, recipient, note) select ${id("l", "n")}, ${id("c", "n")}, 'Somebody', ${id("c", "n + 7")}, '' from generate_series(1, ${some}) as n`);
  await db.background.query(`insert into quest_progress (character_id, quest_id, state, step, count) select ${id("c", `1 + n % ${some}`)}, 'quest_' || n / ${some}, 'done', 0, 0 from generate_series(0, ${some} * 3 - 1) as n`);
  await db.background.query(`insert into staff_audit (id, at, staff_name, via, action, target, detail) select ${id("s", "n")}, now() - n * interval '1 minute', 'Mona', 'api', 'mute', ${id("c", `n % 1000`)}, '{}' from generate_series(1, ${some}) as n`);
  await db.background.query(`insert into intent (id, kind, character_id, made_at, done_at, outcome, said) select ${id("s", "n")}, 'reread', ${id("c", `n % 1000`)}, now() - n * interval '1 minute', now() - n * interval '1 minute', 'done', '[]' from generate_series(1, ${some}) as n`);
  await db.background.query(`insert into report (id, reporter, room_id, words, lines, closed_at) select ${id("r", "n")}, ${id("c", `n % 1000`)}, 'town_square', '', '[]', now() from generate_series(1, ${some}) as n`);
  await db.background.query(`insert into room_seen (character_id, room_id) select ${id("c", `n % ${some}`)}, 'room_' || n / ${some} from generate_series(1, ${some} * 5) as n`);
  await db.background.query("vacuum analyze");
}
