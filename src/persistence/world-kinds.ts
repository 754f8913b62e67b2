/** Things whose kind has changed, gone or come back. */
import type { ContentIndex, ItemKind } from "../engine/content.ts";
import type { DurableEvent, ItemFields } from "../engine/events.ts";
import { inRoom, type Holder, type ItemId } from "../engine/ids.ts";
import type { Item } from "../engine/world.ts";
import { MAX_ITEMS_CARRIED } from "../limits.ts";
import { stateOfKind } from "./item-of-kind.ts";
import { RETIRED, type Reconciliation } from "./reconciliation.ts";

/** Kinds that no longer exist: their things wait in escrow. */
export async function retireKinds(run: Reconciliation): Promise<void> {
  const gone = await run.items("i.kind <> all($1::text[]) and i.location <> $2", [[...run.content.items.keys()], RETIRED]);
  await run.retire("kinds gone", gone, true);
  const kinds = [...new Set(gone.map((item) => item.kind))].sort();
  run.say(gone.length, "thing", "things", `of kinds that the world no longer has (${kinds.join(", ")}) went into escrow.`);
}

/** Kinds that exist again: their things go back to where they were, or to the safe room when that is gone. */
export async function restoreKinds(run: Reconciliation): Promise<void> {
  const waiting = await run.sql.query<{ id: ItemId; retired_from: Holder; there: boolean }>(
    `select i.id, i.retired_from,
       case split_part(i.retired_from, ':', 1)
         when 'room' then substr(i.retired_from, 6) = any($3::text[])
         when 'char' then exists (select 1 from character c where c.id = substr(i.retired_from, 6))
         when 'item' then exists (select 1 from item h where h.id = substr(i.retired_from, 6) and h.location <> $2)
         else false end as there
     from item i where i.location = $2 and i.retired_from is not null and i.kind = any($1::text[]) order by i.arrived, i.id`,
    [[...run.content.items.keys()], RETIRED, [...run.content.rooms.keys()]],
  );
  if (waiting.length === 0) return;
  const safe = inRoom(run.content.world.safe);
  await run.write("kinds back", waiting.map(({ id, retired_from, there }) => ({ type: "item-moved", item: id, from: RETIRED, to: there ? retired_from : safe, slot: null })));
  await run.sql.query("update item set retired_from = null where id = any($1::text[])", [waiting.map(({ id }) => id)]);
  run.say(waiting.length, "thing", "things", "whose kind exists again came back from escrow.");
}

/** Things that their kind no longer allows to be as they are; they stay the same things. */
export async function adaptToKinds(run: Reconciliation): Promise<void> {
  const rows = await run.items(
    `i.location <> $2 and exists (
       select 1 from jsonb_to_recordset($1::jsonb) as k(id text, slot text, charges boolean, container boolean, closable boolean, lockable boolean, light boolean, stackable boolean)
       where k.id = i.kind and (
         i.slot is distinct from k.slot and i.slot is not null
         or (i.charges is not null) <> k.charges
         or not k.closable and not i.open
         or not k.lockable and i.locked
         or not k.light and i.lit
         or not k.stackable and i.quantity > 1
         or not k.container and exists (select 1 from item inner_item where inner_item.location = 'item:' || i.id)))`,
    [JSON.stringify([...run.content.items.values()].map(traits)), RETIRED],
  );
  await run.emptyOut(rows.filter((item) => kindOf(run.content, item).container === null));
  const events = rows.flatMap((item) => adapt(item, kindOf(run.content, item)));
  await run.write("kinds changed", events);
  run.say(rows.length, "thing", "things", rows.length === 1 ? "changed with its kind." : "changed with their kinds.");
}

function traits(kind: ItemKind): object {
  const { id, slot, container, light, stackable } = kind;
  return {
    id, slot, light, stackable, container: container !== null, closable: container?.closable === true, lockable: container?.closable === true && container.key !== null,
    charges: stateOfKind(kind).charges !== null,
  };
}

function kindOf(content: ContentIndex, item: Item): ItemKind {
  const kind = content.items.get(item.kind);
  if (kind === undefined) throw new Error(`${item.id} is of the kind ${item.kind}, which was to be retired before`);
  return kind;
}

function adapt(item: Item, kind: ItemKind): DurableEvent[] {
  const { closable, lockable } = traits(kind) as { closable: boolean; lockable: boolean };
  const full = stateOfKind(kind).charges;
  const to: ItemFields = {
    ...(item.slot !== null && item.slot !== kind.slot ? { slot: null } : {}),
    ...((item.charges === null) !== (full === null) ? { charges: full } : {}),
    ...(!closable && !item.open ? { open: true } : {}),
    ...(!lockable && item.locked ? { locked: false } : {}),
    ...(!kind.light && item.lit ? { lit: false } : {}),
  };
  const from = Object.fromEntries(Object.keys(to).map((name) => [name, item[name as keyof ItemFields]])) as ItemFields;
  const changed: DurableEvent[] = Object.keys(to).length === 0 ? [] : [{ type: "item-changed", item: item.id, at: item.at, from, to }];
  return kind.stackable || item.quantity === 1 ? changed : [...changed, ...split({ ...item, ...to })];
}

/**
 * A stack of what no longer stacks becomes single things in the same place. More than somebody can carry would flood
 * the place: the rest waits in escrow, as one thing.
 */
function split(stack: Item): DurableEvent[] {
  const singles = Math.min(stack.quantity, MAX_ITEMS_CARRIED);
  const rest = stack.quantity - singles;
  const part = (name: string, quantity: number, at: Holder): DurableEvent => ({
    type: "item-created", cause: "split", item: { ...stack, id: `${stack.id}~${name}` as ItemId, quantity, at, slot: null, spawn: null },
  });
  return [
    { type: "item-quantity-changed", item: stack.id, at: stack.at, from: stack.quantity, to: 1, cause: "split" },
    ...Array.from({ length: singles - 1 }, (_, n) => part(String(n + 2), 1, stack.at)),
    ...(rest > 0 ? [part("rest", rest, RETIRED)] : []),
  ];
}
