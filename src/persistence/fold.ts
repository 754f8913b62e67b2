/**
 * Folds the events of one command into what happens to each row: what it must be before (of the first event) and what
 * it is afterwards (of the last). A row is then checked and written once, however many events touch it.
 */
import type { DurableEvent, ItemFields } from "../engine/events.ts";
import type { CharacterId, DoorId, Holder, ItemId, LetterId, QuestId, RoomId, SpawnId } from "../engine/ids.ts";
import type { Letter } from "../engine/post.ts";
import type { Report, StaffOrder } from "../engine/staff.ts";
import type { CharacterSettings, Item, QuestProgress } from "../engine/world.ts";

/** Columns of an item that an event may expect or set, under their names in the table. */
export interface ItemColumns {
  kind?: Item["kind"];
  location?: Holder;
  slot?: Item["slot"];
  quantity?: number;
  charges?: number | null;
  open?: boolean;
  locked?: boolean;
  lit?: boolean;
  spawn_id?: SpawnId | null;
}

export type ItemChange =
  | { type: "create"; item: Item }
  | { type: "change"; at: Holder; expect: ItemColumns; changes: ItemColumns }
  | { type: "destroy"; at: Holder; expect: ItemColumns }
  /** Made and ended by the same command; only the journal knows. */
  | { type: "never" };

export interface CharacterChange {
  coins: number;
  from: RoomId | null;
  to: RoomId | null;
  settings: CharacterSettings | null;
}

export interface QuestChange {
  readonly character: CharacterId;
  readonly quest: QuestId;
  readonly from: QuestProgress | null;
  to: QuestProgress;
}

export interface RowChanges {
  readonly items: Map<ItemId, ItemChange>;
  readonly characters: Map<CharacterId, CharacterChange>;
  readonly rare: Rare;
  /** Nothing is in `rare`; cheaper than asking for it. */
  readonly isPlain: boolean;
}

/** What few commands change. */
export interface Rare {
  /** By `character/quest`. */
  readonly quests: Map<string, QuestChange>;
  readonly doors: Map<DoorId, { open: boolean; locked: boolean }>;
  readonly spawns: Map<SpawnId, { generation: number; dueAtMs: number | null }>;
  readonly lettersNew: Map<LetterId, Letter>;
  /** Collected, by whom they were for. */
  readonly lettersGone: Map<LetterId, CharacterId>;
  readonly staff: StaffOrder[];
  readonly reports: Report[];
}

/** The events of one command do not follow from each other: a bug of whoever decided it. */
export class Contradiction extends Error {}

/** Most commands touch one or two tables: a map is made when something goes into it. */
class Rows implements RowChanges {
  #items: RowChanges["items"] | undefined;
  #characters: RowChanges["characters"] | undefined;
  #rare: Rare | undefined;

