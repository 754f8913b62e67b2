/** What goes over the wire: connections, bytes, frames, lines, people who walk into another area, HTTP requests. */
import type { Registry } from "prom-client";
import { counter, countedElsewhere, gauges, histogram, LATENCY_BUCKETS_S } from "./instruments.ts";
import type { SocketTraffic } from "./socket-traffic.ts";

/** Counted where it happens, as plain numbers. */
export interface DeliveryCounts {
  /** `events` frames, and the lines in them. */
  readonly frames: number;
  readonly lines: number;
  /** Frames of the synced state. */
  readonly patches: number;
  /** Connections cut since they did not read what was sent. */
  readonly slowCuts: number;
}

export interface HttpAnswer {
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

export type WayResult = "here" | "elsewhere" | "refused";

export interface TrafficMetrics {
  readonly http: (answer: HttpAnswer) => void;
  /** Somebody who walks over a border has a seat over there, or none. */
  readonly way: (result: WayResult, ms: number) => void;
}

export function createTrafficMetrics(registry: Registry, read: { readonly sockets: () => SocketTraffic | undefined; readonly deliveries: () => DeliveryCounts }): TrafficMetrics {
  gauges(registry, { name: "waystone_connections", help: "Open connections of this process's port, by what they carry.", labels: ["kind"] }, () => {
    const open = read.sockets()?.open();
    return [["websocket", open?.websocket ?? 0], ["http", open?.http ?? 0]];
  });
  countedElsewhere(registry, { name: "waystone_network_bytes_total", help: "Bytes of this process's port, as TCP carries them.", labels: ["kind", "direction"] }, () => {
    const bytes = read.sockets()?.bytes();
    return (["websocket", "http"] as const).flatMap((kind) => [[kind, "in", bytes?.[kind].in ?? 0], [kind, "out", bytes?.[kind].out ?? 0]] as const);
  });
  countedElsewhere(registry, { name: "waystone_delivered_lines_total", help: "Lines sent to players, once for each who gets it (replies not counted)." }, () => [[read.deliveries().lines]]);
  countedElsewhere(registry, { name: "waystone_delivered_frames_total", help: "Frames sent to players.", labels: ["kind"] }, () => [["lines", read.deliveries().frames], ["state", read.deliveries().patches]]);
  countedElsewhere(registry, { name: "waystone_slow_connections_cut_total", help: "Connections cut since they did not read what was sent to them." }, () => [[read.deliveries().slowCuts]]);

  const ways = counter(registry, { name: "waystone_transfers_total", help: "Walks over the border of an area, by who serves the other one.", labels: ["result"] });
  const waySeconds = histogram(registry, { name: "waystone_transfer_seat_seconds", help: "How long a seat in the next area took to get.", labels: ["result"], buckets: LATENCY_BUCKETS_S });
  // There from the beginning: what appears with its first event has no rate of it.
  for (const result of ["here", "elsewhere", "refused"]) ways.with(result);
  for (const result of ["here", "elsewhere"]) waySeconds.with(result);

  const requests = counter(registry, { name: "waystone_http_requests_total", help: "Answered HTTP requests.", labels: ["route", "status"] });
  const httpSeconds = histogram(registry, { name: "waystone_http_request_seconds", help: "From an HTTP request to the end of its answer.", labels: ["route"], buckets: LATENCY_BUCKETS_S });
  for (const route of ["/auth/login", "/admin/api/login"]) for (const status of ["200", "401", "429"]) requests.with(route, status);
  return {
    http: ({ route, status, seconds }) => {
      requests.with(route, String(status)).inc();
      httpSeconds.with(route).observe(seconds);
    },
    way: (result, ms) => {
      ways.with(result).inc();
      if (result !== "refused") waySeconds.with(result).observe(ms / 1000);
    },
  };
}
