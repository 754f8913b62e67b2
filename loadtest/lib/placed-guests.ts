/** Guests who begin where they are wanted: their characters are put there in the database before they come in. */
import { placeCharacters } from "../../test/support/place-characters.ts";
import { enterAsGuest } from "../bots/link.ts";
import type { Entry } from "../bots/player.ts";

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
  await placeCharacters(databaseUrl, guests.map(({ name }) => name), places);
  return guests.map(({ token }) => ({ token, options: {} }));
}
