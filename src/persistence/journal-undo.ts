/**
 * Undoes an entry of the journal from outside the server. Areas that nobody serves are taken, by the lease, and the rows
 * are changed here under their fences; of an area that somebody serves the owner is asked, by an intent.
 */
import type { ContentIndex } from "../engine/content.ts";
import { splitHolder, type AreaId, type CharacterId, type Holder, type ItemId, type NpcId } from "../engine/ids.ts";
import { notUndoable, partiesOf, planUndo } from "../engine/undo.ts";
import type { Item } from "../engine/world.ts";
import type { AreaStore, Clock, LoadedCharacter, Ownership } from "../runtime/ports.ts";
import { COMMIT, commitValues, type Entry } from "./batch.ts";
import { fold } from "./fold.ts";
import type { PostgresIntentStore } from "./intent-store.ts";
import { itemColumns, itemOf, type ItemRow } from "./item-row.ts";
import type { JournalRow } from "./journal.ts";
import { pause } from "../timers.ts";
import { stateOfKind } from "./item-of-kind.ts";
import { newId } from "./new-id.ts";
import type { Sql } from "./sql.ts";
import { SQLSTATE, StorageError } from "./storage-error.ts";

export interface UndoDeps {
  readonly sql: Sql;
  readonly content: ContentIndex;
  readonly characters: Pick<AreaStore, "loadCharacter">;
  readonly ownership: Ownership;
  readonly intents: PostgresIntentStore;
  readonly clock: Clock;
  /** How long the owner is waited for, in ms. */
  readonly waitMs: number;
}

export interface UndoResult {
  readonly done: boolean;
  /** Sentences; holders as `{char:…}`. */
  readonly said: readonly string[];
}

/** Asked for this often while the owner is at it, in ms. */
const ASK_EVERY_MS = 200;

/** Rejects with `StorageError`. */
export async function undo(entry: JournalRow, force: boolean, deps: UndoDeps): Promise<UndoResult> {
  const why = notUndoable(entry.events);
  if (why !== undefined) return { done: false, said: [`Entry ${entry.id} is not one that can be undone: ${why}.`] };
  const loaded: LoadedCharacter[] = [];
  for (const id of partiesOf(entry.events)) {
    const character = await deps.characters.loadCharacter(id, null);
    if (character !== undefined) loaded.push(character);
  }
  const places = [...placesOf(entry, deps.content), ...await placesOfContainers(entry, deps)];
  const areas = [...new Set([...loaded.flatMap(({ character }) => deps.content.rooms.get(character.room)?.area ?? []), ...places])].sort();
  const first = areas[0];
  if (first === undefined) return { done: false, said: ["Nobody and nothing of that entry is in the world any more."] };
  const owned: { area: AreaId; epoch: number }[] = [];
  try {
    for (const area of areas) {
      const taken = await deps.ownership.acquire(area);
      if ("heldBy" in taken) return await askOwner(entry.id, executingArea(places, area, loaded, deps.content), force, deps);
      owned.push({ area, epoch: taken.epoch });
    }
    return await undoHere(entry, force, owned, deps);
  } finally {
    for (const { area, epoch } of owned) await deps.ownership.release(area, epoch);
  }
}

/** Areas of rooms and NPCs that the entry took things from or gave things to. */
export function placesOf({ events }: Pick<JournalRow, "events">, content: ContentIndex): AreaId[] {
  return holdersOf(events).flatMap((holder) => areaOf(holder, content) ?? []);
}

/** Areas where what the entry took things out of or put things into is now, or whoever carries it. */
async function placesOfContainers({ events }: JournalRow, { sql, content }: UndoDeps): Promise<AreaId[]> {
  const containers = holdersOf(events).filter((holder) => holder.startsWith("item:"));
  if (containers.length === 0) return [];
  const around = await sql.query<{ location: Holder; room: string | null }>(
    `with recursive up as (select i.location from item i where 'item:' || i.id = any($1::text[])
       union select i.location from up join item i on up.location = 'item:' || i.id)
     select up.location, c.room_id as room from up left join character c on up.location = 'char:' || c.id`, [containers],
  );
  return around.flatMap(({ location, room }) => areaOf(room === null ? location : `room:${room}`, content) ?? []);
}

