/** What the bots of one process have seen, added up so that it can be sent in one piece. */
import { LogHistogram, type PackedHistogram } from "../lib/log-histogram.ts";

/** Commands by what they cost a server. `transfer`: a move into another area, until one stands there. */
export const COMMAND_CLASSES = ["move", "transfer", "look", "say", "tell", "things", "info"] as const;
export type CommandClass = (typeof COMMAND_CLASSES)[number];
/** Of these something is written before the answer. */
export const DURABLE_CLASSES: readonly CommandClass[] = ["move", "transfer", "things"];

/** Lines whose hearers are known: everybody in the room but whoever did it. */
const JUDGED_TYPES = new Set(["say", "move", "emote"]);
/** A jump of the count beyond this is a new owner's, which counts from elsewhere. */
const MAX_GAP = 4096;

/** One second of a run. */
export interface Second {
  readonly commands: PackedHistogram;
  readonly delivery: PackedHistogram;
  readonly playing: number;
}

export interface TallyReport {
  readonly classes: Readonly<Record<CommandClass, PackedHistogram>>;
  readonly delivery: PackedHistogram;
  readonly tellDelivery: PackedHistogram;
  /** Of the transfers, those into an area of another process. */
  readonly farTransfers: PackedHistogram;
  /** A cut, until the line is back. */
  readonly resumes: PackedHistogram;
  readonly refused: Readonly<Record<string, number>>;
  readonly failed: Readonly<Record<string, number>>;
  readonly cuts: Readonly<Record<string, number>>;
  readonly linesHeard: number;
  readonly disorder: number;
  readonly incomplete: number;
  /** "room line name": a number that somebody who stood there did not hear. */
  readonly gaps: readonly string[];
  /** "room line sender" of the lines that somebody heard, and all in the room must have. */
  readonly judged: readonly string[];
}

export class Tally {
  readonly classes = Object.fromEntries(COMMAND_CLASSES.map((name) => [name, new LogHistogram()])) as Record<CommandClass, LogHistogram>;
  readonly delivery = new LogHistogram();
  readonly tellDelivery = new LogHistogram();
  readonly #farTransfers = new LogHistogram();
  readonly resumes = new LogHistogram();
  readonly #refused = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  readonly #cuts = new Map<string, number>();
  readonly #gaps = new Set<string>();
  readonly #judged = new Map<string, Map<number, string>>();
  readonly #secondCommands = new LogHistogram();
  readonly #secondDelivery = new LogHistogram();
  linesHeard = 0;
  disorder = 0;
  /** Welcomes that said that lines may be missing. */
  incomplete = 0;
  /** Only while true anything is counted, but for gaps and cuts. */
  measuring = false;

  answered(name: CommandClass, ms: number): void {
    if (!this.measuring) return;
    this.classes[name].add(ms);
    this.#secondCommands.add(ms);
  }

  /** Of what was answered, into an area of another process. */
  wentFar(ms: number): void {
    if (this.measuring) this.#farTransfers.add(ms);
  }

  refused(code: string): void {
    if (this.measuring) count(this.#refused, code);
  }

  failed(what: string): void {
    count(this.#failed, what);
  }

  cut(code: number): void {
    count(this.#cuts, String(code));
  }

  delivered(kind: "say" | "tell", ms: number): void {
    if (!this.measuring) return;
    if (kind === "tell") this.tellDelivery.add(ms);
    else {
      this.delivery.add(ms);
      this.#secondDelivery.add(ms);
    }
  }

  heard(room: string, line: number, type: string, sender: string): void {
    if (this.measuring) this.linesHeard += 1;
    if (line === 0 || !JUDGED_TYPES.has(type)) return;
    let lines = this.#judged.get(room);
    if (lines === undefined) {
      lines = new Map<number, string>();
      this.#judged.set(room, lines);
    }
    if (!lines.has(line)) lines.set(line, sender);
  }

  /** Somebody who heard lines `after` and `before` heard none between them. */
  gap(name: string, room: string, after: number, before: number): void {
    if (before - after > MAX_GAP) return;
    for (let line = after + 1; line < before; line += 1) this.#gaps.add(`${room} ${line} ${name}`);
  }

  /** It was sent again later. */
  filled(name: string, room: string, line: number): void {
    this.#gaps.delete(`${room} ${line} ${name}`);
  }

  /** What came since the last call. */
  takeSecond(playing: number): Second {
    const second = { commands: this.#secondCommands.pack(), delivery: this.#secondDelivery.pack(), playing };
    this.#secondCommands.clear();
    this.#secondDelivery.clear();
    return second;
  }

  /** What is measured begins anew. */
  clear(): void {
    for (const histogram of [...Object.values(this.classes), this.delivery, this.tellDelivery, this.#secondCommands, this.#secondDelivery]) histogram.clear();
    this.linesHeard = 0;
  }

  /** What has failed and been cut so far, in words. */
  get troubles(): string {
    return [...[...this.#failed].map(([what, times]) => `${times} ${what}`), ...[...this.#cuts].map(([code, times]) => `${times} lines cut with ${code}`)].join(", ");
  }

  report(): TallyReport {
    return {
      classes: Object.fromEntries(COMMAND_CLASSES.map((name) => [name, this.classes[name].pack()])) as Record<CommandClass, PackedHistogram>,
      delivery: this.delivery.pack(), tellDelivery: this.tellDelivery.pack(), farTransfers: this.#farTransfers.pack(), resumes: this.resumes.pack(),
      refused: Object.fromEntries(this.#refused), failed: Object.fromEntries(this.#failed), cuts: Object.fromEntries(this.#cuts),
      linesHeard: this.linesHeard, disorder: this.disorder, incomplete: this.incomplete, gaps: [...this.#gaps],
      judged: [...this.#judged].flatMap(([room, lines]) => [...lines].map(([line, sender]) => `${room} ${line} ${sender}`)),
    };
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
