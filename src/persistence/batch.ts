/** Commands as `waystone_commit_v1` takes them (see `migrations/commit-function-v1.ts`). */
import { REPLIES_KEPT } from "../limits.ts";
import type { CommitUnit } from "../runtime/ports.ts";
import { columns, type RowChanges } from "./fold.ts";

/** A command on its way to the database. */
export interface Entry {
  /** A unit outside the areas (an account is made, the world is reconciled) has none, and nobody who could be fenced. */
  readonly unit: Omit<CommitUnit, "area" | "epoch"> & { readonly area: CommitUnit["area"] | null; readonly epoch: number | null };
  readonly rows: RowChanges;
  /** Of this attempt, for ever: how it is recognised when the answer got lost. */
  readonly commitId: string;
}

/** The text parameter of `waystone_commit_v1`. */
export function encodeBatch(entries: readonly Entry[]): string {
  const batch = new Batch();
  entries.forEach((entry, index) => batch.add(entry, index));
  return batch.toJson();
}

/** What makes a command unique in the journal. */
export function requestKey({ unit, commitId }: Entry): string {
  if (unit.request === null) return `u:${commitId}`;
  if ("deterministicId" in unit.request) return `w:${unit.request.deterministicId}`;
  return `c:${unit.actor}:${unit.request.seq}:${unit.request.step}`;
}

type Row = Record<string, unknown>;

class Batch {
  readonly #lists = new Map<string, Row[]>();
  readonly #areas = new Map<string, Row>();

  add(entry: Entry, index: number): void {
    const { unit, rows } = entry;
    const seq = numbered(unit);
    this.#push("units", {
      u: index, area: unit.area, epoch: unit.epoch, actor: unit.actor, seq: seq?.seq, step: seq?.step, key: requestKey(entry),
      commit: entry.commitId, room: unit.room, command: unit.command, events: unit.events,
    });
    // Two epochs of one area in a batch: one of them is wrong, and the count of rows will say so.
    if (unit.area !== null) this.#areas.set(`${unit.area}:${unit.epoch}`, { area: unit.area, epoch: unit.epoch });
    if (seq !== undefined && unit.actor !== null && unit.reply !== null) {
      this.#push("replies", { character: unit.actor, seq: seq.seq, step: seq.step, reply: unit.reply });
    }
    this.#addItems(rows, index);
    this.#addCharacters(entry);
    for (const { character, quest, from, to } of rows.quests.values()) {
      if (from === null) this.#push("quests_new", { character, quest, ...to });
      else this.#push("quests_set", { character, quest, ...to, from_state: from.state, from_step: from.step, from_count: from.count });
    }
    for (const [id, door] of rows.doors) this.#push("doors", { id, ...door });
    for (const [id, spawn] of rows.spawns) this.#push("spawns", { id, generation: spawn.generation, due_ms: spawn.dueAtMs === null ? null : Math.round(spawn.dueAtMs) });
  }

  #addItems(rows: RowChanges, index: number): void {
    for (const [id, change] of rows.items) {
      if (change.type === "create") this.#push("items_new", { u: index, id, ...columns(change.item) });
      else if (change.type === "destroy") this.#push("items_gone", { id, at: change.at, expect: change.expect });
      else if (change.type === "change") {
        this.#push("items_set", { u: index, id, at: change.at, ...(isEmpty(change.expect) ? {} : { expect: change.expect }), changes: change.changes });
      }
    }
  }

  #addCharacters({ unit, rows }: Entry): void {
    const seq = numbered(unit)?.seq;
    for (const [id, { coins, from, to, settings }] of rows.characters) {
      this.#push("characters", { id, coins, from_room: from, to_room: to, settings, seq: id === unit.actor ? seq : undefined });
    }
    if (seq !== undefined && unit.actor !== null && !rows.characters.has(unit.actor)) this.#push("characters", { id: unit.actor, coins: 0, seq });
  }

  #push(list: string, row: Row): void {
    const rows = this.#lists.get(list);
    if (rows === undefined) this.#lists.set(list, [row]);
    else rows.push(row);
  }

  toJson(): string {
    const areas = this.#areas.size === 0 ? {} : { areas: [...this.#areas.values()] };
    return JSON.stringify({ ...Object.fromEntries(this.#lists), ...areas, keep: REPLIES_KEPT });
  }
}

function numbered(unit: Entry["unit"]): { readonly seq: number; readonly step: number } | undefined {
  return unit.request !== null && "seq" in unit.request ? unit.request : undefined;
}

const isEmpty = (object: object): boolean => Object.keys(object).length === 0;
