/** Metrics of Redis, the bus and the hot cache. Every label comes from a fixed set. */
import { Counter, Gauge, Histogram, type Registry } from "prom-client";

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

export function createRedisMetrics(registry: Registry): RedisMetrics {
  const registers = [registry];
  const links = new Map<string, LinkState>();
  const stateGauge = (name: string, help: string, read: (state: LinkState) => boolean): void => {
    new Gauge({ name, help, labelNames: ["role"], registers, collect() { for (const [role, state] of links) this.set({ role }, read(state) ? 1 : 0); } });
  };
  stateGauge("waystone_redis_up", "1 while a connection to Redis is there and answers.", (state) => state.up);
  stateGauge("waystone_redis_breaker_open", "1 while no commands are sent because too many failed.", (state) => state.broken);
  const commands = new Counter({ name: "waystone_redis_commands_total", help: "Commands (a pipeline is one) to Redis, by result.", labelNames: ["role", "result"], registers });
  const seconds = new Histogram({ name: "waystone_redis_command_seconds", help: "From sending a command to its answer.", labelNames: ["role"], buckets: COMMAND_BUCKETS_S, registers });
  const messages = new Counter({ name: "waystone_bus_messages_total", help: "Events on the bus, by direction, type and what came of them.", labelNames: ["direction", "type", "result"], registers });
  const propagation = new Histogram({ name: "waystone_bus_propagation_seconds", help: "From publishing an event to receiving it, by both machines' clocks.", buckets: PROPAGATION_BUCKETS_S, registers });
  const reads = new Counter({ name: "waystone_hot_cache_reads_total", help: "Keys looked for in the hot cache.", labelNames: ["what", "result"], registers });
  const lines = new Counter({ name: "waystone_recorded_lines_total", help: "Lines recorded before they were sent, sent before they were recorded (late), or not recorded.", labelNames: ["result"], registers });
  return {
    command: (role, result, tookS) => {
      commands.inc({ role, result });
      if (result === "ok") seconds.observe({ role }, tookS);
    },
    link: (role, state) => void links.set(role, state),
    message: (direction, type, result) => messages.inc({ direction, type, result }),
    propagated: (tookS) => propagation.observe(tookS),
    looked: (what, result) => reads.inc({ what, result }),
    recorded: (result, count) => lines.inc({ result }, count),
  };
}
