/** How long players had to wait because of a fault. */
import type { Asked, FaultRecord, Player } from "./evidence.ts";

export interface Waits {
  /** From the (last) strike to the first command done of each player who was affected, in ms. */
  readonly recoveriesMs: readonly number[];
  /** The longest wait for one answer of each player, from the first strike until everybody plays again, in ms. */
  readonly pausesMs: readonly number[];
}

export function waitsOf(fault: FaultRecord, players: readonly Player[]): Waits {
  const firstMs = fault.strikes[0]!.atMs;
  const lastMs = fault.strikes.at(-1)!.atMs;
  const affected = players.filter(({ name }) => fault.affected.has(name));
  return {
    recoveriesMs: affected.flatMap(({ asked }) => firstDoneMs(asked, lastMs) ?? []).map((atMs) => atMs - lastMs),
    pausesMs: players.flatMap(({ asked }) => longestWaitMs(asked, firstMs, fault.healedMs) ?? []),
  };
}

/** Not what was answered before the strike and only arrived after it: what was sent after it, or came over a new connection. */
function firstDoneMs(asked: readonly Asked[], strikeMs: number): number | undefined {
  const done = asked.filter(({ answeredMs, sentMs, welcomedMs, status }) =>
    answeredMs !== null && answeredMs > strikeMs && (sentMs >= strikeMs || welcomedMs >= strikeMs) && (status === "ok" || status === "refused"));
  return done.length === 0 ? undefined : Math.min(...done.map(({ answeredMs }) => answeredMs!));
}

function longestWaitMs(asked: readonly Asked[], fromMs: number, toMs: number): number | undefined {
  const waits = asked.filter(({ sentMs, answeredMs }) => answeredMs !== null && answeredMs >= fromMs && sentMs <= toMs).map(({ sentMs, answeredMs }) => answeredMs! - sentMs);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** The value that `share` (0 to 1) of the sorted values do not exceed; undefined for none. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
