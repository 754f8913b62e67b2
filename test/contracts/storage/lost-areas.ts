/** A process that stalled for longer than its lease learns from its next renewal what others have taken. */
import { expect, it } from "vitest";
import { ProcessLease } from "../../../src/cluster/lease-postgres.ts";
import type { AreaId } from "../../../src/engine/ids.ts";
import { names } from "./bench.ts";
import { quietLog, testClock, type SqlBench } from "./sql-bench.ts";

export function lostAreaSuite(open: () => SqlBench): void {
  it("are told by the renewal", async () => {
    const { db: { sql } } = open();
    const name = names();
    const [taken, kept] = [name("taken") as AreaId, name("kept") as AreaId];
    const serving = new Map<AreaId, number>();
    const lost: [AreaId, number][] = [];
    const sleeper = new ProcessLease({
      sql, clock: testClock, log: quietLog, serving: () => serving, onLost: (area, epoch) => lost.push([area, epoch]),
    });
    const other = new ProcessLease({ sql, clock: testClock, log: quietLog });
    const start = (lease: ProcessLease, host: string): Promise<unknown> => lease.start({ hostId: name(host), port: 1, address: "", colyseusId: null });
    await start(sleeper, "sleeper");
    await start(other, "other");
    for (const area of [taken, kept]) serving.set(area, (await sleeper.acquire(area) as { epoch: number }).epoch);
    await sql.query("update process set expires_at = clock_timestamp() - interval '1 second' where id = $1", [sleeper.id]);
    await sql.query("update process set steady_since = clock_timestamp() - interval '1 minute' where id = $1", [other.id]);
    const epoch = serving.get(taken)!;
    expect(await other.acquire(taken)).toEqual({ epoch: epoch + 1 });

    // Whoever asks for an area with a lease that has run out renews it first.
    await sleeper.acquire(name("more") as AreaId);
    expect(lost).toEqual([[taken, epoch]]);
    await Promise.all([sleeper.stop(), other.stop()]);
  });
}
