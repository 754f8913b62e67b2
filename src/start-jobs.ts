/** Background jobs: begun when the rush of a start is over, shown to those who look after the world, ended with the process. */
import type { Registry } from "prom-client";
import type { Config } from "./config.ts";
import type { CharacterId } from "./engine/ids.ts";
import type { JobsDesk } from "./http/admin/jobs-desk.ts";
import { JobRuns } from "./jobs/job-runs.ts";
import type { JobRunner } from "./jobs/job-runner.ts";
import { readLeaderboards, type Leaderboards } from "./jobs/leaderboards.ts";
import type { Job } from "./jobs/job.ts";
import { JOB_STATES_EVERY_MS, JOBS_START_AFTER_MS, JOBS_START_AGAIN_MS, LEADERBOARD_KEPT_MS } from "./limits.ts";
import type { Log } from "./log.ts";
import type { Database } from "./persistence/database.ts";
import { AppError } from "./protocol/codes.ts";
import type { Clock } from "./runtime/ports.ts";
import { createJobMetrics } from "./telemetry/job-metrics.ts";
import { interval, timeout } from "./timers.ts";

export interface JobsOptions {
  readonly config: Config;
  readonly db: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly registry: Registry;
  readonly processId: () => string;
  readonly isDown: () => boolean;
  readonly isHere: (id: CharacterId) => boolean;
  /** Of this process, for the programs that jobs start. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly onError: (error: unknown) => void;
}

export interface StartedJobs {
  readonly desk: JobsDesk;
  /** For `GET /api/leaderboard`. */
  leaderboards(): Promise<Leaderboards>;
  /** Reads the modules that jobs need, which would be done when they begin. */
  warmUp(): Promise<void>;
  /** Takes no more jobs; what runs goes on elsewhere. Never rejects. */
  stop(): Promise<void>;
}

/** As late as can be: they are many. */
const readModules = () => Promise.all([import("./jobs/job-runner.ts"), import("./jobs/job-list.ts")]);

export function startJobs(options: JobsOptions): StartedJobs {
  const { config, db, clock, log, isDown, onError } = options;
  const runs = new JobRuns(db.sql, options.processId);
  const metrics = createJobMetrics(options.registry, () => clock.nowMs());
  let jobs: readonly Job[] = [];
  let runner: JobRunner | undefined;
  let stopped = false;
  let complained = false;
  let stopAgain: () => void = () => undefined;

  const readStates = async (): Promise<void> => {
    if (isDown() || jobs.length === 0) return;
    try {
      metrics.states(await runs.states(jobs.map(({ name }) => name)));
    } catch (error) {
      if (!(error instanceof AppError && error.code === "E_STORAGE")) throw error;
    }
  };
  const begin = async (): Promise<void> => {
    if (stopped) return;
    try {
      const [{ JobRunner: Runner }, { jobList }] = await readModules();
      jobs = jobList({
        db, dataDir: config.dataDir, runs, guestDays: config.guestDays, isHere: options.isHere,
        backup: config.backups === null ? null : { ...config.backups, env: options.env },
      });
      if (!config.runsJobs) return await readStates();
      runner ??= new Runner({ db, jobs, runs, clock, log, isDown, onRun: (job, result, tookMs) => { metrics.ran(job, result, tookMs / 1000); readStates().catch(onError); } });
      if (isDown()) throw new AppError("E_STORAGE");
      await runner.start();
      await readStates();
    } catch (error) {
      if (stopped) return;
      // Away, or without the right to make a schema: the world goes on without, and it is tried again. The one is known, the other told once.
      const isAway = error instanceof AppError && error.code === "E_STORAGE" && isDown();
      log[isAway || complained ? "debug" : "warn"]({ err: error }, "background jobs could not begin; it is tried again every minute");
      complained ||= !isAway;
      stopAgain = timeout(begin, JOBS_START_AGAIN_MS, onError);
    }
  };
  const stopFirst = timeout(begin, JOBS_START_AFTER_MS, onError);
  const stopReading = interval(readStates, JOB_STATES_EVERY_MS, onError);

  let kept: { readonly atMs: number; readonly boards: Promise<Leaderboards> } | undefined;
  return {
    desk: {
      async list() {
        const states = new Map((await runs.states(jobs.map(({ name }) => name))).map((state) => [state.job, state]));
        return jobs.map(({ name, about, cron }) => {
          const state = states.get(name);
          return { name, about, cron, next: runner?.nextRun(name)?.toISOString() ?? null, last_result: state?.lastResult ?? null, last_success: state?.lastSuccessS ? new Date(state.lastSuccessS * 1000).toISOString() : null };
        });
      },
      runs: (job) => runs.latest(job),
      has: (job) => jobs.some(({ name }) => name === job),
      async run(job) {
        if (!config.runsJobs) throw new AppError("E_BUSY", "This process runs no background jobs (WAYSTONE_JOBS=off); please ask another one.");
        if (runner === undefined) throw new AppError("E_BUSY", "Background jobs have not begun on this process yet. Please try again in a minute.");
        await runner.runNow(job);
      },
      days: async (count) => (await import("./jobs/statistics.ts")).lastDays(db.reads, count),
    },
    leaderboards: () => {
      if (kept === undefined || clock.nowMs() - kept.atMs > LEADERBOARD_KEPT_MS) {
        const boards = readLeaderboards(db.reads);
        const own = { atMs: clock.nowMs(), boards };
        kept = own;
        // One that failed is asked for again by the next.
        boards.catch(() => { if (kept === own) kept = undefined; });
      }
      return kept.boards;
    },
    async warmUp() {
      await readModules();
      if (config.runsJobs) await import("pg-boss");
    },
    async stop() {
      stopped = true;
      stopFirst();
      stopAgain();
      stopReading();
      await runner?.stop();
    },
  };
}
