/** Reads the journal for people: where a thing came from and through whose hands, what somebody did, what an entry says. */
import type { ContentIndex } from "../engine/content.ts";
import type { DurableEvent } from "../engine/events.ts";
import { splitHolder, type Holder, type KindId, type NpcId, type RoomId } from "../engine/ids.ts";
import { MAX_JOURNAL_LINES } from "../limits.ts";
import { RETIRED } from "./reconciliation.ts";
import type { Sql } from "./sql.ts";

export interface JournalRow {
  readonly id: string;
  /** UTC, `2026-11-24 08:15:30.123`. */
  readonly at: string;
  readonly area: string | null;
  readonly epoch: string | null;
  readonly actor: string | null;
  readonly seq: string | null;
  readonly step: number | null;
  readonly room: string | null;
  readonly command: string;
  readonly events: readonly DurableEvent[];
}

const ROW = `j.id::text as id, to_char(j.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS.MS') as at, j.area_id as area, j.epoch::text as epoch,
  j.actor, j.seq::text as seq, j.step, j.room_id as room, j.command, j.events`;

/** All methods reject with `StorageError`. */
export class Journal {
  readonly #sql: Pick<Sql, "query">;

  constructor(sql: Pick<Sql, "query">) {
    this.#sql = sql;
  }

  async entry(id: string): Promise<JournalRow | undefined> {
    return (await this.#sql.query<JournalRow>(`select ${ROW} from journal j where j.id = $1::bigint`, [id]))[0];
  }

  /**
   * What happened to a thing, oldest first; of very much, the newest `last`. Months that are over have an index for it; the
   * running one is read through.
   */
  async ofItem(id: string, last = MAX_JOURNAL_LINES): Promise<JournalRow[]> {
    // Found first and put in order then: by its order alone, the planner might walk the whole journal.
    const rows = await this.#sql.query<JournalRow>(
      `with found as materialized (select ${ROW}, j.id as number from journal j where j.events @> $1::jsonb or j.events @> $2::jsonb)
       select id, at, area, epoch, actor, seq, step, room, command, events from found order by number desc limit ${Math.trunc(last)}`,
      [JSON.stringify([{ item: id }]), JSON.stringify([{ item: { id } }])],
    );
    return rows.reverse();
  }

  /** The newest entries of somebody, oldest first; by name (without case) or id. Undefined: there is nobody of that name. */
  async ofCharacter(who: string, last: number): Promise<JournalRow[] | undefined> {
    const [character] = await this.#sql.query<{ id: string }>("select id from character where name_key = lower($1) or id = $1 limit 1", [who]);
    if (character === undefined) return undefined;
    const rows = await this.#sql.query<JournalRow>(`select ${ROW} from journal j where j.actor = $1 order by j.id desc limit ${Math.trunc(last)}`, [character.id]);
    return rows.reverse();
  }

  /** Names of characters by id, for those the rows speak of. */
  async names(rows: readonly JournalRow[]): Promise<Map<string, string>> {
    const ids = new Set([...JSON.stringify(rows).matchAll(/(?:char:|"(?:actor|character)":")([^"}\\]+)/g)].map(([, id]) => id!));
    const found = await this.#sql.query<{ id: string; name: string }>("select id, name from character where id = any($1::text[])", [[...ids]]);
    return new Map(found.map(({ id, name }) => [id, name]));
  }

  /** Where a thing is now, and how many; undefined: it is no more. */
  async whereIs(id: string): Promise<{ at: Holder; kind: KindId; quantity: number } | undefined> {
    return (await this.#sql.query<{ at: Holder; kind: KindId; quantity: number }>("select location as at, kind, quantity from item where id = $1", [id]))[0];
  }
}

/** Puts entries into words. Without content, rooms and kinds go by their ids. */
export class JournalWords {
  readonly #names: ReadonlyMap<string, string>;
  readonly #content: ContentIndex | undefined;

  constructor(names: ReadonlyMap<string, string>, content?: ContentIndex) {
    this.#names = names;
    this.#content = content;
  }

  character = (id: string): string => this.#names.get(id) ?? `character ${id}`;

  room = (id: string): string => {
    const title = this.#content?.rooms.get(id as RoomId)?.title;
    return title === undefined ? id : `${title} (${id})`;
  };

