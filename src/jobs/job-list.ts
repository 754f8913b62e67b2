/** Every background job: what it does, and when (UTC). */
import type { CharacterId } from "../engine/ids.ts";
import { PostgresAccountCareStore } from "../persistence/account-care-store.ts";
import type { Database } from "../persistence/database.ts";
import { keepJournal } from "../persistence/journal-months.ts";
import { runBackup, type BackupJobOptions } from "./backup-job.ts";
import { checkIn, type Job } from "./job.ts";
import type { JobRuns } from "./job-runs.ts";
import { makeLeaderboards } from "./leaderboards.ts";
import { countAccounts, countJournal } from "./statistics.ts";
import { clearGuests, liftExpired, removeErased, sweepOrders, sweepSessions } from "./sweeps.ts";

export interface JobListDeps {
  readonly db: Pick<Database, "background" | "reads" | "kind">;
  readonly dataDir: string;
  readonly runs: JobRuns;
  readonly guestDays: number;
  /** Whether somebody is in the world, on whatever process. */
  readonly isHere: (id: CharacterId) => boolean;
  /** Null: this server is not backed up by itself. */
  readonly backup: ({ readonly cron: string } & BackupJobOptions) | null;
}

/** A backup of a large world takes its time. */
const BACKUP_EXPIRES_S = 6 * 3600;
const ARCHIVING_EXPIRES_S = 2 * 3600;

export function jobList({ db, dataDir, runs, guestDays, isHere, backup }: JobListDeps): readonly Job[] {
  const sql = db.background;
  const care = new PostgresAccountCareStore(sql);
  const jobs: Job[] = [
    {
      name: "journal", cron: "20 3 * * *", expiresS: ARCHIVING_EXPIRES_S, about: "Makes the months of the journal that come, archives and drops old ones, indexes those that are over.",
      run: async ({ say }) => (await keepJournal({ db: { sql, kind: db.kind }, dataDir })).forEach((sentence) => say(sentence)),
    },
    {
      name: "statistics", cron: "*/15 * * * *", about: "Counts what was done on each day, and where everybody has been.",
      run: async (run) => {
        await countJournal(sql, run);
        await countAccounts(sql);
      },
    },
    { name: "leaderboards", cron: "7 * * * *", about: "Works out who has most of what.", run: async () => makeLeaderboards(db.reads, sql) },
    {
      name: "guests", cron: "25,55 * * * *", about: "Ends guests who can come back no more.",
      run: async (run) => clearGuests({ care, unusedDays: guestDays, isHere }, run),
    },
    {
      name: "expired", cron: "*/10 * * * *", about: "Takes bans and mutes that are over off the rows, and what deleted characters still needed until they were gone.",
      run: async (run) => {
        await liftExpired(sql, run);
        await care.sweepErased();
      },
    },
    {
      name: "sweep", cron: "40 3 * * *", about: "Clears away what sessions, orders, deleted characters and jobs left long ago.",
      run: async (run) => {
        await sweepSessions(sql, run);
        await sweepOrders(sql, run);
        await removeErased(sql, run);
        checkIn(run);
        await runs.forget();
      },
    },
  ];
  if (backup !== null) {
    jobs.push({ name: "backup", cron: backup.cron, expiresS: BACKUP_EXPIRES_S, about: "Writes a backup, checked, and removes the oldest beyond those to be kept.", run: (run) => runBackup(backup, run) });
  }
  return jobs;
}
