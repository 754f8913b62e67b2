/** Commands as `waystone_commit_v3` takes them (see `migrations/commit-function-v3.ts`). */
import { REPLIES_KEPT, REPLIES_PRUNED_EVERY } from "../limits.ts";
import type { CommitUnit } from "../runtime/ports.ts";
import { staffRow } from "./staff-row.ts";
import { columns, type ItemChange, type Rare, type RowChanges } from "./fold.ts";

/** A command on its way to the database. */
export interface Entry {
  /** A unit outside the areas (an account is made, the world is reconciled) has none, and nobody who could be fenced. */
  readonly unit: Omit<CommitUnit, "area" | "epoch"> & { readonly area: CommitUnit["area"] | null; readonly epoch: number | null };
  readonly rows: RowChanges;
  /** Of this attempt, for ever: how it is recognised when the answer got lost. */
  readonly commitId: string;
  /** By `encode`, by whoever has the time for it before the batch is sent. */
  readonly encoded?: Encoded;
}

/** One command's share of the parameters: cells in the notation of PostgreSQL's array literals, and JSON. */
export interface Encoded {
  readonly unit: readonly string[];
  readonly events: string;
  /** '' for none. */
  readonly reply: string;
  readonly characters: readonly (readonly string[])[];
  /** Without the position in the batch, their first column. */
  readonly moves: readonly (readonly string[])[];
  readonly more: readonly { readonly list: string; readonly row: Row }[];
}

const TYPES = [
  "text[]", "bigint[]",
  "text[]", "bigint[]", "text[]", "bigint[]", "int[]", "text[]", "text[]", "text[]", "text[]",
  "jsonb", "text",
  "text[]", "bigint[]", "text[]", "text[]", "text[]", "bigint[]", "int[]",
  "int[]", "text[]", "text[]", "text[]", "text[]",
  "jsonb", "int",
];

/** Answers one row, `entries`. The same text always, so that a connection prepares it once, under `COMMIT_NAME`. */
export const COMMIT = `select waystone_commit_v3(${TYPES.map((type, index) => `$${index + 1}::${type}`).join(", ")}) as entries`;
export const COMMIT_NAME = "waystone_commit_v3";

/** The values of `COMMIT`'s parameters: arrays in PostgreSQL's own notation, JSON, or null. */
export function commitValues(entries: readonly Entry[]): (string | number | null)[] {
  const units = table(9);
  const areas = table(2);
  const areasSeen = new Set<string>();
  const characters = table(7);
  const moves = table(5);
  const more: Record<string, Row[]> = {};
  let events = "";
  let replies = "";
  let hasReply = false;
  entries.forEach((entry, index) => {
    const { unit: { area, epoch } } = entry;
    const encoded = entry.encoded ?? encode(entry);
    // As arrays of PostgreSQL count.
    const position = index + 1;
    add(units, encoded.unit);
    events += index === 0 ? encoded.events : `,${encoded.events}`;
    replies += index === 0 ? encoded.reply : BETWEEN_REPLIES + encoded.reply;
    hasReply ||= encoded.reply !== "";
    // Two epochs of one area in a batch: one of them is wrong, and the count of rows will say so.
    if (area !== null && !areasSeen.has(`${area}:${epoch}`)) {
      areasSeen.add(`${area}:${epoch}`);
      add(areas, [cell(area), cell(epoch)]);
    }
    for (const row of encoded.characters) add(characters, row);
    for (const row of encoded.moves) add(moves, [String(position), ...row]);
    for (const { list, row } of encoded.more) (more[list] ??= []).push(ARRIVING.has(list) ? { u: position, ...row } : row);
  });
  // By chance and not by count: whoever commits in step with a count would never have its turn.
  const prune = hasReply && Math.random() * REPLIES_PRUNED_EVERY < 1;
  return [
    ...literals(areas), ...literals(units), `[${events}]`, hasReply ? replies : null, ...literals(characters), ...literals(moves),
    Object.keys(more).length === 0 ? null : JSON.stringify(more), prune ? REPLIES_KEPT : null,
  ];
}

/** Throws what `JSON.stringify` throws. */
export function encode(entry: Entry): Encoded {
  const { unit, rows, commitId } = entry;
  const seq = numbered(unit);
  const moves: string[][] = [];
  const more: { list: string; row: Row }[] = [];
  for (const [id, change] of rows.items) {
    const move = change.type === "change" ? justMoved(id, change) : undefined;
    if (move === undefined) more.push(...itemRows(id, change));
    else moves.push(move);
  }
  if (!rows.isPlain) addRare(rows.rare, more);
  return {
    unit: [cell(unit.area), cell(unit.epoch), cell(unit.actor), cell(seq?.seq ?? null), cell(seq?.step ?? null), cell(journalKey(entry)), cell(commitId), cell(unit.room), cell(unit.command)],
    events: JSON.stringify(unit.events), reply: seq === undefined || unit.reply === null ? "" : JSON.stringify(unit.reply),
    characters: characterRows(entry), moves, more,
  };
}

