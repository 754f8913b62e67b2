/**
 * `waystone_commit_v2(…)`: writes a batch of commands, whole or not at all, and answers their journal numbers in the
 * order of the batch, separated by commas. `src/persistence/batch.ts` makes its parameters: arrays side by side for what
 * nearly every command has, and `more`, one JSON object, for the rest (null: there is none).
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
 */
export const COMMIT_FUNCTION_V2 = `
create function waystone_commit_v2(
  areas text[], epochs bigint[],
  u_area text[], u_epoch bigint[], u_actor text[], u_seq bigint[], u_step int[], u_key text[], u_commit text[], u_room text[], u_command text[],
  u_events jsonb, u_replies jsonb,
  c_id text[], c_coins bigint[], c_from text[], c_to text[], c_settings text[], c_seq bigint[], c_step int[],
  m_unit int[], m_id text[], m_from text[], m_to text[], m_slot text[],
  more jsonb, keep int
) returns text language plpgsql
  set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off
  set plan_cache_mode = force_generic_plan set lock_timeout = '4s'
as $waystone$
declare
  entries bigint[];
  written text[];
  done int;
begin
  -- A character's numbers only grow.
  if c_id is not null then
    with changed as (update character c set
      coins = c.coins + x.coins,
      room_id = coalesce(x.to_room, c.room_id),
      settings = coalesce(x.settings::jsonb, c.settings),
      last_seq = coalesce(x.seq, c.last_seq),
      last_step = coalesce(x.step, c.last_step)
    from unnest(c_id, c_coins, c_from, c_to, c_settings, c_seq, c_step) as x(id, coins, from_room, to_room, settings, seq, step)
    where c.id = x.id and c.coins + x.coins >= 0 and (x.from_room is null or c.room_id = x.from_room)
      and (x.seq is null or x.seq > c.last_seq or x.seq = c.last_seq and x.step > c.last_step)
    returning c.id)
    select array_agg(id) into written from changed;
    if cardinality(c_id) <> coalesce(cardinality(written), 0) then
      perform waystone_refuse_characters_v2(c_id, c_seq, c_step, coalesce(written, '{}'));
    end if;
  end if;

  select array_agg(nextval('journal_id_seq')) into entries from unnest(u_commit);
  if cardinality(array_remove(u_key, null)) > 0 then
    insert into journal_key (key, commit_id, entry)
    select x.key, x.commit, x.entry from unnest(u_key, u_commit, entries) as x(key, commit, entry) where x.key is not null;
  end if;

  if areas is not null then
    select count(*) into done from (
      select 1 from unnest(areas, epochs) as x(area, epoch)
      join area_owner o on o.area_id = x.area
      where o.epoch = x.epoch and exists (select 1 from process p where p.id = o.process_id and not p.fenced)
      order by o.area_id
      for share of o) as owners;
    if done <> cardinality(areas) then
      raise exception using errcode = 'WS001', message = 'an area has another owner';
    end if;
  end if;

  insert into journal (id, area_id, epoch, actor, seq, step, request_key, commit_id, room_id, command, events)
  select x.id, x.area, x.epoch, x.actor, x.seq, x.step, x.key, x.commit, x.room, x.command, x.events
  from rows from (unnest(entries), unnest(u_area), unnest(u_epoch), unnest(u_actor), unnest(u_seq), unnest(u_step), unnest(u_key),
    unnest(u_commit), unnest(u_room), unnest(u_command), jsonb_array_elements(u_events))
    as x(id, area, epoch, actor, seq, step, key, commit, room, command, events);

  if m_id is not null then
    update item i set location = x.goes_to, slot = x.slot, spawn_id = null, arrived = entries[x.unit]
    from unnest(m_unit, m_id, m_from, m_to, m_slot) as x(unit, id, comes_from, goes_to, slot)
    where i.id = x.id and i.location = x.comes_from;
    get diagnostics done = row_count;
    if done <> cardinality(m_id) then
      raise exception using errcode = 'WS003', message = (
        select 'not as expected: item ' || string_agg(x.id, ', ') from unnest(m_id, m_to) as x(id, goes_to)
        where not exists (select 1 from item i where i.id = x.id and i.location = x.goes_to));
    end if;
  end if;

  if more is not null then
    perform waystone_commit_more_v2(more, entries);
  end if;

  if u_replies is not null then
    insert into request_reply (character_id, seq, step, reply)
    select x.actor, x.seq, x.step, x.reply
    from rows from (unnest(u_actor), unnest(u_seq), unnest(u_step), jsonb_array_elements(u_replies)) as x(actor, seq, step, reply)
    where x.reply <> 'null';
  end if;
  -- Not with every command: whoever loads replies takes the newest.
  if keep is not null then
    delete from request_reply r
    using unnest(c_id) as x(id)
    where r.character_id = x.id and r.seq < (
      select min(kept.seq) from (
        select distinct q.seq from request_reply q where q.character_id = x.id
        order by q.seq desc limit keep) as kept);
  end if;

  return array_to_string(entries, ',');
end
$waystone$`;

