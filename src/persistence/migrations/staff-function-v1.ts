/**
 * `waystone_staff_v1(order)`: one thing done in the world's name. It writes the order into `staff_audit` and carries it
 * out, or hands it to the owner of the area by an intent, in the transaction it is called in; so nothing is done without
 * a record of it, whether it came over HTTP (`staff-store.ts`) or was typed in the game (`waystone_commit_more_v2`).
 *
 * The order: `{id, staff, staff_name, via, address, action, target, target_name, detail, reason}`; `target` is a
 * character's id, or whatever else the action is about. What is not listed here is recorded only.
 */
export const STAFF_FUNCTION = `
create function waystone_staff_v1(o jsonb) returns void language plpgsql
as $waystone$
declare
  d jsonb := coalesce(o->'detail', '{}');
  deed text := o->>'action';
  whom text := o->>'target';
  reason_given text := o->>'reason';
  ends timestamptz := to_timestamp((d->>'until_ms')::float8 / 1000);
  told jsonb := d || jsonb_build_object('reason', reason_given, 'by', o->>'staff_name', 'staff', o->>'staff', 'banned', o->>'action' in ('ban', 'ban-address'));
  order_kind text := case o->>'action'
    when 'mute' then 'reread' when 'unmute' then 'reread' when 'role' then 'reread' when 'ban' then 'kick'
    when 'kick' then 'kick' when 'teleport' then 'teleport' when 'give' then 'give' when 'take' then 'take' end;
begin
  insert into staff_audit (id, staff, staff_name, via, address, action, target, target_name, detail, reason)
  values (o->>'id', o->>'staff', o->>'staff_name', o->>'via', o->>'address', deed, whom, o->>'target_name', d, reason_given);

  case deed
    when 'mute' then update account set muted_reason = reason_given, muted_until = ends where id = whom;
    when 'unmute' then update account set muted_reason = null, muted_until = null where id = whom;
    -- Tokens made before end with the higher version.
    when 'ban' then update account set banned_reason = reason_given, banned_until = ends, token_version = token_version + 1 where id = whom;
    when 'unban' then update account set banned_reason = null, banned_until = null where id = whom and deleted_at is null;
    when 'role' then update account set role = d->>'role' where id = whom;
    when 'ban-address' then
      insert into address_ban (address, reason, until) values (whom, reason_given, ends)
      on conflict (address) do update set reason = excluded.reason, until = excluded.until, made_at = now();
      insert into intent (id, kind, character_id, payload, wakes)
      select (o->>'id') || ':' || a.id, 'kick', a.id, told, false from account a where a.last_address = whom;
    when 'unban-address' then delete from address_ban where address = whom;
    when 'undo' then
      insert into intent (id, kind, area_id, entry, force, payload)
      values (o->>'id', 'undo', d->>'area', (d->>'entry')::bigint, coalesce((d->>'force')::boolean, false), told);
    when 'announce' then
      insert into intent (id, kind, payload, wakes, everywhere, done_at, outcome, said)
      values (o->>'id', 'announce', told, false, true, now(), 'done', '[]');
    when 'drain' then update process set draining = true where id = whom;
    when 'flag' then
      insert into feature_flag (name, share, note) values (whom, (d->>'share')::real, d->>'note')
      on conflict (name) do update set share = excluded.share, note = excluded.note, updated_at = now();
    when 'flag-removed' then delete from feature_flag where name = whom;
    when 'setting' then
      insert into world_setting (key, value) values (whom, d->'value')
      on conflict (key) do update set value = excluded.value, updated_at = now();
    when 'setting-removed' then delete from world_setting where key = whom;
    when 'close-report' then
      update report set closed_at = now(), closed_by = o->>'staff_name', note = d->>'note' where id = whom and closed_at is null;
    else null;
  end case;

  if order_kind is not null then
    -- Nobody has to be woken to be thrown out, or to be told what they may.
    insert into intent (id, kind, character_id, payload, wakes)
    values (o->>'id', order_kind, whom, told, order_kind in ('teleport', 'give', 'take'));
  end if;
end
$waystone$`;
