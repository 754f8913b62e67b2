/**
 * Runs background jobs by pg-boss on the same database: when one is due, exactly one process of the cluster gets it, and when
 * that one dies another gets it again. pg-boss and its modules are imported when the rush of a start is over.
 */
import type { JobWithMetadata, PgBoss } from "pg-boss";
import {
  JOB_EXPIRES_S, JOB_HEARTBEAT_S, JOB_POLL_EMBEDDED_S, JOB_POLL_S, JOB_RETRIES, JOB_RETRY_AFTER_MAX_S, JOB_RETRY_AFTER_S, JOB_SCHEDULE_EVERY_S, JOB_STOP_MS, JOB_SUPERVISE_S,
  MAX_JOB_SENTENCE_CHARS, MAX_JOB_SENTENCES,
} from "../limits.ts";
import type { Log } from "../log.ts";
import type { Database } from "../persistence/database.ts";
import { AppError } from "../protocol/codes.ts";
import type { Clock } from "../runtime/ports.ts";
import { pause } from "../timers.ts";
import { bossDatabase } from "./boss-database.ts";
import type { Job } from "./job.ts";
import type { JobRuns, RunResult } from "./job-runs.ts";

/** Where pg-boss keeps its tables. */
export const BOSS_SCHEMA = "pgboss";
const QUEUE = "waystone";

/** In seconds; tests cannot wait for the real ones. */
export interface JobTiming {
  readonly pollS: number;
  readonly heartbeatS: number;
  readonly superviseS: number;
  readonly scheduleEveryS: number;
  readonly retryAfterS: number;
}

export interface JobRunnerOptions {
  readonly db: Pick<Database, "kind" | "sql" | "script">;
  readonly jobs: readonly Job[];
  readonly runs: JobRuns;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the database is known to be away. */
  readonly isDown: () => boolean;
  readonly onRun: (job: string, result: Exclude<RunResult, "running">, tookMs: number) => void;
  readonly timing?: Partial<JobTiming>;
}

export class JobRunner {
  readonly #options: JobRunnerOptions;
  readonly #timing: JobTiming;
  readonly #jobs: ReadonlyMap<string, Job>;
  readonly #ending = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #boss: PgBoss | undefined;
  #worker: string | undefined;
  /** An outage is told once. */
  #troubled = false;

  constructor(options: JobRunnerOptions) {
    this.#options = options;
    this.#jobs = new Map(options.jobs.map((job) => [job.name, job]));
    const pollS = options.db.kind === "embedded" ? JOB_POLL_EMBEDDED_S : JOB_POLL_S;
    this.#timing = { pollS, heartbeatS: JOB_HEARTBEAT_S, superviseS: JOB_SUPERVISE_S, scheduleEveryS: JOB_SCHEDULE_EVERY_S, retryAfterS: JOB_RETRY_AFTER_S, ...options.timing };
  }

