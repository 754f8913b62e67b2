/** Away for less than this, nobody needs to be told where they left off. */
const AWAY_AFTER_MS = 20_000;

/** Tells where in the log somebody left off: before the first line that came while nobody was looking. */
export class Away {
  #sinceMs: number | undefined;
  #lines = 0;

  leaves(nowMs: number): void {
    this.#sinceMs ??= nowMs;
  }

  /** A line has come; answers what is to stand above it. */
  line(nowMs: number): string | undefined {
    if (this.#sinceMs === undefined || nowMs - this.#sinceMs < AWAY_AFTER_MS) return undefined;
    this.#lines++;
    return this.#lines === 1 ? "While you were away:" : undefined;
  }

  /** Somebody is back; answers what they are told. */
  returns(nowMs: number): string | undefined {
    const sinceMs = this.#sinceMs;
    const lines = this.#lines;
    this.#sinceMs = undefined;
    this.#lines = 0;
    if (sinceMs === undefined || lines === 0) return undefined;
    return `You are back after ${lasting(nowMs - sinceMs)}. ${lines === 1 ? "One line" : `${lines.toLocaleString("en")} lines`} came meanwhile.`;
  }
}

/** A time as one says it. */
export function lasting(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [count, unit] = seconds < 90 ? [seconds, "second"] : seconds < 5_400 ? [Math.round(seconds / 60), "minute"] : [Math.round(seconds / 3_600), "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}
