/**
 * What a restored or moved world must not say any more: that somebody serves it. Epochs begin above all that were ever given
 * out, so that a process from before, which may still live, can write nothing and ends at its next beat.
 */
import type { Sql } from "../sql.ts";

/** Where epochs of areas begin that nobody has owned yet; `ACQUIRE` in `src/cluster/lease-postgres.ts` reads it. */
export const EPOCH_FLOOR = "epoch_floor";

export interface SettleOptions {
  /**
   * The world goes back to an earlier moment: everybody logs in anew. A token that was ended since (a ban, another password)
   * would be good again otherwise.
   */
  readonly endTokens: boolean;
}

/**
 * The floor is the second since 1970: above whatever the same backup was given when it was restored before, as areas change
 * hands less than once a second.
 */
export async function settle(sql: Sql, { endTokens }: SettleOptions): Promise<void> {
  await sql.transaction(async (tx) => {
    await tx.query("delete from process");
    const [row] = await tx.query<{ floor: string }>("select greatest(coalesce(max(epoch), 0), extract(epoch from clock_timestamp())::bigint)::text as floor from area_owner");
    const floor = row?.floor ?? "0";
    await tx.query("update area_owner set process_id = null, epoch = $1::bigint + 1", [floor]);
    await tx.query(
      "insert into world_meta (key, value) values ($1, to_jsonb($2::bigint)) on conflict (key) do update set value = excluded.value", [EPOCH_FLOOR, floor],
    );
    // Minutes since 1970: above whatever version a token of the time in between can have.
    if (endTokens) await tx.query("update account set token_version = greatest(token_version, (extract(epoch from clock_timestamp()) / 60)::int) + 1");
  });
}
