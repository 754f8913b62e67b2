/** What the world puts somewhere: made when it is new, moved along with its spawn, put away when that is gone. */
import type { SpawnDef } from "../engine/content.ts";
import type { DurableEvent } from "../engine/events.ts";
import { inRoom, inside, type Holder, type ItemId, type SpawnId } from "../engine/ids.ts";
import type { Item } from "../engine/world.ts";
import { itemsOfKind } from "./item-of-kind.ts";
import type { Reconciliation } from "./reconciliation.ts";

interface SpawnRow { readonly id: SpawnId; readonly generation: number; readonly due: boolean; readonly removed: boolean }
/** What is in the database, and what this run has made. */
interface Known { readonly rows: Map<SpawnId, SpawnRow>; there: Map<SpawnId, Item[]> }

/** The id of the `n`th thing (from 0; only what does not stack comes as several) of a spawn's generation. */
export const spawnedItemId = (spawn: SpawnId, generation: number, n: number): ItemId =>
  (n === 0 ? `${spawn}:${generation}` : `${spawn}:${generation}:${n + 1}`) as ItemId;

export async function reconcileSpawns(run: Reconciliation): Promise<void> {
  const rows = await run.sql.query<SpawnRow>("select id, generation, due_at is not null as due, removed from spawn", []);
  const known: Known = { rows: new Map(rows.map((row) => [row.id, row])), there: await itemsThere(run) };
  await retireSpawns(run, known);
  await placeSpawns(run, known);
}

/** What each spawn made and nobody has taken. */
async function itemsThere(run: Reconciliation): Promise<Map<SpawnId, Item[]>> {
  const there = new Map<SpawnId, Item[]>();
  for (const item of await run.items("i.spawn_id is not null", [])) {
    if (item.spawn !== null) there.set(item.spawn, [...(there.get(item.spawn) ?? []), item]);
  }
  return there;
}

/** What a removed spawn still counted as there goes with it. The row stays for its counter. */
async function retireSpawns(run: Reconciliation, known: Known): Promise<void> {
  const exists = (id: SpawnId): boolean => run.content.spawns.get(id)?.what.type === "item";
  const gone = [...known.rows.values()].filter((row) => !row.removed && !exists(row.id)).map((row) => row.id);
  const items = gone.flatMap((id) => known.there.get(id) ?? []);
  await run.retire("spawns gone", items, false);
  await run.sql.query("update spawn set removed = true, due_at = null where id = any($1::text[])", [gone]);
  if (items.length > 0) known.there = await itemsThere(run);
  run.say(gone.length, "thing that the world placed", "things that the world placed", `${gone.length === 1 ? "is" : "are"} no longer part of it; ${items.length} still untouched went into escrow.`);
}

async function placeSpawns(run: Reconciliation, known: Known): Promise<void> {
  let made: DurableEvent[] = [];
  let placed = 0;
  let moved = 0;
  const writeMade = async (): Promise<void> => {
    await run.write("new things", made);
    await run.sql.query("update spawn set removed = false where id = any($1::text[])", [made.flatMap((event) => (event.type === "spawn-changed" ? [event.spawn] : []))]);
    made = [];
  };
  for (const def of containersFirst(run)) {
    const row = known.rows.get(def.id);
    const others = (known.there.get(def.id) ?? []).filter((item) => item.kind !== kindOf(def));
    if (others.length > 0) {
      await writeMade();
      await run.retire("spawn of another kind", others, false);
      known.there = await itemsThere(run);
    }
    if (row === undefined || row.removed || run.emptied.has(def.id)) {
      made.push(...make(run, def, (row?.generation ?? 0) + 1, known));
      placed += 1;
    } else moved += await follow(run, def, row, known);
  }
  await writeMade();
  run.say(placed, "thing was", "things were", "placed.");
  run.say(moved, "thing moved along with its spawn", "things moved along with their spawns", "to another place.");
}

const kindOf = (def: SpawnDef): string => def.what.kind;

function make(run: Reconciliation, def: SpawnDef, generation: number, known: Known): DurableEvent[] {
  const kind = def.what.type === "item" ? run.content.items.get(def.what.kind) : undefined;
  if (kind === undefined) throw new Error(`the spawn ${def.id} makes what the world does not have`);
  const items = itemsOfKind(kind, def.quantity, placeOf(def, known), (n) => spawnedItemId(def.id, generation, n), def.id);
  known.there.set(def.id, items);
  return [
    ...items.map((item): DurableEvent => ({ type: "item-created", item, cause: "spawn" })),
    { type: "spawn-changed", spawn: def.id, generation, dueAtMs: null },
  ];
}

/** Inside the thing of another spawn, while that is there; else on the ground. */
function placeOf(def: SpawnDef, known: Known): Holder {
  const container = def.in === null ? undefined : known.there.get(def.in)?.[0];
  return container === undefined ? inRoom(def.room) : inside(container.id);
}

/** A spawn that was there before: what it made and nobody took moves with it; what is missing comes if it comes at all. */
async function follow(run: Reconciliation, def: SpawnDef, row: SpawnRow, known: Known): Promise<number> {
  const there = known.there.get(def.id) ?? [];
  const place = placeOf(def, known);
  const moves = there.filter((item) => item.at !== place).map((item) => ({ item, to: place }));
  await run.moveItems("spawn elsewhere", moves);
  if (there.length === 0 && !row.due && def.respawnS !== null) {
    await run.sql.query("update spawn set due_at = now() where id = $1", [def.id]);
  } else if (row.due && def.respawnS === null) {
    await run.sql.query("update spawn set due_at = null where id = $1", [def.id]);
  }
  return moves.length;
}

/** Spawns of items, each after the one it lies in. */
function containersFirst(run: Reconciliation): SpawnDef[] {
  const ordered = new Set<SpawnDef>();
  const add = (def: SpawnDef): void => {
    const container = def.in === null ? undefined : run.content.spawns.get(def.in);
    if (container !== undefined && !ordered.has(container)) add(container);
    ordered.add(def);
  };
  for (const def of run.content.spawns.values()) if (def.what.type === "item") add(def);
  return [...ordered];
}
