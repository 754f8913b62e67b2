/** The table `intent`: what operators want done by the owners of areas. */
import type { DurableEvent } from "../engine/events.ts";
import type { AreaId } from "../engine/ids.ts";
import { MAX_INTENTS_AT_ONCE } from "../limits.ts";
import { newId } from "./new-id.ts";
import type { Sql } from "./sql.ts";

/** As `src/runtime/intents.ts` takes them (its port has the same shape). */
interface Waiting { readonly id: string; readonly area: AreaId; readonly entry: string; readonly events: readonly DurableEvent[]; readonly force: boolean; readonly doneBefore: boolean }
interface Outcome { readonly kind: "done" | "refused" | "done-before"; readonly said: readonly string[] }

/** All methods reject with `StorageError`. */
export class PostgresIntentStore {
  readonly #sql: Sql;

  constructor(sql: Sql) {
    this.#sql = sql;
  }

  waiting(areas: readonly AreaId[]): Promise<Waiting[]> {
    return this.#sql.query<Waiting>(
      `select i.id, i.area_id as area, i.entry::text as entry, i.force, (select j.events from journal j where j.id = i.entry) as events,
         exists (select 1 from journal_key k where k.key = 'w:undo:' || i.entry) as "doneBefore"
       from intent i where i.done_at is null and i.kind = 'undo' and i.area_id = any($1::text[]) order by i.made_at limit ${MAX_INTENTS_AT_ONCE}`, [areas],
    );
  }

  async finish(id: string, { kind, said }: Outcome): Promise<void> {
    await this.#sql.query("update intent set done_at = now(), outcome = $2, said = $3::jsonb where id = $1", [id, kind, JSON.stringify(said)]);
  }

  async add(intent: { area: AreaId; entry: string; force: boolean }): Promise<string> {
    const id = newId();
    await this.#sql.query("insert into intent (id, area_id, entry, force) values ($1, $2, $3, $4)", [id, intent.area, intent.entry, intent.force]);
    return id;
  }

  /** Takes it back, if nobody has begun with it; false: it is done. */
  async withdraw(id: string): Promise<boolean> {
    return (await this.#sql.query("delete from intent where id = $1 and done_at is null returning id", [id])).length > 0;
  }

  async outcome(id: string): Promise<Outcome | undefined> {
    const [row] = await this.#sql.query<Outcome>("select outcome as kind, said from intent where id = $1 and done_at is not null", [id]);
    return row;
  }
}
