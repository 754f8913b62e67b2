/** What one connection may send: a token bucket for commands, a smaller one for messages that make no sense. */
import { BAD_MESSAGES_PER_SECOND, COMMANDS_PER_SECOND, COMMAND_BURST, MAX_BAD_MESSAGES } from "../src/limits.ts";
import type { Clock } from "../src/runtime/ports.ts";

class Bucket {
  readonly #size: number;
  readonly #perSecond: number;
  #left: number;
  #atMs: number;

  constructor(size: number, perSecond: number, nowMs: number) {
    this.#size = size;
    this.#perSecond = perSecond;
    this.#left = size;
    this.#atMs = nowMs;
  }

  /** 0 when one was taken, else the milliseconds until there is one. */
  take(nowMs: number): number {
    this.#left = Math.min(this.#size, this.#left + ((nowMs - this.#atMs) / 1000) * this.#perSecond);
    this.#atMs = nowMs;
    if (this.#left < 1) return Math.ceil(((1 - this.#left) / this.#perSecond) * 1000);
    this.#left -= 1;
    return 0;
  }
}

export class ConnectionGuard {
  readonly #clock: Clock;
  readonly #commands: Bucket;
  readonly #bad: Bucket;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#commands = new Bucket(COMMAND_BURST, COMMANDS_PER_SECOND, clock.nowMs());
    this.#bad = new Bucket(MAX_BAD_MESSAGES, BAD_MESSAGES_PER_SECOND, clock.nowMs());
  }

  /** 0: the command may pass; else the milliseconds to wait. */
  command(): number {
    return this.#commands.take(this.#clock.nowMs());
  }

  /** Counts a message that makes no sense. False when there have been too many. */
  bad(): boolean {
    return this.#bad.take(this.#clock.nowMs()) === 0;
  }
}