  get items(): RowChanges["items"] {
    return (this.#items ??= new Map());
  }

  get characters(): RowChanges["characters"] {
    return (this.#characters ??= new Map());
  }

  get rare(): Rare {
    return (this.#rare ??= { quests: new Map(), doors: new Map(), spawns: new Map(), lettersNew: new Map(), lettersGone: new Map(), staff: [], reports: [] });
  }

  get isPlain(): boolean {
    return this.#rare === undefined;
  }
}

/** Throws `Contradiction`. */
export function fold(events: readonly DurableEvent[]): RowChanges {
  const rows = new Rows();
  for (const event of events) foldOne(rows, event);
  return rows;
}

function foldOne(rows: RowChanges, event: DurableEvent): void {
  switch (event.type) {
    case "item-created":
      if (rows.items.has(event.item.id)) throw new Contradiction(`${event.item.id} is made twice`);
      rows.items.set(event.item.id, { type: "create", item: { ...event.item } });
      return;
    case "item-moved":
      changeItem(rows, event.item, event.from, {}, event.from === event.to ? { slot: event.slot } : { location: event.to, slot: event.slot, spawn_id: null });
      return;
    case "item-quantity-changed":
      if (event.to <= 0) throw new Contradiction(`${event.item} would hold ${event.to}`);
      changeItem(rows, event.item, event.at, { quantity: event.from }, { quantity: event.to });
      return;
    case "item-changed": changeItem(rows, event.item, event.at, columnsOf(event.from), columnsOf(event.to)); return;
    case "item-destroyed": destroyItem(rows, event); return;
    case "item-received": changeItem(rows, event.item.id, event.item.at, {}, { location: event.to, slot: null, spawn_id: null }); return;
    case "letter-posted": rows.rare.lettersNew.set(event.letter.id, event.letter); return;
    case "letter-taken":
      if (rows.rare.lettersGone.has(event.letter)) throw new Contradiction(`the letter ${event.letter} is collected twice`);
      rows.rare.lettersGone.set(event.letter, event.by);
      return;
    case "staff-ordered": rows.rare.staff.push(event.order); return;
    case "reported": rows.rare.reports.push(event.report); return;
    case "coins-changed": characterChange(rows, event.character).coins += event.delta; return;
    case "character-moved": moveCharacter(rows, event); return;
    case "character-changed": characterChange(rows, event.character).settings = event.settings; return;
    case "quest-changed": changeQuest(rows, event); return;
    case "door-changed": rows.rare.doors.set(event.door, { open: event.open, locked: event.locked }); return;
    case "spawn-changed": rows.rare.spawns.set(event.spawn, { generation: event.generation, dueAtMs: event.dueAtMs }); return;
    default: {
      const unknown: never = event;
      throw new Contradiction(`no such event: ${JSON.stringify(unknown)}`);
    }
  }
}

const columnsOf = (fields: ItemFields): ItemColumns => ({ ...fields });

function changeItem(rows: RowChanges, id: ItemId, at: Holder, expect: ItemColumns, changes: ItemColumns): void {
  const known = rows.items.get(id);
  if (known === undefined) {
    rows.items.set(id, { type: "change", at, expect: { ...expect }, changes: { ...changes } });
    return;
  }
  check(id, known, at, expect);
  if (known.type === "create") Object.assign(known.item, itemFields(changes));
  else if (known.type === "change") Object.assign(known.changes, changes);
}

function destroyItem(rows: RowChanges, event: Extract<DurableEvent, { type: "item-destroyed" }>): void {
  const known = rows.items.get(event.item);
  const expect: ItemColumns = { kind: event.kind, quantity: event.quantity };
  if (known === undefined) {
    rows.items.set(event.item, { type: "destroy", at: event.from, expect });
    return;
  }
  check(event.item, known, event.from, expect);
  rows.items.set(event.item, known.type === "change" ? { type: "destroy", at: known.at, expect: known.expect } : { type: "never" });
}

/**
 * What an event expects must be what the events before it left. What they did not touch is still as in the table, so
 * it becomes part of what the table is expected to say.
 */
function check(id: ItemId, known: ItemChange, at: Holder, expect: ItemColumns): void {
  if (known.type === "destroy" || known.type === "never") throw new Contradiction(`${id} has ended already`);
  const now: ItemColumns = known.type === "create" ? columns(known.item) : { ...known.expect, ...known.changes };
  const where = known.type === "create" ? known.item.at : (known.changes.location ?? known.at);
  if (where !== at) throw new Contradiction(`${id} is at ${where}, not at ${at}`);
  for (const [name, value] of Object.entries(expect)) {
    // What was made by this command has all its columns, so only what was in the table before can lack one.
    if (!(name in now) && known.type === "change") Object.assign(known.expect, { [name]: value as unknown });
    else if (now[name as keyof ItemColumns] !== value) throw new Contradiction(`${name} of ${id} is ${now[name as keyof ItemColumns]}, not ${value}`);
  }
}

/** An item as its row. */
export function columns(item: Item): Required<ItemColumns> {
  const { kind, at, slot, quantity, charges, open, locked, lit, spawn } = item;
  return { kind, location: at, slot, quantity, charges, open, locked, lit, spawn_id: spawn };
}

/** Changed columns as fields of an item. */
export function itemFields({ location, spawn_id, ...same }: ItemColumns): Partial<Item> {
  return { ...same, ...(location === undefined ? {} : { at: location }), ...(spawn_id === undefined ? {} : { spawn: spawn_id }) };
}

function characterChange(rows: RowChanges, id: CharacterId): CharacterChange {
  let change = rows.characters.get(id);
  if (change === undefined) rows.characters.set(id, (change = { coins: 0, from: null, to: null, settings: null }));
  return change;
}

function moveCharacter(rows: RowChanges, event: Extract<DurableEvent, { type: "character-moved" }>): void {
  const change = characterChange(rows, event.character);
  if (change.to !== null && change.to !== event.from) throw new Contradiction(`${event.character} is in ${change.to}, not in ${event.from}`);
  change.from ??= event.from;
  change.to = event.to;
}

function changeQuest(rows: RowChanges, event: Extract<DurableEvent, { type: "quest-changed" }>): void {
  const key = `${event.character}/${event.quest}`;
  const known = rows.rare.quests.get(key);
  if (known === undefined) rows.rare.quests.set(key, { character: event.character, quest: event.quest, from: event.from, to: event.to });
  else if (!sameProgress(known.to, event.from)) throw new Contradiction(`${key} does not go on from where it was`);
  else known.to = event.to;
}

export const sameProgress = (a: QuestProgress, b: QuestProgress | null): boolean =>
  b !== null && a.state === b.state && a.step === b.step && a.count === b.count;

/** Everything a command reads or writes in the database, for commands that must not be written side by side. */
export function rowKeys(rows: RowChanges, actor: CharacterId | null): string[] {
  const keys = actor === null ? [] : [`c:${actor}`];
  for (const id of rows.items.keys()) keys.push(`i:${id}`);
  for (const id of rows.characters.keys()) if (id !== actor) keys.push(`c:${id}`);
  if (rows.isPlain) return keys;
  for (const key of rows.rare.quests.keys()) keys.push(`q:${key}`);
  for (const id of rows.rare.doors.keys()) keys.push(`d:${id}`);
  for (const id of rows.rare.spawns.keys()) keys.push(`s:${id}`);
  for (const id of [...rows.rare.lettersNew.keys(), ...rows.rare.lettersGone.keys()]) keys.push(`l:${id}`);
  return keys;
}
