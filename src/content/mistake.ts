/** What a builder got wrong, and where: the only way in which content reports anything. */

/** One thing wrong in a world file. */
export interface Mistake {
  /** Relative to the world's folder, with forward slashes. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** One sentence, without the final stop. */
  readonly what: string;
  /** What to do about it; null where the mistake says it all. */
  readonly hint: string | null;
}

/** `file:line: what is wrong. hint` */
export function formatMistake(mistake: Mistake): string {
  const hint = mistake.hint === null ? "" : ` ${mistake.hint}`;
  return `${mistake.file}:${mistake.line}: ${mistake.what}.${hint}`;
}

/** A place in a file. */
export interface Place {
  readonly file: string;
  readonly line: number;
}

/**
 * What a mistake leaves unknown. A check that needs it is skipped, so that one slip of the pen is
 * reported once and not again as everything that follows from it.
 */
export type Doubt =
  /** Which ids there are at all. */
  | "ids"
  /** Where rooms lead. */
  | "exits"
  /** Which doors and locks there are, and what opens them. */
  | "locks"
  /** Where things come from. */
  | "sources"
  /** Where NPCs are, and what they say. */
  | "npcs"
  | "quests";
const ENTRY_DOUBTS: readonly Doubt[] = ["exits", "locks", "sources", "npcs", "quests"];

/** Collects mistakes and warnings, and what they leave in doubt. */
export class Report {
  readonly #mistakes = new Map<string, Mistake>();
  readonly #warnings = new Map<string, Mistake>();
  readonly #doubts = new Set<Doubt>();

  /** Records a mistake at a place; `doubts` names what can no longer be judged. */
  mistake(place: Place, what: string, hint: string | null, ...doubts: readonly Doubt[]): void {
    record(this.#mistakes, { file: place.file, line: place.line, what, hint });
    for (const doubt of doubts) this.#doubts.add(doubt);
  }

  /** Records an entry that is not of the documented form: it exists, but what it says is unknown. */
  malformed(place: Place, what: string, hint: string | null): void {
    this.mistake(place, what, hint, ...ENTRY_DOUBTS);
  }

  /** Records a file of which it is not even known what it defines. */
  unreadable(place: Place, what: string, hint: string | null): void {
    this.mistake(place, what, hint, "ids", ...ENTRY_DOUBTS);
  }

  /** Records what is allowed but probably not meant. */
  warning(place: Place, what: string, hint: string | null): void {
    record(this.#warnings, { file: place.file, line: place.line, what, hint });
  }

  /** Whether any of these is in doubt. */
  doubts(...about: readonly Doubt[]): boolean {
    return about.some((doubt) => this.#doubts.has(doubt));
  }

  /** All mistakes, by file and line. */
  get mistakes(): readonly Mistake[] {
    return sorted(this.#mistakes);
  }

  /** All warnings, by file and line. */
  get warnings(): readonly Mistake[] {
    return sorted(this.#warnings);
  }
}

/** The same words about the same line are said once. */
function record(into: Map<string, Mistake>, mistake: Mistake): void {
  into.set(formatMistake(mistake), mistake);
}

function sorted(mistakes: ReadonlyMap<string, Mistake>): readonly Mistake[] {
  return [...mistakes.values()].sort(
    (a, b) => compare(a.file, b.file) || a.line - b.line || compare(a.what, b.what),
  );
}

/** By code unit, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
