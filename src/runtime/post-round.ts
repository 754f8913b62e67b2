/** Looks into the outbox and has those told, in whose area this process is, that post is waiting for them. */
import type { CharacterId } from "../engine/ids.ts";
import { OUTBOX_KEPT_MS } from "../limits.ts";
import { AppError } from "../protocol/codes.ts";
import type { Outbox, OutboxRow } from "./ports.ts";

export interface PostRoundDeps {
  readonly outbox: Outbox;
  /** The area of this process where somebody is; undefined: they are in none of them. */
  readonly areaOf: (id: CharacterId) => { readPost(id: CharacterId): Promise<void> } | undefined;
}

/**
 * One round. A row goes once its character has been told, or when it is old: whoever comes into the world has their
 * letters looked for anyway, and collecting reads them from the database. A row told twice tells nothing new. Rejects
 * when the database cannot be reached; the next round does what this one could not.
 */
export async function goPostRound({ outbox, areaOf }: PostRoundDeps): Promise<void> {
  const rows = await outbox.waiting();
  const told = await Promise.all(rows.map((row) => tell(row, areaOf)));
  await outbox.done(rows.filter((_, index) => told[index]));
}

/** True when the row has done its work. */
async function tell(row: OutboxRow, areaOf: PostRoundDeps["areaOf"]): Promise<boolean> {
  const area = areaOf(row.target);
  if (area === undefined) return row.ageMs >= OUTBOX_KEPT_MS;
  try {
    await area.readPost(row.target);
    return true;
  } catch (error) {
    // The area is being closed, or too much waits in it: the next round finds the character wherever it is then.
    if (error instanceof AppError) return false;
    throw error;
  }
}
