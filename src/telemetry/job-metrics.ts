/** Metrics of background jobs. */
import type { Registry } from "prom-client";
import { counter, gauges, histogram } from "./instruments.ts";

export interface JobMetrics {
  ran(job: string, result: "done" | "failed" | "cut", seconds: number): void;
  /** How jobs stand in the whole cluster, as the database says. */
  states(states: readonly { readonly job: string; readonly lastSuccessS: number | null }[]): void;
}

const JOB_BUCKETS_S = [0.01, 0.05, 0.25, 1, 5, 30, 120, 600, 3600];

export function createJobMetrics(registry: Registry, nowMs: () => number): JobMetrics {
  const success = new Map<string, number>();
  gauges(registry, {
    name: "waystone_job_last_success_timestamp_seconds", labels: ["job"], help: "When a background job last succeeded, on whatever process; every process says the same.",
  }, () => success);
  const runs = counter(registry, { name: "waystone_jobs_total", labels: ["job", "result"], help: "Runs of background jobs that ended on this process: done, failed, or cut off." });
  const seconds = histogram(registry, { name: "waystone_job_seconds", labels: ["job"], help: "How long background jobs took on this process.", buckets: JOB_BUCKETS_S });
  return {
    ran: (job, result, tookS) => {
      runs.with(job, result).inc();
      seconds.with(job).observe(tookS);
      if (result === "done") success.set(job, nowMs() / 1000);
    },
    states: (states) => {
      for (const { job, lastSuccessS } of states) if (lastSuccessS !== null) success.set(job, lastSuccessS);
    },
  };
}
