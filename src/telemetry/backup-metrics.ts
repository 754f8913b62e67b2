/** When the world was backed up last: what an alert must know is how long ago, not how often it failed. */
import type { Registry } from "prom-client";
import { gauges } from "./instruments.ts";

/** `lastSuccess`: when the newest complete backup was made, whoever made it; undefined: there is none. */
export function createBackupMetrics(registry: Registry, lastSuccess: () => Promise<Date | undefined>): void {
  gauges(registry, { name: "waystone_backup_last_success_timestamp_seconds", help: "When the newest complete backup was made; 0: there is none." }, async () =>
    [[((await lastSuccess())?.getTime() ?? 0) / 1000]]);
}
