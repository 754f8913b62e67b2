/** What the operating system says a process has used. Linux only: it reads /proc. */
import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc; fixed at 100 for user space on Linux (man proc, USER_HZ). */
const TICKS_PER_S = 100;

/** Seconds of processor time of a process, all threads. */
export function cpuSeconds(pid: number): number {
  const { own } = times(pid);
  return own;
}

/** The same with all children it has and had: a PostgreSQL by its postmaster. */
export function treeCpuSeconds(pid: number): number {
  const { own, ended } = times(pid);
  return own + ended + childrenOf(pid).reduce((sum, child) => sum + (alive(child)?.own ?? 0), 0);
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}

function times(pid: number): { own: number; ended: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ").map(Number);
  // Without the id and the name before them: utime, stime, cutime, cstime.
  return { own: (fields[11]! + fields[12]!) / TICKS_PER_S, ended: (fields[13]! + fields[14]!) / TICKS_PER_S };
}

const childrenOf = (pid: number): number[] => readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").map(Number).filter((child) => child > 0);

/** Undefined: it has ended meanwhile, and counts among the ended. */
function alive(pid: number): { own: number } | undefined {
  try {
    return times(pid);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}
