/** Says beforehand which process serves which area, by the rows; and looks who does. */
import { openDatabase } from "../../src/persistence/orm.ts";
import type { Database } from "../../src/persistence/database.ts";
import { systemClock } from "../../src/timers.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

export class WorldMap {
  readonly #db: Database;

  private constructor(db: Database) {
    this.#db = db;
  }

  static async open(databaseUrl: string): Promise<WorldMap> {
    return new WorldMap(await openDatabase({ databaseUrl, dataDir: "unused", log: silent, clock: systemClock(() => undefined), allowUnsafe: true }));
  }

  /** These areas are the process's, which listens on `port`; it opens them when somebody comes. */
  async give(port: number, ...areas: string[]): Promise<void> {
    for (const area of areas) {
      await this.#db.sql.query(
        `insert into area_owner as o (area_id, process_id, epoch)
           select $1, (select id from process where address like '%:' || $2 and not fenced order by expires_at desc limit 1), 1
         on conflict (area_id) do update set process_id = excluded.process_id, epoch = o.epoch + 1`, [area, String(port)]);
    }
  }

  /** The port of whoever serves an area. */
  async portOf(area: string): Promise<number | undefined> {
    const [row] = await this.#db.sql.query<{ address: string }>(
      "select p.address from area_owner o join process p on p.id = o.process_id where o.area_id = $1 and not p.fenced and p.expires_at > clock_timestamp()", [area]);
    return row === undefined ? undefined : Number(row.address.split(":").at(-1));
  }

  async close(): Promise<void> {
    await this.#db.close();
  }
}