/** Says why not all characters of a batch could be written: a repeat (WS002) before anything else (WS003). */
export const REFUSE_CHARACTERS_V2 = `
create function waystone_refuse_characters_v2(c_id text[], c_seq bigint[], c_step int[], written text[]) returns void language plpgsql
as $waystone$
declare
  repeated text;
begin
  select string_agg(x.id, ', ') into repeated
  from unnest(c_id, c_seq, c_step) as x(id, seq, step) join character c on c.id = x.id
  where x.id <> all (written) and (x.seq < c.last_seq or x.seq = c.last_seq and x.step <= c.last_step);
  if repeated is not null then
    raise exception using errcode = 'WS002', message = 'was committed before: a request of ' || repeated;
  end if;
  raise exception using errcode = 'WS003', message = (
    select 'not as expected: character ' || string_agg(x.id, ', ') from unnest(c_id) as x(id) where x.id <> all (written));
end
$waystone$`;

/** What few commands have: things made, ended or changed, quests, doors, spawns. */
export const COMMIT_MORE_V2 = `
create function waystone_commit_more_v2(batch jsonb, entries bigint[]) returns void language plpgsql
as $waystone$
declare
  done text[];
begin
  if jsonb_exists(batch, 'items_gone') then
    with gone as (
      delete from item i
      using jsonb_to_recordset(batch->'items_gone') as x(id text, at text, expect jsonb)
      where i.id = x.id and i.location = x.at and to_jsonb(i) @> x.expect
      returning i.id)
    select array_agg(id) into done from gone;
    perform waystone_expect_v1('item', batch->'items_gone', done);
  end if;

  if jsonb_exists(batch, 'items_set') then
    with changed as (
      update item i set
        location = coalesce(x.changes->>'location', i.location),
        arrived = case when jsonb_exists(x.changes, 'location') then entries[x.u] else i.arrived end,
        spawn_id = case when jsonb_exists(x.changes, 'spawn_id') then x.changes->>'spawn_id' else i.spawn_id end,
        slot = case when jsonb_exists(x.changes, 'slot') then x.changes->>'slot' else i.slot end,
        quantity = coalesce((x.changes->>'quantity')::int, i.quantity),
        charges = case when jsonb_exists(x.changes, 'charges') then (x.changes->>'charges')::int else i.charges end,
        open = coalesce((x.changes->>'open')::boolean, i.open),
        locked = coalesce((x.changes->>'locked')::boolean, i.locked),
        lit = coalesce((x.changes->>'lit')::boolean, i.lit)
      from jsonb_to_recordset(batch->'items_set') as x(u int, id text, at text, expect jsonb, changes jsonb)
      where i.id = x.id and i.location = x.at and (x.expect is null or to_jsonb(i) @> x.expect)
      returning i.id)
    select array_agg(id) into done from changed;
    perform waystone_expect_v1('item', batch->'items_set', done);
  end if;

  if jsonb_exists(batch, 'items_new') then
    with made as (
      insert into item (id, kind, location, slot, quantity, charges, open, locked, lit, spawn_id, arrived)
      select x.id, x.kind, x.location, x.slot, x.quantity, x.charges, x.open, x.locked, x.lit, x.spawn_id, entries[x.u]
      from jsonb_to_recordset(batch->'items_new') as x(u int, id text, kind text, location text, slot text, quantity int,
        charges int, open boolean, locked boolean, lit boolean, spawn_id text)
      on conflict (id) do nothing
      returning id)
    select array_agg(id) into done from made;
    perform waystone_expect_v1('item', batch->'items_new', done);
  end if;

  if jsonb_exists(batch, 'quests_new') then
    with made as (
      insert into quest_progress (character_id, quest_id, state, step, count)
      select x.character, x.quest, x.state, x.step, x.count
      from jsonb_to_recordset(batch->'quests_new') as x(character text, quest text, state text, step int, count int)
      on conflict (character_id, quest_id) do nothing
      returning character_id || '/' || quest_id as id)
    select array_agg(id) into done from made;
    perform waystone_expect_v1('quest', batch->'quests_new', done);
  end if;

  if jsonb_exists(batch, 'quests_set') then
    with changed as (
      update quest_progress q set state = x.state, step = x.step, count = x.count
      from jsonb_to_recordset(batch->'quests_set') as x(character text, quest text, state text, step int, count int,
        from_state text, from_step int, from_count int)
      where q.character_id = x.character and q.quest_id = x.quest
        and q.state = x.from_state and q.step = x.from_step and q.count = x.from_count
      returning q.character_id || '/' || q.quest_id as id)
    select array_agg(id) into done from changed;
    perform waystone_expect_v1('quest', batch->'quests_set', done);
  end if;

  if jsonb_exists(batch, 'doors') then
    insert into door (id, open, locked)
    select x.id, x.open, x.locked from jsonb_to_recordset(batch->'doors') as x(id text, open boolean, locked boolean)
    on conflict (id) do update set open = excluded.open, locked = excluded.locked;
  end if;

  if jsonb_exists(batch, 'spawns') then
    insert into spawn (id, generation, due_at)
    select x.id, x.generation, to_timestamp(x.due_ms / 1000.0)
    from jsonb_to_recordset(batch->'spawns') as x(id text, generation int, due_ms bigint)
    on conflict (id) do update set generation = excluded.generation, due_at = excluded.due_at;
  end if;
end
$waystone$`;
