/** Keeps a repeated log line from filling a disk: so many of a kind in a window are written, the others counted. */
import { LOG_INFO_LINES_PER_KIND, LOG_LINES_PER_KIND, LOG_WINDOW_MS, MAX_LOG_KINDS } from "../limits.ts";

/** pino's number of `warn`. */
const WARN = 40;
const ALL_OTHERS = "(others)";

export interface HeldBack {
  readonly level: number;
  /** What kind of line. */
  readonly kind: string;
  readonly times: number;
}

interface Window {
  readonly level: number;
  readonly kind: string;
  readonly startedMs: number;
  lines: number;
}

const allowed = (level: number): number => (level >= WARN ? LOG_LINES_PER_KIND : LOG_INFO_LINES_PER_KIND);

export class LogLimit {
  readonly #nowMs: () => number;
  readonly #windows = new Map<string, Window>();
  /** Lines held back since the process started. */
  heldBack = 0;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Whether one more line of that kind is written now. */
  admit(level: number, kind: string): boolean {
    const window = this.#windows.get(`${level} ${kind}`) ?? this.#open(level, kind);
    window.lines += 1;
    const isWritten = window.lines <= allowed(level);
    if (!isWritten) this.heldBack += 1;
    return isWritten;
  }

  #open(level: number, kind: string): Window {
    const known = this.#windows.size < MAX_LOG_KINDS ? kind : ALL_OTHERS;
    const key = `${level} ${known}`;
    const window = this.#windows.get(key) ?? { level, kind: known, startedMs: this.#nowMs(), lines: 0 };
    this.#windows.set(key, window);
    return window;
  }

  /** Ends the windows whose time is over (`all`: every one) and answers what was held back in them. */
  close(all = false): HeldBack[] {
    const held: HeldBack[] = [];
    for (const [key, window] of this.#windows) {
      if (!all && this.#nowMs() - window.startedMs < LOG_WINDOW_MS) continue;
      this.#windows.delete(key);
      const times = window.lines - allowed(window.level);
      if (times > 0) held.push({ level: window.level, kind: window.kind, times });
    }
    return held;
  }
}
