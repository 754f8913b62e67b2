/** Processor time of a PostgreSQL by part, as Linux counts it. */
import { readdirSync, readFileSync } from "node:fs";

/** In ms: of the processes that serve connections, and of all others (they flush, write pages back, clear away). */
export interface DatabaseTime { readonly sessions: number; readonly rest: number }

const MS_PER_TICK = 10;
const NS_PER_MS = 1e6;

/** Counts the processes that there are; what has ended since is in the time of the postmaster's children, in `rest`. */
export function databaseTime(postmaster: number, user: string): DatabaseTime {
  const time = { sessions: 0, rest: 0 };
  for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
    const own = Number(pid) === postmaster;
    const fields = own ? stat(pid) : childOf(pid, postmaster);
    if (fields === undefined) continue;
    const ms = Number(read(`/proc/${pid}/schedstat`)?.split(" ")[0] ?? 0) / NS_PER_MS;
    if (read(`/proc/${pid}/cmdline`)?.startsWith(`postgres: ${user} `) === true) time.sessions += ms;
    else time.rest += ms;
    if (own) time.rest += (Number(fields[13]) + Number(fields[14])) * MS_PER_TICK;
  }
  return time;
}

function childOf(pid: string, parent: number): string[] | undefined {
  const fields = stat(pid);
  return Number(fields?.[1]) === parent ? fields : undefined;
}

/** The fields from the third on ("state"), where the second cannot confuse them. */
function stat(pid: string): string[] | undefined {
  const text = read(`/proc/${pid}/stat`);
  return text?.slice(text.lastIndexOf(")") + 2).split(" ");
}

/** Undefined: the process has ended. */
function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}
