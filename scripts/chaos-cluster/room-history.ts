/** Everything that anybody heard in one room, in the order of the room's counter. */
import type { Line, Player } from "./evidence.ts";

interface Entry {
  readonly line: Line;
  firstMs: number;
}

export class RoomHistory {
  readonly #entries = new Map<number, Entry>();
  #sorted: Line[] | null = null;
  /** Two lines that bear one number. */
  readonly clashes: { readonly one: Line; readonly other: Line; readonly atMs: number }[] = [];

  take(line: Line, atMs: number): void {
    if (line.number === null) return;
    const entry = this.#entries.get(line.number);
    if (entry === undefined) {
      this.#entries.set(line.number, { line, firstMs: atMs });
      this.#sorted = null;
    } else if (entry.line.id !== line.id) this.clashes.push({ one: entry.line, other: line, atMs });
    else entry.firstMs = Math.min(entry.firstMs, atMs);
  }

  /** By their number. */
  get lines(): readonly Line[] {
    this.#sorted ??= [...this.#entries.values()].map(({ line }) => line).sort((a, b) => a.number! - b.number!);
    return this.#sorted;
  }

  /** Lines with a number above `first` and up to `last`. */
  between(first: number, last: number): readonly Line[] {
    const lines = this.lines;
    return lines.slice(lowerBound(lines, first + 1), lowerBound(lines, last + 1));
  }

  /** When the first of all players heard it. */
  firstHeardMs(number: number): number {
    return this.#entries.get(number)?.firstMs ?? Infinity;
  }
}

/** Where the first line with at least this number is. */
function lowerBound(lines: readonly Line[], number: number): number {
  let [low, high] = [0, lines.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lines[middle]!.number! < number) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function historiesOf(players: readonly Player[]): Map<string, RoomHistory> {
  const histories = new Map<string, RoomHistory>();
  for (const { heard } of players) {
    for (const { line, atMs } of heard) {
      let history = histories.get(line.room);
      if (history === undefined) histories.set(line.room, history = new RoomHistory());
      history.take(line, atMs);
    }
  }
  return histories;
}
