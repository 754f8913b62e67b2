/** What the operating system says a process has used. Linux only: it reads /proc. */
import { readFileSync } from "node:fs";

/** Clock ticks a second in /proc; fixed at 100 for user space on Linux (man proc, USER_HZ). */
const TICKS_PER_S = 100;

/** Seconds of processor time of a process, all threads. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S;
}

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) * 1024;
}
