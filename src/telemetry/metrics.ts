/** Every metric of the server, by name, in one place (Prometheus conventions: seconds, `_total`). */
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from "prom-client";
import { createRedisMetrics, type RedisMetrics } from "./redis-metrics.ts";

export interface Metrics {
  readonly registry: Registry;
  /** Answered commands by class (durable or not), status and code. */
  readonly commands: Counter<"class" | "status" | "code">;
  /** From taking a command on to its reply. */
  readonly commandSeconds: Histogram<"class">;
  readonly turnedAway: Counter<"code">;
  readonly commitBatchSize: Histogram;
  readonly commitSeconds: Histogram;
  /** Calls of Colyseus to Redis that were answered without it. */
  readonly listingFallbacks: Counter<"call">;
  /** Rows of dead processes that were cleared from Colyseus' listing. */
  readonly listingReaped: Counter;
  readonly redis: RedisMetrics;
  /** Calls to other processes, by name and result. */
  readonly peerSeconds: Histogram<"call" | "result">;
  /** From stopping an area that is given to another process to the last seat told. */
  readonly handOverSeconds: Histogram;
  /** Bugs that were caught; must stay 0. */
  readonly bugs: Counter;
  /** Memory and database disagreed; must stay 0. */
  readonly invariantViolations: Counter;
}

/** What is counted when somebody asks. */
export interface Gauges {
  readonly players: () => number;
  readonly areas: () => number;
  readonly mailbox: () => number;
  readonly commitQueue: () => number;
}

const LATENCY_BUCKETS_S = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** Makes the metrics on a registry of their own. */
export function createMetrics(gauges: Gauges): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number): void => {
    new Gauge({ name, help, registers, collect() { this.set(read()); } });
  };
  gauge("waystone_players", "Characters in the areas of this process.", gauges.players);
  gauge("waystone_areas", "Areas awake in this process.", gauges.areas);
  gauge("waystone_mailbox_tasks", "Commands and other tasks waiting in areas.", gauges.mailbox);
  gauge("waystone_commit_queue", "Commands waiting to be written.", gauges.commitQueue);
  return {
    registry,
    commands: new Counter({ name: "waystone_commands_total", help: "Answered commands.", labelNames: ["class", "status", "code"], registers }),
    commandSeconds: new Histogram({ name: "waystone_command_seconds", help: "From a command to its reply.", labelNames: ["class"], buckets: LATENCY_BUCKETS_S, registers }),
    turnedAway: new Counter({ name: "waystone_turned_away_total", help: "Messages not carried out, by code.", labelNames: ["code"], registers }),
    commitBatchSize: new Histogram({ name: "waystone_commit_batch_commands", help: "Commands per written batch.", buckets: [1, 2, 4, 8, 16, 32, 64], registers }),
    commitSeconds: new Histogram({ name: "waystone_commit_seconds", help: "From sending a batch to its answer.", buckets: LATENCY_BUCKETS_S, registers }),
    listingFallbacks: new Counter({ name: "waystone_listing_fallbacks_total", help: "Calls of Colyseus to Redis that were answered without it.", labelNames: ["call"], registers }),
    listingReaped: new Counter({ name: "waystone_listing_reaped_rows_total", help: "Rows of dead processes cleared from Colyseus' listing.", registers }),
    redis: createRedisMetrics(registry),
    peerSeconds: new Histogram({ name: "waystone_peer_call_seconds", help: "Calls to other processes.", labelNames: ["call", "result"], buckets: LATENCY_BUCKETS_S, registers }),
    handOverSeconds: new Histogram({ name: "waystone_area_hand_over_seconds", help: "Giving an area to another process, from its standing still to the last seat told.", buckets: LATENCY_BUCKETS_S, registers }),
    bugs: new Counter({ name: "waystone_bugs_total", help: "Faults of the program that were caught.", registers }),
    invariantViolations: new Counter({ name: "waystone_invariant_violations_total", help: "Times memory and database disagreed.", registers }),
  };
}
