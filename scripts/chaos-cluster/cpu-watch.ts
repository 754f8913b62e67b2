/** What each part of a run takes of the processors, over kills and restarts. Linux only: it reads /proc; elsewhere nothing is known. */
import { existsSync } from "node:fs";
import { cpuSeconds, treeCpuSeconds } from "../../loadtest/lib/cpu.ts";

/** A process that dies takes along what it has used since the last look. */
const LOOK_MS = 500;

/** The processes of a part, as they are now; `tree`: with their children. */
export interface Part {
  readonly name: string;
  readonly tree: boolean;
  readonly pids: () => readonly (number | undefined)[];
}

export interface Used {
  readonly name: string;
  /** Of processor time. */
  readonly seconds: number;
}

export class CpuWatch {
  readonly #parts: readonly Part[];
  /** By part and process: what it had used when the watch began, and at the last look. */
  readonly #used: Map<number, { readonly before: number; last: number }>[];
  readonly #timer: NodeJS.Timeout | undefined;

  /** Looks until `stop`. Processes that are there now count from now on, later ones from their start. */
  constructor(parts: readonly Part[]) {
    this.#parts = existsSync("/proc/self/stat") ? parts : [];
    this.#used = this.#parts.map(() => new Map<number, { readonly before: number; last: number }>());
    this.#look(true);
    this.#timer = this.#parts.length === 0 ? undefined : setInterval(() => this.#look(false), LOOK_MS);
  }

  stop(): Used[] {
    clearInterval(this.#timer);
    this.#look(false);
    return this.#parts.map(({ name }, index) => ({ name, seconds: [...this.#used[index]!.values()].reduce((sum, { before, last }) => sum + last - before, 0) }));
  }

  #look(first: boolean): void {
    for (const [index, { tree, pids }] of this.#parts.entries()) {
      for (const pid of pids()) {
        const now = pid === undefined || pid === 0 ? undefined : usedBy(pid, tree);
        if (now === undefined) continue;
        const known = this.#used[index]!.get(pid!);
        if (known === undefined) this.#used[index]!.set(pid!, { before: first ? now : 0, last: now });
        else known.last = Math.max(known.last, now);
      }
    }
  }
}

/** Undefined: it is gone. */
function usedBy(pid: number, tree: boolean): number | undefined {
  try {
    return tree ? treeCpuSeconds(pid) : cpuSeconds(pid);
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ESRCH")) return undefined;
    throw error;
  }
}
