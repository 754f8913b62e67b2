/**
 * Every metric of the server, by Prometheus' conventions (seconds, bytes, `_total`). docs/metrics.md says what each
 * means; `test/e2e/metrics.test.ts` compares the two.
 */
import { Registry } from "prom-client";
import { createClusterMetrics, type ClusterMetrics, type ClusterReadings } from "./cluster-metrics.ts";
import { createCommandMetrics, type CommandMetrics } from "./command-metrics.ts";
import { createProcessMetrics, type ProcessMetrics } from "./process-metrics.ts";
import { createRedisMetrics, type RedisMetrics } from "./redis-metrics.ts";
import { countFailedReadings } from "./instruments.ts";
import type { SocketTraffic } from "./socket-traffic.ts";
import { createStorageMetrics, type StorageMetrics, type StorageReadings } from "./storage-metrics.ts";
import { createTrafficMetrics, type DeliveryCounts, type TrafficMetrics } from "./traffic-metrics.ts";

export interface Metrics extends ProcessMetrics {
  readonly registry: Registry;
  readonly commands: CommandMetrics;
  readonly storage: StorageMetrics;
  readonly traffic: TrafficMetrics;
  readonly cluster: ClusterMetrics;
  readonly redis: RedisMetrics;
}

/** What is read when somebody asks; nothing of it before. */
export interface Readings {
  readonly version: string;
  readonly dataDir: string;
  readonly nowMs: () => number;
  readonly storage: StorageReadings;
  readonly cluster: ClusterReadings;
  readonly sockets: () => SocketTraffic | undefined;
  readonly deliveries: () => DeliveryCounts;
  /** The command that a word is a name or an alias of. */
  readonly commandNamed: (word: string) => string | undefined;
  readonly commandNames: readonly string[];
}

/** Makes the metrics on a registry of their own. */
export function createMetrics(read: Readings): Metrics {
  const registry = new Registry();
  countFailedReadings(registry);
  return {
    registry,
    ...createProcessMetrics(registry, read),
    commands: createCommandMetrics(registry, read.commandNamed, read.commandNames),
    storage: createStorageMetrics(registry, read.storage, read.nowMs),
    traffic: createTrafficMetrics(registry, read),
    cluster: createClusterMetrics(registry, read.cluster),
    redis: createRedisMetrics(registry),
  };
}
