/** One run of reconciling the world's rows with its content: what it writes, and what it says about it. */
import type { ContentIndex } from "../engine/content.ts";
import type { DurableEvent } from "../engine/events.ts";
import type { Holder, ItemId, SpawnId } from "../engine/ids.ts";
import { inside } from "../engine/ids.ts";
import type { Item } from "../engine/world.ts";
import { MAX_NAMES_TOLD } from "../limits.ts";
import { COMMIT, commitValues } from "./batch.ts";
import { fold } from "./fold.ts";
import { itemColumns, itemOf, type ItemRow } from "./item-row.ts";
import { newId } from "./new-id.ts";
import type { Sql, SqlValue } from "./sql.ts";

/** Where things wait whose kind, or place, the world no longer has. Nothing is ever destroyed for that. */
export const RETIRED: Holder = "escrow:retired";
/** Events in one journal entry; more are spread over several. */
const EVENTS_PER_ENTRY = 500;

export class Reconciliation {
  /** Within the one transaction of the run. */
  readonly sql: Sql;
  readonly content: ContentIndex;
  /** What was done, in sentences. */
  readonly said: string[] = [];
  /** Spawns whose thing was put away in this run. */
  readonly emptied = new Set<SpawnId>();
  readonly #run: number;
  #entries = 0;

  /** `run` counts the reconciliations of this database: it makes the ids of the journal entries. */
  constructor(sql: Sql, content: ContentIndex, run: number) {
    this.sql = sql;
    this.content = content;
    this.#run = run;
  }

  /** Writes events with the checks of every other commit. `why` goes into the journal as the command. */
  async write(why: string, events: readonly DurableEvent[]): Promise<void> {
    for (let start = 0; start < events.length; start += EVENTS_PER_ENTRY) {
      const part = events.slice(start, start + EVENTS_PER_ENTRY);
      this.#entries += 1;
      const unit = {
        area: null, epoch: null, actor: null, room: null, request: { deterministicId: `world:${this.#run}:${this.#entries}` },
        command: `(world: ${why})`, events: part, reply: null,
      };
      await this.sql.query(COMMIT, commitValues([{ unit, rows: fold(part), commitId: newId() }]));
    }
  }

  /** "3 things …" or "1 thing …"; nothing when there is none. */
  say(count: number, one: string, many: string, rest: string): void {
    if (count > 0) this.said.push(`${count} ${count === 1 ? one : many} ${rest}`);
  }

  /** "2 rooms are new: attic, cellar." Of very many, the first. */
  sayNames(names: readonly string[], one: string, many: string, what: string): void {
    const more = names.length - MAX_NAMES_TOLD;
    this.say(names.length, one, many, `${what}: ${names.slice(0, MAX_NAMES_TOLD).join(", ")}${more > 0 ? `, and ${more} more` : ""}.`);
  }

  /** Items by a condition on `i`. */
  async items(where: string, values: readonly SqlValue[]): Promise<Item[]> {
    const rows = await this.sql.query<ItemRow>(`select ${itemColumns("i")} from item i where ${where} order by i.arrived, i.id`, values);
    return rows.map(itemOf);
  }

  /**
   * Takes things out of containers that go away (or are containers no more) to where these are. What goes away itself
   * is left where it is, since it moves by its own.
   */
  async emptyOut(containers: readonly Item[]): Promise<void> {
    const going = new Map(containers.map((item) => [inside(item.id), item.at]));
    if (going.size === 0) return;
    const surviving = (at: Holder): Holder => {
      const next = going.get(at);
      return next === undefined ? at : surviving(next);
    };
    const goingIds = new Set<ItemId>(containers.map((item) => item.id));
    const contents = (await this.items("i.location = any($1::text[])", [[...going.keys()]])).filter((item) => !goingIds.has(item.id));
    await this.moveItems("out of what is gone", contents.map((item) => ({ item, to: surviving(item.at) })));
  }

  /** Moves things as the world's own hand does: what a spawn counts as untouched stays so. */
  async moveItems(why: string, moves: readonly { readonly item: Item; readonly to: Holder }[]): Promise<void> {
    await this.write(why, moves.map(({ item, to }) => ({ type: "item-moved", item: item.id, from: item.at, to, slot: null })));
    const counted = moves.flatMap(({ item }) => (item.spawn === null ? [] : [{ id: item.id, spawn: item.spawn }]));
    if (counted.length === 0) return;
    await this.sql.query(
      "update item i set spawn_id = x.spawn from jsonb_to_recordset($1::jsonb) as x(id text, spawn text) where i.id = x.id", [JSON.stringify(counted)],
    );
  }

  /**
   * Puts things into escrow, what they contain left behind. With `remember` they come back when their kind does; what
   * was still its spawn's does not, since the spawn makes another.
   */
  async retire(why: string, items: readonly Item[], remember: boolean): Promise<void> {
    if (items.length === 0) return;
    await this.emptyOut(items);
    await this.write(why, items.map((item) => ({ type: "item-moved", item: item.id, from: item.at, to: RETIRED, slot: null })));
    for (const { spawn } of items) if (spawn !== null) this.emptied.add(spawn);
    const remembered = remember ? items.filter((item) => item.spawn === null) : [];
    if (remembered.length === 0) return;
    await this.sql.query(
      "update item i set retired_from = x.at from jsonb_to_recordset($1::jsonb) as x(id text, at text) where i.id = x.id",
      [JSON.stringify(remembered.map(({ id, at }) => ({ id, at })))],
    );
  }
}
