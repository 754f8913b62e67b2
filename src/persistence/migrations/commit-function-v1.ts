/**
 * `waystone_commit_v1(batch)`: writes a batch of commands, whole or not at all, and answers their journal numbers in the
 * order of the batch, separated by commas. `src/persistence/batch.ts` makes the batch; absent lists are empty.
 *
 * It raises, so that nothing of the batch stays:
 * - a unique violation on `journal_request_key_unique`: a request of the batch was committed before. The journal comes
 *   first so that a repeat waits here for an attempt of itself that is still under way, and never sees half of it;
 * - WS001: an area has another owner or epoch by now. Its owner row is locked for share until the end, so whoever
 *   takes the area over waits for this commit, or this commit sees the new epoch;
 * - WS003: a row is not as the batch expects; the message says which.
 *
 * The planner is told to go by the indexes: a plan made while a table was small must not scan it when it has grown.
 */
export const COMMIT_FUNCTION_V1 = `
create function waystone_commit_v1(batch jsonb) returns text language plpgsql
  set jit = off set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off set lock_timeout = '4s'
as $waystone$
declare
  entries bigint[];
  done text[];
  owned int;
begin
  with written as (
    insert into journal (area_id, epoch, actor, seq, step, request_key, commit_id, room_id, command, events)
    select x.area, x.epoch, x.actor, x.seq, x.step, x.key, x.commit, x.room, x.command, x.events
    from jsonb_to_recordset(batch->'units') as x(u int, area text, epoch bigint, actor text, seq bigint, step int,
      key text, commit text, room text, command text, events jsonb)
    order by x.u
    returning id)
  select array_agg(id order by id) into entries from written;

  if jsonb_exists(batch, 'areas') then
    select count(*) into owned from (
      select 1 from jsonb_to_recordset(batch->'areas') as x(area text, epoch bigint)
      join area_owner o on o.area_id = x.area
      where o.epoch = x.epoch and exists (select 1 from process p where p.id = o.process_id and not p.fenced)
      order by o.area_id
      for share of o) as owners;
    if owned <> jsonb_array_length(batch->'areas') then
      raise exception using errcode = 'WS001', message = 'an area has another owner';
    end if;
  end if;

  if jsonb_exists(batch, 'characters') then
    with changed as (
      update character c set
        coins = c.coins + x.coins,
        room_id = coalesce(x.to_room, c.room_id),
        settings = coalesce(x.settings, c.settings),
        last_seq = greatest(c.last_seq, x.seq)
      from jsonb_to_recordset(batch->'characters') as x(id text, coins bigint, from_room text, to_room text, settings jsonb, seq bigint)
      where c.id = x.id and c.coins + x.coins >= 0 and (x.from_room is null or c.room_id = x.from_room)
      returning c.id)
    select array_agg(id) into done from changed;
    perform waystone_expect_v1('character', batch->'characters', done);
  end if;

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
        arrived = case when jsonb_exists(x.changes, 'location') then entries[x.u + 1] else i.arrived end,
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
      select x.id, x.kind, x.location, x.slot, x.quantity, x.charges, x.open, x.locked, x.lit, x.spawn_id, entries[x.u + 1]
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

  if jsonb_exists(batch, 'replies') then
    insert into request_reply (character_id, seq, step, reply)
    select x.character, x.seq, x.step, x.reply
    from jsonb_to_recordset(batch->'replies') as x(character text, seq bigint, step int, reply jsonb);
    delete from request_reply r
    using (select distinct x.character from jsonb_to_recordset(batch->'replies') as x(character text)) as x
    where r.character_id = x.character and r.seq < (
      select min(kept.seq) from (
        select distinct q.seq from request_reply q where q.character_id = x.character
        order by q.seq desc limit (batch->>'keep')::int) as kept);
  end if;

  return array_to_string(entries, ',');
end
$waystone$`;

/** Raises WS003 and names what is missing when `done` does not have the ids of all rows in `wanted`. */
export const EXPECT_FUNCTION_V1 = `
create function waystone_expect_v1(what text, wanted jsonb, done text[]) returns void language plpgsql
as $waystone$
begin
  if coalesce(cardinality(done), 0) <> jsonb_array_length(wanted) then
    raise exception using errcode = 'WS003', message = (
      select 'not as expected: ' || what || ' ' || string_agg(x.id, ', ')
      from (select coalesce(w->>'id', (w->>'character') || '/' || (w->>'quest')) as id from jsonb_array_elements(wanted) as w) as x
      where x.id <> all (coalesce(done, '{}')));
  end if;
end
$waystone$`;
