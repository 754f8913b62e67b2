/** Commands as `waystone_commit_v2` takes them (see `migrations/commit-function-v2.ts`). */
import { REPLIES_KEPT, REPLIES_PRUNED_EVERY } from "../limits.ts";
import type { CommitUnit } from "../runtime/ports.ts";
import { staffRow } from "./staff-row.ts";
import { columns, type ItemChange, type RowChanges } from "./fold.ts";

/** A command on its way to the database. */
export interface Entry {
  /** A unit outside the areas (an account is made, the world is reconciled) has none, and nobody who could be fenced. */
  readonly unit: Omit<CommitUnit, "area" | "epoch"> & { readonly area: CommitUnit["area"] | null; readonly epoch: number | null };
  readonly rows: RowChanges;
  /** Of this attempt, for ever: how it is recognised when the answer got lost. */
  readonly commitId: string;
}

const TYPES = [
  "text[]", "bigint[]",
  "text[]", "bigint[]", "text[]", "bigint[]", "int[]", "text[]", "text[]", "text[]", "text[]",
  "jsonb", "jsonb",
  "text[]", "bigint[]", "text[]", "text[]", "text[]", "bigint[]", "int[]",
  "int[]", "text[]", "text[]", "text[]", "text[]",
  "jsonb", "int",
];

/** Answers one row, `entries`. The same text always, so that a connection prepares it once, under `COMMIT_NAME`. */
export const COMMIT = `select waystone_commit_v2(${TYPES.map((type, index) => `$${index + 1}::${type}`).join(", ")}) as entries`;
export const COMMIT_NAME = "waystone_commit_v2";

/** The values of `COMMIT`'s parameters: arrays in PostgreSQL's own notation, JSON, or null. */
export function commitValues(entries: readonly Entry[]): (string | number | null)[] {
  const batch = new Batch();
  entries.forEach((entry, index) => batch.add(entry, index + 1));
  return batch.values();
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
type Cell = string | number | null;

class Batch {
  readonly #units = table(9);
  readonly #events: unknown[] = [];
  readonly #replies: unknown[] = [];
  #hasReply = false;
  readonly #areas = table(2);
  readonly #areasSeen = new Set<string>();
  readonly #characters = table(7);
  readonly #moves = table(5);
  readonly #more = new Map<string, Row[]>();

  /** `position` counts from 1, as arrays of PostgreSQL do. */
  add(entry: Entry, position: number): void {
    const { unit, rows, commitId } = entry;
    const seq = numbered(unit);
    add(this.#units, unit.area, unit.epoch, unit.actor, seq?.seq ?? null, seq?.step ?? null, journalKey(entry), commitId, unit.room, unit.command);
    this.#events.push(unit.events);
    const reply = seq === undefined ? null : unit.reply;
    this.#replies.push(reply);
    this.#hasReply ||= reply !== null;
    // Two epochs of one area in a batch: one of them is wrong, and the count of rows will say so.
    const area = `${unit.area}:${unit.epoch}`;
    if (unit.area !== null && !this.#areasSeen.has(area)) {
      this.#areasSeen.add(area);
      add(this.#areas, unit.area, unit.epoch);
    }
    for (const [id, change] of rows.items) this.#addItem(position, id, change);
    this.#addCharacters(entry);
    if (rows.quests.size + rows.doors.size + rows.spawns.size + rows.lettersNew.size + rows.lettersGone.size + rows.staff.length + rows.reports.length > 0) this.#addRare(rows);
  }

  #addItem(u: number, id: string, change: ItemChange): void {
    if (change.type === "create") this.#push("items_new", { u, id, ...columns(change.item) });
    else if (change.type === "destroy") this.#push("items_gone", { id, at: change.at, expect: change.expect });
    else if (change.type === "change") {
      const { at, expect, changes } = change;
      const { location, slot, spawn_id } = changes;
      const justMoved = isEmpty(expect) && location !== undefined && slot !== undefined && spawn_id === null && Object.keys(changes).length === 3;
      if (justMoved) add(this.#moves, u, id, at, location, slot);
      else this.#push("items_set", { u, id, at, ...(isEmpty(expect) ? {} : { expect }), changes });
    }
  }

  #addCharacters({ unit, rows }: Entry): void {
    const seq = numbered(unit);
    for (const [id, { coins, from, to, settings }] of rows.characters) {
      const own = id === unit.actor ? seq : undefined;
      add(this.#characters, id, coins, from, to, settings === null ? null : JSON.stringify(settings), own?.seq ?? null, own?.step ?? null);
    }
    if (seq !== undefined && !rows.characters.has(unit.actor!)) add(this.#characters, unit.actor, 0, null, null, null, seq.seq, seq.step);
  }

  #addRare(rows: RowChanges): void {
    for (const { character, quest, from, to } of rows.quests.values()) {
      if (from === null) this.#push("quests_new", { character, quest, ...to });
      else this.#push("quests_set", { character, quest, ...to, from_state: from.state, from_step: from.step, from_count: from.count });
    }
    for (const [id, door] of rows.doors) this.#push("doors", { id, ...door });
    for (const [id, spawn] of rows.spawns) this.#push("spawns", { id, generation: spawn.generation, due_ms: spawn.dueAtMs === null ? null : Math.round(spawn.dueAtMs) });
    for (const { id, from, fromName, to, note } of rows.lettersNew.values()) this.#push("letters_new", { id, sender: from, sender_name: fromName, recipient: to, note });
    for (const [id, recipient] of rows.lettersGone) this.#push("letters_gone", { id, recipient });
    for (const order of rows.staff) this.#push("staff", staffRow(order));
    for (const { id, reporter, reported, room, words, lines } of rows.reports) this.#push("reports", { id, reporter, reported, room, words, lines });
  }

  #push(list: string, row: Row): void {
    const rows = this.#more.get(list);
    if (rows === undefined) this.#more.set(list, [row]);
    else rows.push(row);
  }

  values(): (string | number | null)[] {
    // By chance and not by count: whoever commits in step with a count would never have its turn.
    const prune = this.#hasReply && Math.random() * REPLIES_PRUNED_EVERY < 1;
    return [
      ...literals(this.#areas), ...literals(this.#units), JSON.stringify(this.#events), this.#hasReply ? JSON.stringify(this.#replies) : null,
      ...literals(this.#characters), ...literals(this.#moves),
      this.#more.size === 0 ? null : JSON.stringify(Object.fromEntries(this.#more)), prune ? REPLIES_KEPT : null,
    ];
  }
}

/** The request number, where the unit has one: of a character, that is. */
function numbered(unit: Entry["unit"]): { readonly seq: number; readonly step: number } | undefined {
  return unit.request !== null && "seq" in unit.request && unit.actor !== null ? unit.request : undefined;
}

function isEmpty(object: object): boolean {
  for (const _ in object) return false;
  return true;
}

/** Columns of a table, each the inside of an array literal. */
type Table = string[];
const table = (columns: number): Table => Array.from({ length: columns }, () => "");

function add(to: Table, ...cells: readonly Cell[]): void {
  for (let column = 0; column < to.length; column += 1) {
    const cell = cells[column]!;
    const text = typeof cell === "string" ? quoted(cell) : cell === null ? "NULL" : String(cell);
    to[column] = to[column] === "" ? text : `${to[column]},${text}`;
  }
}

const quoted = (text: string): string => (/[\\"]/.test(text) ? `"${text.replace(/[\\"]/g, "\\$&")}"` : `"${text}"`);

/** Null for a table without rows. */
const literals = (columns: Table): (string | null)[] => columns.map((column) => (column === "" ? null : `{${column}}`));