  /** Begins to take jobs. Rejects when the database is away; may then be called again. */
  async start(): Promise<void> {
    if (this.#boss !== undefined || this.#ending.signal.aborted) return;
    const boss = await this.#open();
    try {
      await boss.start();
      await this.#schedule(boss);
      if (this.#ending.signal.aborted) return void (await boss.stop({ graceful: false }));
      this.#worker = await boss.work<{ job: string }>(QUEUE, { pollingIntervalSeconds: this.#timing.pollS, includeMetadata: true, batchSize: 1 }, ([job]) => this.#take(job as JobWithMetadata<{ job: string }>));
      this.#boss = boss;
    } catch (error) {
      await boss.stop({ graceful: false }).catch((failure: unknown) => this.#trouble(failure));
      throw error;
    }
  }

  /** Has a job done soon, by whichever process is free. Rejects with E_NOT_FOUND, E_BUSY (it waits or runs already), E_STORAGE. */
  async runNow(name: string): Promise<void> {
    const job = this.#jobs.get(name);
    if (job === undefined) throw new AppError("E_NOT_FOUND", `There is no job ${name}.`);
    const boss = this.#boss;
    if (boss === undefined) throw new AppError("E_BUSY", "Background jobs have not begun on this process yet. Please try again in a minute.");
    const id = await boss.send(QUEUE, { job: name }, this.#sending(job));
    if (id === null) throw new AppError("E_BUSY", `The job ${name} is waiting or running already.`);
    if (this.#worker !== undefined) boss.notifyWorker(this.#worker);
  }

  /** When a job is due next; undefined while that cannot be told. */
  nextRun(name: string): Date | undefined {
    const job = this.#jobs.get(name);
    return job === undefined ? undefined : (this.#boss?.previewSchedule(job.cron, { count: 1, tz: "UTC" }))?.[0];
  }

  /** Takes no more; what runs is told to end, and is left to another process when it does not. Never rejects. */
  async stop(): Promise<void> {
    if (this.#ending.signal.aborted) return;
    this.#ending.abort(new AppError("E_BUSY", "The process stops."));
    const boss = this.#boss;
    if (boss === undefined) return;
    await Promise.race([Promise.all(this.#running), pause(this.#options.clock, JOB_STOP_MS)]);
    // What has not ended fails here, and so is tried again elsewhere. A database that is away must not hold the end up.
    await Promise.race([boss.stop({ graceful: false }).catch((error: unknown) => this.#trouble(error)), pause(this.#options.clock, JOB_STOP_MS)]);
  }

  async #open(): Promise<PgBoss> {
    const { db, isDown, log } = this.#options;
    const { superviseS, scheduleEveryS, pollS } = this.#timing;
    const { PgBoss: Boss } = await import("pg-boss");
    const boss = new Boss({
      db: bossDatabase(db, isDown), schema: BOSS_SCHEMA, backend: db.kind === "embedded" ? "pglite" : "postgres",
      cronMonitorIntervalSeconds: scheduleEveryS, cronWorkerIntervalSeconds: Math.min(Math.max(pollS, 1), 45), superviseIntervalSeconds: superviseS, monitorIntervalSeconds: superviseS,
      // What it looks after for crowds of queues and jobs: we have one, and a dozen a day.
      queueCacheIntervalSeconds: 3600, flowIntervalSeconds: 3600, bamIntervalSeconds: 3600, registerInstance: false, reindex: false, monitorVacuum: false,
    });
    boss.on("error", (error) => this.#trouble(error));
    boss.on("warning", (warning) => log.debug({ warning }, "background jobs"));
    return boss;
  }

  /** What pg-boss runs into by itself: mostly that the database is away, which others tell of. */
  #trouble(error: unknown): void {
    const { log, isDown } = this.#options;
    const isKnown = isDown() || (error instanceof AppError && error.code === "E_STORAGE");
    if (isKnown || this.#troubled) log.debug({ err: error }, "background jobs have trouble");
    else log.warn({ err: error }, "background jobs have trouble; this is told once until one succeeds");
    this.#troubled ||= !isKnown;
  }

  #sending(job: Job): { singletonKey: string; expireInSeconds: number; heartbeatSeconds: number; retryLimit: number; retryDelay: number; retryBackoff: boolean; retryDelayMax: number } {
    return {
      singletonKey: job.name, expireInSeconds: job.expiresS ?? JOB_EXPIRES_S, heartbeatSeconds: this.#timing.heartbeatS,
      retryLimit: JOB_RETRIES, retryDelay: this.#timing.retryAfterS, retryBackoff: true, retryDelayMax: JOB_RETRY_AFTER_MAX_S,
    };
  }

  async #schedule(boss: PgBoss): Promise<void> {
    // One of a name waits or runs at a time, in the whole cluster.
    if ((await boss.getQueue(QUEUE)) === null) await boss.createQueue(QUEUE, { policy: "exclusive", retryLimit: JOB_RETRIES });
    const known = new Map((await boss.getSchedules(QUEUE)).map((schedule) => [schedule.key, schedule]));
    for (const job of this.#jobs.values()) {
      const options = { ...this.#sending(job), key: job.name, tz: "UTC", missed: "once" as const };
      const before = known.get(job.name);
      known.delete(job.name);
      if (before?.cron !== job.cron || before.options?.heartbeatSeconds !== options.heartbeatSeconds || before.options.expireInSeconds !== options.expireInSeconds) await boss.schedule(QUEUE, job.cron, { job: job.name }, options);
    }
    // Of an older version, or no longer configured.
    for (const key of known.keys()) await boss.unschedule(QUEUE, key);
  }

  async #take(taken: JobWithMetadata<{ job: string }>): Promise<void> {
    const run = this.#run(taken);
    const settled = run.then(() => undefined, () => undefined);
    this.#running.add(settled);
    await settled;
    this.#running.delete(settled);
    await run;
  }

  /** Rejects when it is to be tried again. */
  async #run({ data, signal, retryCount }: JobWithMetadata<{ job: string }>): Promise<void> {
    const { runs, log, clock, onRun } = this.#options;
    const job = this.#jobs.get(data.job);
    // During a deploy another version may have jobs that this one does not know: a later try lands there.
    if (job === undefined) throw new Error(`This version knows no job ${data.job}.`);
    const said: string[] = [];
    const say = (sentence: string): void => {
      if (said.length < MAX_JOB_SENTENCES) said.push(sentence.slice(0, MAX_JOB_SENTENCE_CHARS));
    };
    const ending = AbortSignal.any([signal, this.#ending.signal]);
    const startedMs = clock.nowMs();
    const id = await runs.begin(job.name, retryCount + 1);
    let failure: { readonly error: unknown } | undefined;
    try {
      await job.run({ signal: ending, say });
      this.#troubled = false;
    } catch (error) {
      failure = { error };
      say(error instanceof Error ? error.message : String(error));
    }
    const result = failure === undefined ? "done" : ending.aborted ? "cut" : "failed";
    const tookMs = clock.nowMs() - startedMs;
    onRun(job.name, result, tookMs);
    const fields = { job: job.name, tookMs, said };
    if (failure === undefined) log.debug(fields, "a background job is done");
    else if (result === "cut") log.info(fields, "a background job was cut off, and will be done again");
    else if (retryCount < JOB_RETRIES) log.warn({ ...fields, err: failure.error, attempt: retryCount + 1 }, "a background job failed, and will be tried again");
    else log.error({ ...fields, err: failure.error }, "a background job failed, and is given up until its next turn");
    await runs.end(id, result, said);
    if (failure !== undefined) throw failure.error;
  }
}
