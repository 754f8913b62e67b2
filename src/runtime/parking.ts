/**
 * Commands that would change the world while the database is away (DESIGN §9): kept unexecuted, in the order they came,
 * bounded per player, per process and in time, and taken up again when it is back.
 */
import { MAX_PARKED_PER_CHARACTER, MAX_PARKED_PER_PROCESS, PARKED_MS } from "../limits.ts";
import type { Task } from "./task.ts";

/** Shared by the areas of a process: how many wait in all. */
export class ParkingSpace {
  used = 0;

  get full(): boolean {
    return this.used >= MAX_PARKED_PER_PROCESS;
  }
}

export class Parking {
  readonly #space: ParkingSpace;
  #parked: { readonly task: Task; readonly untilMs: number }[] = [];
  readonly #perLane = new Map<string, number>();

  constructor(space: ParkingSpace) {
    this.#space = space;
  }

  get size(): number {
    return this.#parked.length;
  }

  /** How many of one lane wait. */
  waitingIn(lane: string): number {
    return this.#perLane.get(lane) ?? 0;
  }

  /** False when there is no room for it. */
  add(task: Task, nowMs: number): boolean {
    const before = this.#perLane.get(task.lane) ?? 0;
    if (before >= MAX_PARKED_PER_CHARACTER || this.#space.full) return false;
    this.#perLane.set(task.lane, before + 1);
    this.#space.used += 1;
    this.#parked.push({ task, untilMs: nowMs + PARKED_MS });
    return true;
  }

  /** All of them, in the order they came. */
  takeAll(): Task[] {
    return this.#take(() => true);
  }

  /** Those that have waited too long. */
  takeExpired(nowMs: number): Task[] {
    return this.#take(({ untilMs }) => untilMs <= nowMs);
  }

  #take(which: (entry: { readonly task: Task; readonly untilMs: number }) => boolean): Task[] {
    const taken = this.#parked.filter(which);
    if (taken.length === 0) return [];
    this.#parked = this.#parked.filter((entry) => !which(entry));
    this.#space.used -= taken.length;
    for (const { task } of taken) {
      const left = (this.#perLane.get(task.lane) ?? 1) - 1;
      if (left === 0) this.#perLane.delete(task.lane);
      else this.#perLane.set(task.lane, left);
    }
    return taken.map(({ task }) => task);
  }
}
