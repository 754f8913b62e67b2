/** Background jobs, as those who look after the world see them. `src/start-jobs.ts` puts it together. */
export interface JobsDesk {
  /** Every job: what it does, when it is due next, how it went last. */
  list(): Promise<readonly object[]>;
  /** The newest runs of one job, or (null) of all. */
  runs(job: string | null): Promise<readonly object[]>;
  has(job: string): boolean;
  /** Has it done soon. Rejects with E_BUSY where it waits or runs already. */
  run(job: string): Promise<void>;
  /** Numbers of the last days, the newest first. */
  days(count: number): Promise<readonly object[]>;
}
