/** What a running server does for backups: it copies the embedded database for whoever asks, and says when there was one. */
import type { Registry } from "prom-client";
import type { Config } from "./config.ts";
import { SNAPSHOT_LOOK_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import { newestBackupAt } from "./persistence/backup/manifest.ts";
import { answerRequests, sweepSnapshots } from "./persistence/backup/snapshot-requests.ts";
import type { Database } from "./persistence/database.ts";
import type { Clock } from "./runtime/ports.ts";
import { createBackupMetrics } from "./telemetry/backup-metrics.ts";
import { interval, type Stop } from "./timers.ts";

export interface BackupsDeps {
  readonly config: Config;
  readonly world: string;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly onError: (error: unknown) => void;
}

/** Answers how to stop it. */
export function startBackups({ config, world, db, clock, log, registry, onError }: BackupsDeps): Stop {
  createBackupMetrics(registry, () => newestBackupAt(world, config.backupDir));
  if (db.kind !== "embedded") return () => undefined;
  sweepSnapshots(config.dataDir, clock.nowMs()).catch(onError);
  return interval(async () => {
    const made = await answerRequests({ dataDir: config.dataDir, snapshot: (to) => db.snapshot(to), nowMs: () => clock.nowMs(), onError });
    for (const { bytes, heldMs } of made) log.info({ bytes, heldMs: Math.round(heldMs) }, "the database was copied for a backup");
  }, SNAPSHOT_LOOK_MS, onError);
}
