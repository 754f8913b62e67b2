import { Store } from "./store.ts";

/** Commands that go one after the other, each when the one before has been answered. */
export class PacedQueue {
  /** How many still wait for their turn. */
  readonly waiting = new Store(0);
  readonly #send: (command: string) => Promise<unknown>;
  #commands: string[] = [];
  #working = false;

  constructor(send: (command: string) => Promise<unknown>) {
    this.#send = send;
  }

  add(commands: readonly string[]): void {
    this.#commands.push(...commands);
    this.waiting.set(this.#commands.length);
    if (!this.#working) void this.#workOff();
  }

  /** Drops what has not been sent. */
  clear(): void {
    this.#commands = [];
    this.waiting.set(0);
  }

  async #workOff(): Promise<void> {
    this.#working = true;
    for (let command = this.#commands.shift(); command !== undefined; command = this.#commands.shift()) {
      this.waiting.set(this.#commands.length);
      await this.#send(command);
    }
    this.#working = false;
  }
}
