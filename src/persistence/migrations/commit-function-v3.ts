/**
 * `waystone_commit_v3(…)`: what `waystone_commit_v2` does, for less. Writes a batch of commands, whole or not at all, and
 * answers their journal numbers in the order of the batch, separated by commas. `src/persistence/batch.ts` makes its
 * parameters: arrays side by side for what nearly every command has (null: nothing but nulls in it), `u_replies`, the
 * replies as JSON, one after another with U+001E between them ('' for none), and `more`, one JSON object, for the rest
 * (null: there is none).
 *
 * It raises, so that nothing of the batch stays:
 * - WS002, or a unique violation on `journal_key_pkey`: a request of the batch was committed before, or one with a higher
 *   number was. Both come first, so that a repeat waits here for an attempt of itself that is still under way, and never
 *   sees half of it;
 * - WS001: an area has another owner or epoch by now. Its owner row is locked for share until the end, so whoever
 *   takes the area over waits for this commit, or this commit sees the new epoch;
 * - WS003: a row is not as the batch expects; the message says which.
 *
 * The planner is told to go by the indexes: a plan made while a table was small must not scan it when it has grown.
 * Arrays are unnested in select lists, which hands out row by row; as a function in FROM each of them would be written
 * into a store of its own and read back, which costs about as much as the insert.
 */
export const COMMIT_FUNCTION_V3 = `
create function waystone_commit_v3(
  areas text[], epochs bigint[],
  u_area text[], u_epoch bigint[], u_actor text[], u_seq bigint[], u_step int[], u_key text[], u_commit text[], u_room text[], u_command text[],
  u_events jsonb, u_replies text,
  c_id text[], c_coins bigint[], c_from text[], c_to text[], c_settings text[], c_seq bigint[], c_step int[],
  m_unit int[], m_id text[], m_from text[], m_to text[], m_slot text[],
  more jsonb, keep int
) returns text language plpgsql
  set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_generic_plan set lock_timeout = '4s'
as $waystone$
declare
  entries bigint[];
  done int;
begin
  -- A character's numbers only grow.
  if c_id is not null then
    update character c set
      coins = c.coins + coalesce(x.coins, 0),
      room_id = coalesce(x.to_room, c.room_id),
      settings = coalesce(x.settings::jsonb, c.settings),
      last_seq = coalesce(x.seq, c.last_seq),
      last_step = coalesce(x.step, c.last_step)
    from (select unnest(c_id) as id, unnest(c_coins) as coins, unnest(c_from) as from_room, unnest(c_to) as to_room,
      unnest(c_settings) as settings, unnest(c_seq) as seq, unnest(c_step) as step) as x
    where c.id = x.id and c.coins + coalesce(x.coins, 0) >= 0 and (x.from_room is null or c.room_id = x.from_room)
      and (x.seq is null or x.seq > c.last_seq or x.seq = c.last_seq and x.step > c.last_step);
    get diagnostics done = row_count;
    if done <> cardinality(c_id) then
      perform waystone_refuse_characters_v3(c_id, c_seq, c_step);
    end if;
  end if;

  entries := array(select nextval('journal_id_seq') from generate_series(1, cardinality(u_commit)));
  if u_key is not null then
    insert into journal_key (key, commit_id, entry)
    select x.key, x.commit, x.entry from (select unnest(u_key) as key, unnest(u_commit) as commit, unnest(entries) as entry) as x
    where x.key is not null;
  end if;

  if areas is not null then
    perform 1 from (select unnest(areas) as area, unnest(epochs) as epoch) as x
    join area_owner o on o.area_id = x.area
    where o.epoch = x.epoch and exists (select 1 from process p where p.id = o.process_id and not p.fenced)
    order by o.area_id
    for share of o;
    get diagnostics done = row_count;
    if done <> cardinality(areas) then
      raise exception using errcode = 'WS001', message = 'an area has another owner';
    end if;
  end if;

  insert into journal (id, area_id, epoch, actor, seq, step, request_key, commit_id, room_id, command, events)
  select unnest(entries), unnest(u_area), unnest(u_epoch), unnest(u_actor), unnest(u_seq), unnest(u_step), unnest(u_key),
    unnest(u_commit), unnest(u_room), unnest(u_command), jsonb_array_elements(u_events);

  if m_id is not null then
    update item i set location = x.goes_to, slot = x.slot, spawn_id = null, arrived = entries[x.unit]
    from (select unnest(m_unit) as unit, unnest(m_id) as id, unnest(m_from) as comes_from, unnest(m_to) as goes_to, unnest(m_slot) as slot) as x
    where i.id = x.id and i.location = x.comes_from;
    get diagnostics done = row_count;
    if done <> cardinality(m_id) then
      raise exception using errcode = 'WS003', message = 'not as expected: item ' || (
        select coalesce(string_agg(x.id, ', '), 'twice in a batch')
        from unnest(m_id) as x(id)
        where not exists (select 1 from item i where i.id = x.id and i.xmin = pg_current_xact_id()::xid));
    end if;
  end if;

  if more is not null then
    perform waystone_commit_more_v2(more, entries);
  end if;

  if u_replies is not null then
    insert into request_reply (character_id, seq, step, reply)
    select x.actor, x.seq, x.step, x.reply::json
    from (select unnest(u_actor) as actor, unnest(u_seq) as seq, unnest(u_step) as step,
      unnest(string_to_array(u_replies, e'\\x1e')) as reply) as x
    where x.reply <> '';
  end if;
  -- Not with every command: whoever loads replies takes the newest.
  if keep is not null then
    delete from request_reply r
    using (select unnest(c_id) as id) as x
    where r.character_id = x.id and r.seq < (
      select min(kept.seq) from (
        select distinct q.seq from request_reply q where q.character_id = x.id
        order by q.seq desc limit keep) as kept);
  end if;

  return array_to_string(entries, ',');
end
$waystone$`;

/**
 * Says why not all characters of a batch could be written: a repeat (WS002) before anything else (WS003). Those that could
 * be carry the number of this transaction.
 */
export const REFUSE_CHARACTERS_V3 = `
create function waystone_refuse_characters_v3(c_id text[], c_seq bigint[], c_step int[]) returns void language plpgsql
as $waystone$
declare
  repeated text;
  written text[] := array(select c.id from character c where c.id = any (c_id) and c.xmin = pg_current_xact_id()::xid);
begin
  select string_agg(x.id, ', ') into repeated
  from unnest(c_id, c_seq, c_step) as x(id, seq, step) join character c on c.id = x.id
  where x.id <> all (written) and (x.seq < c.last_seq or x.seq = c.last_seq and x.step <= c.last_step);
  if repeated is not null then
    raise exception using errcode = 'WS002', message = 'was committed before: a request of ' || repeated;
  end if;
  raise exception using errcode = 'WS003', message = 'not as expected: character ' || (
    select coalesce(string_agg(x.id, ', '), 'twice in a batch') from unnest(c_id) as x(id) where x.id <> all (written));
end
$waystone$`;
