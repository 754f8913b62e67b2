/** What this machine says of itself: how late the event loop runs and how busy it is, and where others reach it. */
import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Config } from "./config.ts";

const LAG_RESOLUTION_MS = 10;

/** Measures the event loop from now on. */
export function watchLag(): ReturnType<typeof monitorEventLoopDelay> {
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  return lag;
}

/** How late the event loop ran since the last beat, in ms: the mean tells of load, a single long pause does not. */
export function recentLagMs(lag: ReturnType<typeof monitorEventLoopDelay>): number {
  const lateMs = Math.max(0, lag.mean / 1e6 - LAG_RESOLUTION_MS);
  lag.reset();
  return Number.isFinite(lateMs) ? lateMs : 0;
}

/** Answers the share of the time since it was last asked in which the event loop had something to do, 0 to 1. */
export function watchBusy(): () => number {
  let last = performance.eventLoopUtilization();
  return () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  };
}

/** A name or address under which other processes, and clients that are near, reach this one. */
export function internalHost(config: Config): string {
  const name = config.internalHost ?? (config.host === "0.0.0.0" || config.host === "::" ? firstAddress() : config.host);
  return isIPv6(name) ? `[${name}]` : name;
}

const firstAddress = (): string => Object.values(networkInterfaces()).flat().find((face) => face?.family === "IPv4" && !face.internal)?.address ?? "127.0.0.1";
