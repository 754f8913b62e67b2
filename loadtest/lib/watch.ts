/** The processes of a run once a second: processor time and memory, as the system counts them. */
import { residentBytes, treeCpuSeconds } from "./cpu.ts";
import type { Watched } from "./stack.ts";

export interface Usage {
  /** Seconds of processor time since it started. */
  readonly cpuS: number;
  /** Resident bytes; of the process alone. */
  readonly bytes: number;
}

export interface Sample {
  readonly atMs: number;
  /** In the order of the watched. */
  readonly usage: readonly Usage[];
}

export class Watch {
  readonly watched: readonly Watched[];
  readonly samples: Sample[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(watched: readonly Watched[]) {
    this.watched = watched;
  }

  now(): Sample {
    return { atMs: performance.now(), usage: this.watched.map(({ pid }) => ({ cpuS: treeCpuSeconds(pid), bytes: residentBytes(pid) })) };
  }

  start(everyMs: number): void {
    this.samples.push(this.now());
    this.#timer = setInterval(() => this.samples.push(this.now()), everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.samples.push(this.now());
  }

  /** Seconds of processor time between the first and the last sample, of those with a role. */
  cpuS(role: Watched["role"]): number {
    return this.#sum(role, (index) => this.samples.at(-1)!.usage[index]!.cpuS - this.samples[0]!.usage[index]!.cpuS);
  }

  /** Resident bytes of those with a role, in a sample. */
  bytes(role: Watched["role"], sample: Sample): number {
    return this.#sum(role, (index) => sample.usage[index]!.bytes);
  }

  get seconds(): number {
    return (this.samples.at(-1)!.atMs - this.samples[0]!.atMs) / 1000;
  }

  #sum(role: Watched["role"], of: (index: number) => number): number {
    return this.watched.reduce((sum, watched, index) => (watched.role === role ? sum + of(index) : sum), 0);
  }
}
