/** Commands remembered. */
const MAX_HISTORY = 200;

/** The commands typed before, newest last, and a walk through those that begin with what was typed. */
export class History {
  #commands: string[] = [];
  #at: number | undefined;
  #prefix = "";

  add(command: string): void {
    this.rest();
    if (command === "" || command === this.#commands.at(-1)) return;
    this.#commands.push(command);
    if (this.#commands.length > MAX_HISTORY) this.#commands.shift();
  }

  /** The next older one that begins as `typed` did when the walk began; undefined when there is none. */
  older(typed: string): string | undefined {
    if (this.#at === undefined) this.#prefix = typed;
    return this.#step(-1, this.#at ?? this.#commands.length, this.#at === undefined ? typed : this.#commands[this.#at]);
  }

  /** The next newer one; at the end, what was typed when the walk began. */
  newer(): string | undefined {
    if (this.#at === undefined) return undefined;
    const found = this.#step(1, this.#at, this.#commands[this.#at]);
    if (found !== undefined) return found;
    this.#at = undefined;
    return this.#prefix;
  }

  /** Ends the walk: something else was typed. */
  rest(): void {
    this.#at = undefined;
  }

  /** The same command again is passed over: a walk shows each of a run once. */
  #step(direction: 1 | -1, from: number, shown: string | undefined): string | undefined {
    for (let at = from + direction; at >= 0 && at < this.#commands.length; at += direction) {
      const command = this.#commands[at];
      if (command === undefined || !command.startsWith(this.#prefix) || command === shown) continue;
      this.#at = at;
      return command;
    }
    return undefined;
  }
}
