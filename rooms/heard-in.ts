/** Which of a room's recorded lines fell while a character was there, by what is recorded with them of who came and went. */
import type { Presence } from "../src/runtime/line-recorder.ts";
import { isCountStart, linesAfter, type KeptLine } from "../src/session/room-lines.ts";

export interface HeardIn<T> {
  readonly lines: readonly KeptLine<T>[];
  /** None is missing, as far as anybody can tell. */
  readonly complete: boolean;
  /** The character was there at the end. */
  readonly isHere: boolean;
  /** The line after which its last stay began; what was recorded before it, it did not hear, or in an earlier stay. */
  readonly since: number;
}

type Recorded<T> = KeptLine<T | null> & Presence;

/** Of lines recorded oldest first (a `value` of null only says where a count begins), those after a number that `id` heard. */
export function heardIn<T>(recorded: readonly Recorded<T>[], id: string, after: number): HeardIn<T> {
  let isHere: boolean | undefined;
  let since = (recorded[0]?.line ?? 1) - 1;
  let last = since;
  const heard = new Set<number>();
  for (const run of runsOf(recorded)) {
    const before = isHere;
    const first = run[0]!.line;
    // Where nothing in a run tells, nothing has changed; but whoever had gone may have come in what is missing.
    const mayHaveCome = isHere === false && first !== last + 1 && !isCountStart(first);
    isHere = wasHere(run, id) ?? (mayHaveCome ? undefined : isHere);
    last = run.at(-1)!.line;
    if (isHere === true && before === false) since = first - 1;
    for (const { line, came, went, here } of run) {
      if (here?.includes(id) === true) isHere = true;
      if (went?.includes(id) === true) isHere = false;
      if (came?.includes(id) === true) {
        isHere = true;
        since = line - 1;
      }
      if (isHere === true) heard.add(line);
    }
  }
  const { lines, complete } = linesAfter(recorded, after);
  return { lines: lines.filter(({ line, except }) => heard.has(line) && !except.includes(id)), complete: complete && isHere !== undefined, isHere: isHere === true, since };
}

/** Parts without a gap, under one owner: who came or went in between, nobody can tell. */
function* runsOf<T>(recorded: readonly Recorded<T>[]): Iterable<readonly Recorded<T>[]> {
  let start = 0;
  for (let index = 1; index <= recorded.length; index += 1) {
    const next = recorded[index]?.line;
    if (next !== undefined && next === recorded[index - 1]!.line + 1 && !isCountStart(next)) continue;
    if (index > start) yield recorded.slice(start, index);
    start = index;
  }
}

/** Whether somebody was there when the first of these lines was said: whoever is said to be there, or to go, and had not come since. Undefined: nothing tells. */
function wasHere(run: readonly Presence[], id: string): boolean | undefined {
  for (const { came, went, here } of run) {
    if (went?.includes(id) === true || here?.includes(id) === true) return true;
    if (came?.includes(id) === true) return false;
  }
  return undefined;
}
