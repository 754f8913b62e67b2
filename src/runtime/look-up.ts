/** Finds out what a decision needs to know that is in no area. */
import type { CharacterId } from "../engine/ids.ts";
import type { Facts, Need } from "../engine/post.ts";
import type { HeardLine } from "../engine/staff.ts";
import type { AreaStore } from "./ports.ts";

/** `heard`: what a character of the area heard last. Rejects with `E_STORAGE` when the database cannot be reached. */
export async function lookUp(store: Pick<AreaStore, "addressee" | "letters" | "somebody" | "openReports">, actor: CharacterId, need: Need, heard: (id: CharacterId) => readonly HeardLine[] = () => []): Promise<Facts> {
  switch (need.type) {
    case "addressee": return { addressee: { asked: need.name, found: (await store.addressee(need.name)) ?? null } };
    case "letters": return { letters: await store.letters(actor) };
    case "somebody": return { somebody: { asked: need.name, found: (await store.somebody?.(need.name)) ?? null } };
    case "heard": {
      // As it was when the command came, and not when the database has answered.
      const lines = heard(actor);
      return { heard: { lines, openReports: (await store.openReports?.(actor)) ?? 0 } };
    }
  }
}
