/** Guests who begin where they are wanted: their characters are put there in the database before they come in. */
import { openDatabase } from "../../src/persistence/orm.ts";
import { systemClock } from "../../src/timers.ts";
import { enterAsGuest } from "../bots/link.ts";
import type { Entry } from "../bots/player.ts";

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
/** Guests asked for at a time. */
const AT_ONCE = 8;

/** One for each place. `endpoint` is of a server of the database at `databaseUrl`. */
export async function placedGuests(endpoint: string, databaseUrl: string, places: readonly string[]): Promise<Entry[]> {
  const guests: { token: string; name: string }[] = [];
  let next = 0;
  await Promise.all(Array.from({ length: AT_ONCE }, async () => {
    while (next < places.length) {
      const number = next;
      next += 1;
      guests[number] = await enterAsGuest(endpoint);
    }
  }));
  const db = await openDatabase({ databaseUrl, dataDir: "unused", log: silent, clock: systemClock(() => undefined), allowUnsafe: true });
  try {
    const placed = await db.sql.query(
      "update character set room_id = p.room from unnest($1::text[], $2::text[]) as p (name, room) where character.name = p.name returning character.name",
      [guests.map(({ name }) => name), places],
    );
    if (placed.length !== places.length) throw new Error(`${places.length} guests, ${placed.length} characters placed`);
  } finally {
    await db.close();
  }
  return guests.map(({ token }) => ({ token, options: {} }));
}
