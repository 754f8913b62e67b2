/** Metrics of Redis, the bus and the hot cache. Every label comes from a fixed set. */
import type { Registry } from "prom-client";
import { counter, gauges, histogram, type Count, type Distribution, type Reading } from "./instruments.ts";

export interface LinkState {
  readonly up: boolean;
  readonly broken: boolean;
}

export interface RedisMetrics {
  /** Commands to Redis, by what the connection is for. */
  command(role: string, result: "ok" | "failed" | "refused", seconds: number): void;
  /** Shows a connection's state from now on. */
  link(role: string, state: LinkState): void;
  message(direction: "in" | "out", type: string, result: string): void;
  propagated(seconds: number): void;
  looked(what: "value" | "lines", result: "hit" | "miss" | "error"): void;
  recorded(result: "recorded" | "late" | "unrecorded", lines: number): void;
}

const COMMAND_BUCKETS_S = [0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];
const PROPAGATION_BUCKETS_S = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5];

/** Bound once per connection: every command counts. */
interface RoleSeries {
  readonly seconds: Distribution;
  readonly ok: Count;
  readonly failed: Count;
  readonly refused: Count;
}

export function createRedisMetrics(registry: Registry): RedisMetrics {
  const links = new Map<string, LinkState>();
  const states = (read: (state: LinkState) => boolean) => (): Reading[] => [...links].map(([role, state]) => [role, read(state) ? 1 : 0] as const);
  gauges(registry, { name: "waystone_redis_up", help: "1 while a connection to Redis is there and answers.", labels: ["role"] }, states((state) => state.up));
  gauges(registry, { name: "waystone_redis_breaker_open", help: "1 while no commands are sent because too many failed.", labels: ["role"] }, states((state) => state.broken));
  const commands = counter(registry, { name: "waystone_redis_commands_total", help: "Commands (a pipeline is one) to Redis, by result.", labels: ["role", "result"] });
  const seconds = histogram(registry, { name: "waystone_redis_command_seconds", help: "From sending a command to its answer.", labels: ["role"], buckets: COMMAND_BUCKETS_S });
  const messages = counter(registry, { name: "waystone_bus_messages_total", help: "Events on the bus, by direction, type and what came of them.", labels: ["direction", "type", "result"] });
  const propagation = histogram(registry, { name: "waystone_bus_propagation_seconds", help: "From publishing an event to receiving it, by both machines' clocks.", buckets: PROPAGATION_BUCKETS_S }).with();
  const reads = counter(registry, { name: "waystone_hot_cache_reads_total", help: "Keys looked for in the hot cache.", labels: ["what", "result"] });
  const lines = counter(registry, { name: "waystone_recorded_lines_total", help: "Lines recorded before they were sent, sent before they were recorded (late), or not recorded.", labels: ["result"] });
  const recorded = { recorded: lines.with("recorded"), late: lines.with("late"), unrecorded: lines.with("unrecorded") };
  const roles = new Map<string, RoleSeries>();
  const seriesOf = (role: string): RoleSeries => {
    let series = roles.get(role);
    if (series === undefined) {
      series = { seconds: seconds.with(role), ok: commands.with(role, "ok"), failed: commands.with(role, "failed"), refused: commands.with(role, "refused") };
      roles.set(role, series);
    }
    return series;
  };
  return {
    command: (role, result, tookS) => {
      const series = seriesOf(role);
      series[result].inc();
      if (result === "ok") series.seconds.observe(tookS);
    },
    link: (role, state) => {
      links.set(role, state);
      seriesOf(role);
    },
    message: (direction, type, result) => messages.with(direction, type, result).inc(),
    propagated: (tookS) => propagation.observe(tookS),
    looked: (what, result) => reads.with(what, result).inc(),
    recorded: (result, count) => recorded[result].inc(count),
  };
}
