/** The process itself: Node's own metrics, what it is made of, room on its disk, faults. */
import { statfs } from "node:fs/promises";
import { collectDefaultMetrics, type Registry } from "prom-client";
import { counter, gauges, type Count } from "./instruments.ts";

export interface ProcessMetrics {
  /** Bugs that were caught; must stay 0. */
  readonly bugs: Count;
  /** Memory and database disagreed; must stay 0. */
  readonly invariantViolations: Count;
}

export function createProcessMetrics(registry: Registry, { version, dataDir }: { readonly version: string; readonly dataDir: string }): ProcessMetrics {
  collectDefaultMetrics({ register: registry });
  gauges(registry, { name: "waystone_build_info", help: "Always 1; what runs here.", labels: ["version", "node"] }, () => [[version, process.version, 1]]);
  gauges(registry, { name: "waystone_data_disk_bytes", help: "The disk that DATA_DIR is on: its size, and what this process may still write.", labels: ["what"] }, async () => {
    const { bsize, blocks, bavail } = await statfs(dataDir);
    return [["size", bsize * blocks], ["free", bsize * bavail]];
  });
  return {
    bugs: counter(registry, { name: "waystone_bugs_total", help: "Faults of the program that were caught." }).with(),
    invariantViolations: counter(registry, { name: "waystone_invariant_violations_total", help: "Times memory and database disagreed." }).with(),
  };
}
