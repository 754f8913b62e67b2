/**
 * `waystone_load_v1(ids, kept, depth)`: characters with their quests, the final replies to their newest `kept` requests, and what they
 * carry, containers opened `depth` deep; one row for each that there is. `src/persistence/area-store.ts` reads them.
 *
 * A function, for its settings: planned anew each time, as PostgreSQL does it for a statement with arrays, planning took twice as long
 * as reading did. It is planned once a connection, and told to go by the indexes: made while a table was small the plan must not scan it
 * when it has grown. Replies stand one after another, apart by U+001E, each as its number, its step and its JSON with a space between:
 * nobody takes apart what is hardly ever asked for.
 */
export const LOAD_FUNCTION_V1 = `
create function waystone_load_v1(ids text[], kept int, depth int) returns table (
  id text, name text, role text, guest boolean, room_id text, coins float8, settings jsonb, "position" text, health int, vigour int,
  muted json, playtime_s float8, last_seq float8, has_post boolean, quests json, replies text, items json
) language plpgsql stable
  set enable_seqscan = off set plan_cache_mode = force_generic_plan
as $waystone$
#variable_conflict use_column
begin
  return query
  select c.id, c.name, a.role, a.guest, c.room_id, c.coins::float8, c.settings, c.position, c.health, c.vigour,
    case when a.muted_reason is not null and (a.muted_until is null or a.muted_until > now())
      then json_build_object('reason', a.muted_reason, 'untilMs', (extract(epoch from a.muted_until) * 1000)::float8) end,
    c.playtime_s::float8, c.last_seq::float8, exists (select from letter l where l.recipient = c.id),
    (select coalesce(json_agg(json_build_object('quest', q.quest_id, 'state', q.state, 'step', q.step, 'count', q.count) order by q.quest_id), '[]')
      from quest_progress q where q.character_id = c.id),
    (select string_agg(r.seq || ' ' || r.step || ' ' || r.reply::text, e'\\x1e' order by r.seq)
      from (select distinct on (o.seq) o.seq, o.step, o.reply from request_reply o where o.character_id = c.id order by o.seq desc, o.step desc limit kept) as r),
    (with recursive held as (
      select i.id, i.kind, i.location, i.slot, i.quantity, i.charges, i.open, i.locked, i.lit, i.spawn_id, i.arrived, 1 as depth
      from item i where i.location = 'char:' || c.id
      union all
      select i.id, i.kind, i.location, i.slot, i.quantity, i.charges, i.open, i.locked, i.lit, i.spawn_id, i.arrived, h.depth + 1
      from held h join item i on i.location = 'item:' || h.id where h.depth < waystone_load_v1.depth)
    select coalesce(json_agg(h order by h.depth, h.arrived, h.id), '[]') from held h)
  from character c join account a on a.id = c.account_id
  where c.id = any (ids);
end
$waystone$`;
