/**
 * The newest lines of one room, numbered, for clients that come back after a cut. The number grows over
 * restarts too, since it begins with the owner's epoch: `epoch * LINES_PER_EPOCH + n`.
 */
import { ROOM_LINES_KEPT } from "../limits.ts";

/** 2^53 / 2^20 epochs: an area may change hands eight thousand million times. */
const LINES_PER_EPOCH = 2 ** 20;

/** Whether it is no line's number, but what an owner's count begins with. */
export const isCountStart = (line: number): boolean => line % LINES_PER_EPOCH === 0;

export interface KeptLine<T> {
  readonly line: number;
  readonly except: readonly string[];
  readonly value: T;
}

export class RoomLines<T> {
  readonly #kept: KeptLine<T>[] = [];
  readonly #first: number;
  #last: number;

  constructor(epoch: number) {
    this.#first = epoch * LINES_PER_EPOCH;
    this.#last = this.#first;
  }

  /** The number of the newest line; the room's first line has a higher one than this says at the start. */
  get last(): number {
    return this.#last;
  }

  /** What the count began with: the first line of this owner has the next number. */
  get first(): number {
    return this.#first;
  }

  /** True while every line of this owner is still kept. */
  get whole(): boolean {
    return (this.#kept[0]?.line ?? this.#last + 1) === this.#first + 1;
  }

  /** Numbers a line and keeps it and, of those before it, as many as make up `most`. `make` builds it with its number. */
  push(except: readonly string[], make: (line: number) => T, most = ROOM_LINES_KEPT): KeptLine<T> {
    this.#last += 1;
    const kept = { line: this.#last, except, value: make(this.#last) };
    this.#kept.push(kept);
    if (this.#kept.length === most + 1) this.#kept.shift();
    else if (this.#kept.length > most) this.#kept.splice(0, this.#kept.length - most);
    return kept;
  }

  /** The newest lines, at most so many, oldest first. */
  newest(count: number): readonly KeptLine<T>[] {
    return this.#kept.slice(-count);
  }

  /**
   * The lines after a number, oldest first. `complete` is false when some are no longer kept, or were said
   * under an earlier owner.
   */
  since(line: number): { readonly lines: readonly KeptLine<T>[]; readonly complete: boolean } {
    const oldest = this.#kept[0]?.line ?? this.#last + 1;
    if (line < this.#first) return { lines: this.#kept, complete: false };
    // They are numbered without a gap.
    return { lines: this.#kept.slice(Math.max(0, line + 1 - oldest)), complete: line + 1 >= oldest };
  }
}

/**
 * The lines after a number among those recorded under earlier owners (oldest first; a `value` of null only says where a
 * count began). `complete`: none is missing, as far as the numbers tell: each owner's count has no gap, and the first is
 * the one after `line`. What an owner said last, while it could not record, leaves no gap to be seen.
 */
export function linesAfter<T>(recorded: readonly KeptLine<T | null>[], line: number): { readonly lines: readonly KeptLine<T>[]; readonly complete: boolean } {
  const after = recorded.filter((kept) => kept.line > line);
  let last = recorded.some((kept) => kept.line === line) ? line : after[0]?.line === line + 1 ? line : null;
  for (const { line: next } of after) {
    if (last === null) break;
    last = next === last + 1 || isCountStart(next) ? next : null;
  }
  return { lines: after.filter((kept): kept is KeptLine<T> => kept.value !== null), complete: last !== null };
}
