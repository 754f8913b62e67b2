/** The table `job_run`: what ran when, on which process, and what came of it. */
import { JOB_RUNS_KEPT_DAYS, MAX_JOB_RUNS_LISTED } from "../limits.ts";
import { newId } from "../persistence/new-id.ts";
import type { Sql } from "../persistence/sql.ts";

/** `cut`: its process ended, or it was told to end, before it was through. */
export type RunResult = "running" | "done" | "failed" | "cut";

export interface RunRow {
  readonly id: string;
  readonly job: string;
  readonly process: string;
  /** The first try is 1. */
  readonly attempt: number;
  /** As people read it, UTC. */
  readonly started: string;
  readonly ended: string | null;
  readonly tookS: number | null;
  readonly result: RunResult;
  readonly said: readonly string[];
}

/** How a job stands in the whole cluster. */
export interface JobState {
  readonly job: string;
  /** Seconds since 1970 by the database's clock; null: never. */
  readonly lastSuccessS: number | null;
  readonly lastResult: RunResult;
}

const utc = (column: string): string => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD HH24:MI:SS')`;

/** All methods reject with `StorageError`. */
export class JobRuns {
  readonly #sql: Sql;
  readonly #processId: () => string;

  constructor(sql: Sql, processId: () => string) {
    this.#sql = sql;
    this.#processId = processId;
  }

  /** Answers the run's id. A run of the same job that never ended was cut off with its process: no two run at a time. */
  async begin(job: string, attempt: number): Promise<string> {
    const id = newId();
    await this.#sql.query(
      `with before as (update job_run set result = 'cut', ended_at = now() where job = $2 and ended_at is null)
       insert into job_run (id, job, process_id, attempt) values ($1, $2, $3, $4)`, [id, job, this.#processId(), attempt],
    );
    return id;
  }

  async end(id: string, result: Exclude<RunResult, "running">, said: readonly string[]): Promise<void> {
    await this.#sql.query("update job_run set result = $2, said = $3::jsonb, ended_at = clock_timestamp() where id = $1", [id, result, JSON.stringify(said)]);
  }

  /** The newest first. */
  latest(job: string | null = null): Promise<RunRow[]> {
    return this.#sql.query<RunRow>(
      `select id, job, process_id as process, attempt, ${utc("started_at")} as started, ${utc("ended_at")} as ended,
         extract(epoch from ended_at - started_at)::float8 as "tookS", result, said
       from job_run where $1::text is null or job = $1 order by started_at desc limit ${MAX_JOB_RUNS_LISTED}`, [job],
    );
  }

  states(jobs: readonly string[]): Promise<JobState[]> {
    return this.#sql.query<JobState>(
      `select last.job, last.result as "lastResult",
         (select extract(epoch from s.ended_at)::float8 from job_run s where s.job = last.job and s.result = 'done' order by s.started_at desc limit 1) as "lastSuccessS"
       from unnest($1::text[]) as j(name)
       cross join lateral (select r.job, r.result from job_run r where r.job = j.name order by r.started_at desc limit 1) as last`, [jobs],
    );
  }

  /** Forgets what ran long ago; answers how many. */
  async forget(): Promise<number> {
    return (await this.#sql.query(`delete from job_run where started_at < now() - interval '${JOB_RUNS_KEPT_DAYS} days' returning id`)).length;
  }
}