  kind = (id: string): string => this.#content?.items.get(id as KindId)?.name ?? id;

  holder(holder: Holder): string {
    const { kind, id } = splitHolder(holder);
    if (kind === "char") return this.character(id);
    if (kind === "room") return this.room(id);
    if (kind === "item") return `the inside of ${id}`;
    if (kind === "npc") return this.#npc(id);
    if (kind === "escrow" && holder !== RETIRED) return `the letter ${id}`;
    return holder;
  }

  /** `{char:…}` and the like in what an undo says. */
  sentence(text: string): string {
    return text.replace(/\{([a-z]+:[^}]*)\}/g, (_, holder: string) => this.holder(holder as Holder));
  }

  /** The line that names an entry. */
  heading({ id, at, actor, room, command }: JournalRow): string {
    const who = actor === null ? "the world" : this.character(actor);
    return `#${id}  ${at} UTC  ${who}${room === null ? "" : ` in ${this.room(room)}`}: ${command === "" ? "(by itself)" : command}`;
  }

  /** One line per event; `about`: only what concerns this thing. */
  events({ events }: JournalRow, about?: string): string[] {
    return events.filter((event) => about === undefined || itemOf(event) === about).map((event) => `    ${this.#event(event, events)}`);
  }

  #npc(id: string): string {
    const what = this.#content?.spawns.get((id as NpcId).split("#")[0] as never)?.what;
    const name = what?.type === "npc" ? this.#content?.npcs.get(what.kind)?.name : undefined;
    return name === undefined ? id : `${name} (${id})`;
  }

  #event(event: DurableEvent, all: readonly DurableEvent[]): string {
    switch (event.type) {
      case "item-created": {
        const { id, kind, quantity, at } = event.item;
        return `${quantity} ${this.kind(kind)} (${id}) came to be with ${this.holder(at)}: ${event.cause}${others(all, id, event.cause)}`;
      }
      case "item-moved":
        return event.from === event.to ? `${event.item} was ${event.slot === null ? "taken off" : `put on (${event.slot})`} by ${this.holder(event.from)}` : `${event.item} went from ${this.holder(event.from)} to ${this.holder(event.to)}`;
      case "item-quantity-changed": return `${event.item} with ${this.holder(event.at)}: ${event.from} became ${event.to}: ${event.cause}${others(all, event.item, event.cause)}`;
      case "item-changed": return `${event.item} with ${this.holder(event.at)}: ${JSON.stringify(event.from)} became ${JSON.stringify(event.to)}`;
      case "item-destroyed": return `${event.quantity} ${this.kind(event.kind)} (${event.item}) with ${this.holder(event.from)} ended: ${event.cause}${others(all, event.item, event.cause)}`;
      case "coins-changed": return `${this.character(event.character)} ${event.delta < 0 ? "gave" : "got"} ${Math.abs(event.delta)} coins: ${event.cause}`;
      case "character-moved": return `${this.character(event.character)} went from ${this.room(event.from)} to ${this.room(event.to)}`;
      case "item-received": return `${event.item.quantity} ${this.kind(event.item.kind)} (${event.item.id}) came out of ${this.holder(event.item.at)} to ${this.holder(event.to)}`;
      case "letter-posted": return `${this.character(event.letter.from)} sent the letter ${event.letter.id} to ${this.character(event.letter.to)}${event.letter.note === "" ? "" : `: "${event.letter.note}"`}`;
      case "letter-taken": return `${this.character(event.by)} collected the letter ${event.letter}`;
      default: return JSON.stringify(event);
    }
  }
}

/** The thing an event is about, where it is about one. */
function itemOf(event: DurableEvent): string | undefined {
  if (!("item" in event)) return undefined;
  return typeof event.item === "string" ? event.item : event.item.id;
}

/** The other stacks of a split or merge. */
function others(all: readonly DurableEvent[], id: string, cause: string): string {
  if (cause !== "split" && cause !== "merge") return "";
  const ids = new Set(all.flatMap((event) => ("cause" in event && event.cause === cause ? (itemOf(event) ?? []) : [])));
  ids.delete(id);
  return ids.size === 0 ? "" : ` with ${[...ids].join(", ")}`;
}