function holdersOf(events: JournalRow["events"]): Holder[] {
  return events.flatMap((event): Holder[] => {
    if (event.type === "item-moved") return [event.from, event.to];
    if (event.type === "item-created") return [event.item.at];
    if (event.type === "item-destroyed") return [event.from];
    return event.type === "item-quantity-changed" ? [event.at] : [];
  });
}

function areaOf(holder: Holder, content: ContentIndex): AreaId | undefined {
  const { kind, id } = splitHolder(holder);
  if (kind === "room") return content.rooms.get(id as never)?.area;
  return kind === "npc" ? content.spawns.get((id as NpcId).split("#")[0] as never)?.area : undefined;
}

/** Who carries it out when somebody is at work there: the place where it happened, if it had one, or where the people are. */
function executingArea([place]: readonly AreaId[], held: AreaId, loaded: readonly LoadedCharacter[], content: ContentIndex): AreaId {
  const together = new Set(loaded.map(({ character }) => content.rooms.get(character.room)?.area));
  return place ?? (together.size === 1 ? [...together][0] : undefined) ?? held;
}

async function askOwner(entry: string, area: AreaId, force: boolean, { intents, clock, waitMs }: UndoDeps): Promise<UndoResult> {
  const id = await intents.add({ area, entry, force });
  for (let waitedMs = 0; waitedMs < waitMs; waitedMs += ASK_EVERY_MS) {
    const outcome = await intents.outcome(id);
    if (outcome !== undefined) return { done: outcome.kind === "done", said: outcome.said };
    await pause(clock, ASK_EVERY_MS);
  }
  if (!(await intents.withdraw(id))) return await askedAndDone(id, intents);
  return { done: false, said: [`The server that has the area ${area} did not take it up within ${waitMs / 1000} s; nothing was done.`] };
}

async function askedAndDone(id: string, intents: PostgresIntentStore): Promise<UndoResult> {
  const outcome = await intents.outcome(id);
  return { done: outcome?.kind === "done", said: outcome?.said ?? [] };
}

async function undoHere(entry: JournalRow, force: boolean, owned: readonly { area: AreaId; epoch: number }[], deps: UndoDeps): Promise<UndoResult> {
  // As they are now that nobody else can change them.
  const items = new Map<ItemId, Item>();
  const coins = new Map<CharacterId, number>();
  for (const id of partiesOf(entry.events)) {
    const loaded = await deps.characters.loadCharacter(id, null);
    if (loaded === undefined) continue;
    coins.set(id, loaded.character.coins);
    for (const item of loaded.items) items.set(item.id, item);
  }
  const named = entry.events.flatMap((event) => ("item" in event ? [typeof event.item === "string" ? event.item : event.item.id] : []));
  for (const row of await deps.sql.query<ItemRow>(`select ${itemColumns("i")} from item i where i.id = any($1::text[])`, [named])) items.set(row.id, itemOf(row));
  const plan = planUndo(entry.id, entry.events, {
    item: (id) => items.get(id), coins: (id) => coins.get(id),
    asMade: (id) => {
      const kind = deps.content.items.get(id);
      return kind === undefined ? undefined : { kind: id, ...stateOfKind(kind) };
    },
  });
  if (plan.events.length === 0 || (plan.problems.length > 0 && !force)) return { done: false, said: plan.problems.length > 0 ? plan.problems : ["There is nothing to take back."] };
  const unit = { actor: null, room: null, command: `(undo ${entry.id})`, reply: null };
  // Every area's fence is checked in the one commit; the journal has an entry for each.
  const entries = owned.map(({ area, epoch }, n): Entry => {
    const events = n === 0 ? plan.events : [];
    return { unit: { ...unit, area, epoch, events, request: { deterministicId: n === 0 ? `undo:${entry.id}` : `undo:${entry.id}:${area}` } }, rows: fold(events), commitId: newId() };
  });
  try {
    await deps.sql.query(COMMIT, commitValues(entries));
  } catch (error) {
    if (error instanceof StorageError && error.sqlState === SQLSTATE.uniqueViolation) return { done: false, said: [`Entry ${entry.id} was undone before.`] };
    throw error;
  }
  return { done: true, said: [...plan.done, ...plan.problems] };
}

