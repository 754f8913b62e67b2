/** What a background job is. `job-list.ts` has all of them; `job-runner.ts` runs them, each once in the whole cluster. */

export interface JobRun {
  /** Aborted when the process stops, or the job has lost its claim or taken too long: whatever it is at must end soon. */
  readonly signal: AbortSignal;
  /** Something the operator may want to know of this run, a sentence. */
  readonly say: (sentence: string) => void;
}

export interface Job {
  /** In metrics, in the list of runs, and in the address of the admin API. */
  readonly name: string;
  /** What it does, one sentence. */
  readonly about: string;
  /** When, as a cron expression in UTC. Missed while nobody ran (a server that is off at night): made up for, once. */
  readonly cron: string;
  /** How long it may take, in s; JOB_EXPIRES_S where it is not given. */
  readonly expiresS?: number;
  /**
   * Does it. May be cut off anywhere by the end of the process, and is then done again from the beginning; and in the worst
   * case (a process that was frozen and wakes up) twice at a time. So whatever it does is done in steps that are whole or not
   * at all, and can be repeated.
   */
  readonly run: (run: JobRun) => Promise<void>;
}

/** Ends a job between two steps when it shall end. Throws the signal's reason. */
export const checkIn = ({ signal }: Pick<JobRun, "signal">): void => signal.throwIfAborted();
