/** Puts characters into rooms in the database, before they come in. */
import { openDatabase } from "../../src/persistence/orm.ts";
import { quietLog, testClock } from "../contracts/storage/sql-bench.ts";

/** The nth of these names into the nth room. Rejects when one is unknown. */
export async function placeCharacters(databaseUrl: string, names: readonly string[], rooms: readonly string[]): Promise<void> {
  const db = await openDatabase({ databaseUrl, dataDir: "unused", log: quietLog, clock: testClock, allowUnsafe: true });
  try {
    const placed = await db.sql.query(
      "update character set room_id = p.room from unnest($1::text[], $2::text[]) as p (name, room) where character.name = p.name returning character.name",
      [names, rooms],
    );
    if (placed.length !== names.length) throw new Error(`${names.length} characters, ${placed.length} placed`);
  } finally {
    await db.close();
  }
}
