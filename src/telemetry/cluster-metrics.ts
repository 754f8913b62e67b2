/** Who serves what: areas and their queues, the lease, calls between processes, areas that change hands. */
import type { Registry } from "prom-client";
import { counter, gauge, histogram, LATENCY_BUCKETS_S } from "./instruments.ts";

export interface ClusterReadings {
  readonly players: () => number;
  readonly playersAnywhere: () => number;
  /** Tasks waiting in each area of this process. */
  readonly mailboxes: () => readonly number[];
  /** Milliseconds since the lease was last renewed. */
  readonly leaseAgeMs: () => number;
  /** Processes alive by the newest beat, this one included. */
  readonly processes: () => number;
  readonly ready: () => boolean;
  readonly draining: () => boolean;
}

export type PeerResult = "ok" | "error" | "refused" | "silent";

export interface ClusterMetrics {
  /** A call to another process. */
  readonly peerCall: (name: string, result: PeerResult, ms: number) => void;
  /** An area was given away; `ms` from its standing still to the last seat told. */
  readonly handedOver: (ms: number) => void;
  /** Another process has an area that this one served. */
  readonly areaLost: () => void;
  readonly listingFellBack: (call: string) => void;
  readonly listingReaped: (rows: number) => void;
}

export function createClusterMetrics(registry: Registry, read: ClusterReadings): ClusterMetrics {
  gauge(registry, "waystone_players", "Characters in the areas of this process.", read.players);
  gauge(registry, "waystone_players_anywhere", "Characters in the world, as this process has heard.", read.playersAnywhere);
  gauge(registry, "waystone_areas", "Areas awake in this process.", () => read.mailboxes().length);
  gauge(registry, "waystone_mailbox_tasks", "Commands and other tasks waiting in all areas of this process.", () => read.mailboxes().reduce((sum, size) => sum + size, 0));
  gauge(registry, "waystone_mailbox_deepest_tasks", "Tasks waiting in the area where most do.", () => Math.max(0, ...read.mailboxes()));
  gauge(registry, "waystone_lease_age_seconds", "Since the lease of this process was last renewed, every two seconds when all is well; it runs out at six.", () => read.leaseAgeMs() / 1000);
  gauge(registry, "waystone_cluster_processes", "Processes that are alive, as this one has heard, itself included.", read.processes);
  gauge(registry, "waystone_ready", "1 while players may be sent here (/readyz).", () => (read.ready() ? 1 : 0));
  gauge(registry, "waystone_draining", "1 while this process closes and gives its areas away.", () => (read.draining() ? 1 : 0));

  const peer = histogram(registry, { name: "waystone_peer_call_seconds", help: "Calls to other processes, by name and result.", labels: ["call", "result"], buckets: LATENCY_BUCKETS_S });
  const handOver = histogram(registry, { name: "waystone_area_hand_over_seconds", help: "Giving an area to another process, from its standing still to the last seat told.", buckets: LATENCY_BUCKETS_S }).with();
  const lost = counter(registry, { name: "waystone_areas_lost_total", help: "Areas that another process had taken while this one still served them." }).with();
  const fallbacks = counter(registry, { name: "waystone_listing_fallbacks_total", help: "Calls of Colyseus to Redis that were answered without it.", labels: ["call"] });
  const reaped = counter(registry, { name: "waystone_listing_reaped_rows_total", help: "Rows of dead processes cleared from Colyseus' listing." }).with();
  for (const result of ["ok", "error", "refused", "silent"]) peer.with("adopt", result);
  return {
    peerCall: (name, result, ms) => peer.with(name, result).observe(ms / 1000),
    handedOver: (ms) => handOver.observe(ms / 1000),
    areaLost: () => lost.inc(),
    listingFellBack: (call) => fallbacks.with(call).inc(),
    listingReaped: (rows) => reaped.inc(rows),
  };
}
