/**
 * A backup as a job: `npm run backup` in a process of its own, so that reading, packing and checking a whole world takes no
 * time from the players of this one.
 */
import { execFile } from "node:child_process";
import { constants, setPriority } from "node:os";
import { fileURLToPath } from "node:url";
import type { JobRun } from "./job.ts";

const PROGRAM = fileURLToPath(new URL("../persistence/backup-cli.ts", import.meta.url));

export interface BackupJobOptions {
  /** Older backups beyond so many are removed. */
  readonly keep: number;
  /** Of this process: the program is configured as it is. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Instead of the real one, for tests. */
  readonly program?: string;
}

/** Rejects with what the program says is wrong. */
export async function runBackup({ keep, env, program = PROGRAM }: BackupJobOptions, { signal, say }: JobRun): Promise<void> {
  const said = await new Promise<string>((resolve, reject) => {
    const child = execFile(process.execPath, ["--disable-warning=ExperimentalWarning", program, "--keep", String(keep)], { env: { ...env }, signal, killSignal: "SIGTERM" }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(signal.aborted ? signal.reason as Error : new Error(stderr.trim() || error.message, { cause: error }));
    });
    // It has all night.
    if (child.pid !== undefined) setPriority(child.pid, constants.priority.PRIORITY_BELOW_NORMAL);
  });
  for (const line of said.split("\n")) if (line !== "") say(line);
}