/** What makes a command unique: by its character's number, by its own name, or by nothing but the attempt. */
export function requestKey({ unit, commitId }: Entry): string {
  if (unit.request !== null && "deterministicId" in unit.request) return `w:${unit.request.deterministicId}`;
  if (unit.request === null || unit.actor === null) return `u:${commitId}`;
  return `c:${unit.actor}:${unit.request.seq}:${unit.request.step}`;
}

/** The same for the table `journal_key`; null for what is told by its character's number. */
const journalKey = (entry: Entry): string | null => (numbered(entry.unit) === undefined ? requestKey(entry) : null);

type Row = Record<string, unknown>;
/** What these change has come to its place by the command of its batch at position `u`. */
const ARRIVING: ReadonlySet<string> = new Set(["items_new", "items_set"]);
/** Between two replies: JSON writes it as an escape, so it is in none of them. */
export const BETWEEN_REPLIES = "\u001e";

/** What most changes of items are; undefined: this is another. */
function justMoved(id: string, { at, expect, changes }: Extract<ItemChange, { type: "change" }>): string[] | undefined {
  const { location, slot, spawn_id } = changes;
  const moved = isEmpty(expect) && location !== undefined && slot !== undefined && spawn_id === null && Object.keys(changes).length === 3;
  return moved ? [cell(id), cell(at), cell(location), cell(slot)] : undefined;
}

function itemRows(id: string, change: ItemChange): { list: string; row: Row }[] {
  switch (change.type) {
    case "create": return [{ list: "items_new", row: { id, ...columns(change.item) } }];
    case "destroy": return [{ list: "items_gone", row: { id, at: change.at, expect: change.expect } }];
    case "change": return [{ list: "items_set", row: { id, at: change.at, ...(isEmpty(change.expect) ? {} : { expect: change.expect }), changes: change.changes } }];
    case "never": return [];
  }
}

function characterRows({ unit, rows }: Entry): string[][] {
  const seq = numbered(unit);
  const list: string[][] = [];
  for (const [id, { coins, from, to, settings }] of rows.characters) {
    const own = id === unit.actor ? seq : undefined;
    list.push([cell(id), coins === 0 ? NULL : cell(coins), cell(from), cell(to), settings === null ? NULL : cell(JSON.stringify(settings)), cell(own?.seq ?? null), cell(own?.step ?? null)]);
  }
  if (seq !== undefined && !rows.characters.has(unit.actor!)) list.push([cell(unit.actor), NULL, NULL, NULL, NULL, cell(seq.seq), cell(seq.step)]);
  return list;
}

function addRare(rows: Rare, more: { list: string; row: Row }[]): void {
  const push = (list: string, row: Row): void => void more.push({ list, row });
  for (const { character, quest, from, to } of rows.quests.values()) {
    if (from === null) push("quests_new", { character, quest, ...to });
    else push("quests_set", { character, quest, ...to, from_state: from.state, from_step: from.step, from_count: from.count });
  }
  for (const [id, door] of rows.doors) push("doors", { id, ...door });
  for (const [id, spawn] of rows.spawns) push("spawns", { id, generation: spawn.generation, due_ms: spawn.dueAtMs === null ? null : Math.round(spawn.dueAtMs) });
  for (const { id, from, fromName, to, note } of rows.lettersNew.values()) push("letters_new", { id, sender: from, sender_name: fromName, recipient: to, note });
  for (const [id, recipient] of rows.lettersGone) push("letters_gone", { id, recipient });
  for (const order of rows.staff) push("staff", staffRow(order));
  for (const { id, reporter, reported, room, words, lines } of rows.reports) push("reports", { id, reporter, reported, room, words, lines });
}

/** The request number, where the unit has one: of a character, that is. */
function numbered(unit: Entry["unit"]): { readonly seq: number; readonly step: number } | undefined {
  return unit.request !== null && "seq" in unit.request && unit.actor !== null ? unit.request : undefined;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** Columns of a table, each the inside of an array literal; `none` while all its cells are null. */
type Table = { readonly columns: string[]; readonly none: boolean[]; rows: number };
const table = (columns: number): Table => ({ columns: Array.from({ length: columns }, () => ""), none: Array.from({ length: columns }, () => true), rows: 0 });

function add(to: Table, cells: readonly string[]): void {
  const { columns, none } = to;
  for (let column = 0; column < columns.length; column += 1) {
    const text = cells[column]!;
    if (text !== NULL) none[column] = false;
    columns[column] = to.rows === 0 ? text : `${columns[column]},${text}`;
  }
  to.rows += 1;
}

/** A text that says the same is quoted. */
const NULL = "NULL";

function cell(value: string | number | null): string {
  if (typeof value !== "string") return value === null ? NULL : String(value);
  return /[\\"]/.test(value) ? `"${value.replace(/[\\"]/g, "\\$&")}"` : `"${value}"`;
}

/** Null for a column without values. */
const literals = ({ columns, none }: Table): (string | null)[] => columns.map((column, index) => (none[index] === true ? null : `{${column}}`));
