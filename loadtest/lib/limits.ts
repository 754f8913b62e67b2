/** What a run may be held to, by the name of its option. */
import type { Outcome } from "./outcome.ts";

interface Limit {
  readonly says: string;
  /** Holds unless said otherwise; null: only when it is asked for. */
  readonly otherwise: number | null;
  readonly value: (outcome: Outcome) => number;
}

const limit = (says: string, otherwise: number | null, value: Limit["value"]): Limit => ({ says, otherwise, value });

export const LIMITS = {
  p50: limit("ms from a command to its answer, half of them", null, ({ all }) => all.quantile(0.5)),
  p95: limit("ms, 95 of a hundred", null, ({ all }) => all.quantile(0.95)),
  p99: limit("ms, 99 of a hundred", null, ({ all }) => all.quantile(0.99)),
  max: limit("ms, each", null, ({ all }) => all.maxMs),
  "durable-p99": limit("ms, 99 of a hundred of those that write", null, ({ durable }) => durable.quantile(0.99)),
  "ephemeral-p99": limit("ms, 99 of a hundred of the others", null, ({ ephemeral }) => ephemeral.quantile(0.99)),
  "transfer-p99": limit("ms until one stands in another area, 99 of a hundred", null, ({ classes }) => classes.transfer.quantile(0.99)),
  "far-transfer-p99": limit("the same, of areas that another process serves", null, ({ farTransfers }) => farTransfers.quantile(0.99)),
  "delivery-p99": limit("ms until others hear what somebody says", null, ({ delivery }) => delivery.quantile(0.99)),
  lost: limit("lines that somebody missed (0 unless given)", 0, ({ lost }) => lost.length),
  disorder: limit("lines that came out of order (0 unless given)", 0, ({ disorder }) => disorder),
  failed: limit("commands without a proper answer (0 unless given)", 0, ({ failed }) => Object.values(failed).reduce((sum, count) => sum + count, 0)),
  bugs: limit("faults of the program that the server caught (0 unless given)", 0, ({ bugs }) => bugs),
  "kb-per-player": limit("kB of the servers' memory for each player", null, ({ kbPerPlayer }) => kbPerPlayer),
  "cpu-us": limit("µs of the servers' processor time for each command", null, ({ cpuUs }) => cpuUs.server),
  "mb-growth": limit("MB that the servers' memory grows over the second half", null, ({ growthMb }) => growthMb),
  "live-kb-per-player": limit("kB in use for each player once the garbage is collected (with --live)", null, ({ liveKbPerPlayer }) => liveKbPerPlayer),
  "live-mb-growth": limit("MB that grows over the second half (with --live)", null, ({ liveGrowthMb }) => liveGrowthMb),
} as const satisfies Record<string, Limit>;

export type LimitName = keyof typeof LIMITS;

/** A sentence for each limit that is broken. */
export function brokenLimits(limits: Readonly<Partial<Record<LimitName, number>>>, outcome: Outcome): string[] {
  return (Object.entries(limits) as [LimitName, number][]).flatMap(([name, most]) => {
    const value = LIMITS[name].value(outcome);
    if (Number.isNaN(value)) return name === "transfer-p99" || name === "delivery-p99" ? [] : [`--${name} ${most}: nothing was measured`];
    return value <= most ? [] : [`--${name} ${most}: it is ${Number.isInteger(value) ? value : value.toFixed(1)}`];
  });
}
