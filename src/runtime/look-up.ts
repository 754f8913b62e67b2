/** Finds out what a decision needs to know that is in no area. */
import type { CharacterId } from "../engine/ids.ts";
import type { Facts, Need } from "../engine/post.ts";
import type { AreaStore } from "./ports.ts";

/** Rejects with `E_STORAGE` when the database cannot be reached. */
export async function lookUp(store: Pick<AreaStore, "addressee" | "letters">, actor: CharacterId, need: Need): Promise<Facts> {
  switch (need.type) {
    case "addressee": return { addressee: { asked: need.name, found: (await store.addressee(need.name)) ?? null } };
    case "letters": return { letters: await store.letters(actor) };
  }
}
